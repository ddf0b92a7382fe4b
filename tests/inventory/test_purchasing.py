"""Purchase orders from the draft to the last piece received, and what the supplier gets to see."""

import datetime
import subprocess
from decimal import Decimal

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory import documents, services
from inventory.models import Movement, Product, PurchaseLine, PurchaseOrder, Receipt, Stock, Supplier, SupplierItem
from inventory.services import Arrived, Details, Wanted
from oms.errors import DomainError
from oms.events import timeline
from oms.models import Message
from tests.ledger import assert_books_balance
from tests.stories import a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db


def a_supplier(name: str = "茶山 Tea Hill", **fields) -> Supplier:
    return Supplier.objects.create(name=name, **({"email": "hill@example.com", "lead_time_days": 10} | fields))


def a_draft(*lines: tuple[Product, int], supplier: Supplier | None = None, **fields) -> PurchaseOrder:
    wanted = [Wanted(product, quantity) for product, quantity in lines]
    return services.create_purchase(
        by=None, supplier=supplier or a_supplier(), warehouse=a_warehouse(), lines=wanted, **fields
    )


def a_sent(*lines: tuple[Product, int], **fields) -> PurchaseOrder:
    return services.send_purchase(a_draft(*lines, **fields), by=None)


def counters(purchase: PurchaseOrder) -> list[tuple]:
    rows = purchase.lines.order_by("id")
    return list(rows.values_list("product__sku", "ordered", "received", "cancelled"))


def key_of(purchase: PurchaseOrder, sku: str) -> int:
    return purchase.lines.get(product__sku=sku).pk


def everything() -> tuple:
    models = (PurchaseOrder, PurchaseLine, Receipt, Stock, Movement)
    return tuple(list(model.objects.order_by("pk").values()) for model in models)


def refused(verb, *args, **kwargs) -> str:
    """The sentence of a refusal that changed nothing."""
    before = everything()
    with pytest.raises(DomainError) as error, transaction.atomic():
        verb(*args, **kwargs)
    assert everything() == before
    return str(error.value)


@pytest.fixture
def tea():
    return a_product("TEA", name="龙井 Green tea", on_hand=0, cost=Decimal("4.20"))


@pytest.fixture
def cup():
    return a_product("CUP", on_hand=0, cost=Decimal("9"))


def test_a_draft_takes_the_suppliers_terms(tea, cup):
    hill = a_supplier()
    SupplierItem.objects.create(supplier=hill, product=tea, supplier_sku="H-1", price=Decimal("3.5"))
    purchase = a_draft((tea, 20), (cup, 5), supplier=hill)
    assert list(purchase.lines.values_list("supplier_sku", "cost")) == [("H-1", Decimal("3.5")), ("", Decimal(9))]
    assert (purchase.number[:2], purchase.status) == ("PO", "draft")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "needs at least one line"),
        ([("TEA", 0)], "between 1 and 1,000,000"),
        ([("TEA", 1), ("TEA", 2)], "once; put its pieces on one line"),
        ([("DISH", 1)], "DISH is not stocked itself"),
    ],
)
def test_impossible_drafts_are_refused(tea, lines, sentence):
    a_product("DISH", on_hand=0, kind="made")
    products = {product.sku: product for product in Product.objects.all()}
    asked = [(products[sku], count) for sku, count in lines]
    hill = a_supplier()
    assert sentence in refused(a_draft, *asked, supplier=hill)


def test_a_draft_is_changed_by_who_saw_it_last(tea, cup):
    purchase = a_draft((tea, 20))
    services.change_purchase(purchase, by=None, version=1, lines=[Wanted(cup, 3, Decimal("8.5"))], note="Soon")
    assert counters(purchase) == [("CUP", 3, 0, 0)]
    said = refused(services.change_purchase, purchase, by=None, version=1, lines=[Wanted(tea, 1)])
    assert "was changed by somebody else" in said
    purchase.refresh_from_db()
    assert (purchase.note, purchase.version) == ("Soon", 2)


def test_sending_mails_the_document_in_the_suppliers_language(tea, deliver):
    purchase = a_draft((tea, 20), supplier=a_supplier(language="zh-hans"))
    purchase = services.send_purchase(purchase, by=None)
    assert (purchase.status, purchase.expected) == ("sent", timezone.localdate() + datetime.timedelta(days=10))
    deliver()
    deliver()
    message = Message.objects.get(template="purchase_order")
    assert (message.to, message.language, message.state) == ("hill@example.com", "zh-hans", "sent")
    [(name, content, kind)] = mail.outbox[0].attachments
    assert (name, kind, content[:5]) == (f"{purchase.number}.pdf", "application/pdf", b"%PDF-")
    assert "is sent; this is not possible now" in refused(services.send_purchase, purchase, by=None)


def test_an_order_arrives_in_two_deliveries(tea, cup):
    purchase = a_sent((tea, 20), (cup, 5))
    first = services.receive_purchase(
        purchase, {key_of(purchase, "TEA"): 12, key_of(purchase, "CUP"): 0}, by=None, paper="LS 7"
    )
    purchase.refresh_from_db()
    assert (purchase.status, counters(purchase)) == ("sent", [("TEA", 20, 12, 0), ("CUP", 5, 0, 0)])
    services.receive_purchase(purchase, {key_of(purchase, "TEA"): 8, key_of(purchase, "CUP"): 5}, by=None)
    purchase.refresh_from_db()
    assert (purchase.status, counters(purchase)) == ("closed", [("TEA", 20, 20, 0), ("CUP", 5, 5, 0)])
    moves = Movement.objects.filter(cause=first.number).values_list("kind", "on_hand", "reason")
    assert list(moves) == [("receive", 12, "LS 7")]
    assert (tea.stock.get().on_hand, cup.stock.get().on_hand) == (20, 5)
    assert_books_balance()


def test_more_than_awaited_is_refused_with_what_to_do(tea):
    purchase = a_sent((tea, 20))
    line = key_of(purchase, "TEA")
    services.receive_purchase(purchase, {line: 15}, by=None)
    said = refused(services.receive_purchase, purchase, {line: 6}, by=None)
    assert said.startswith(f"6 pieces of TEA were counted, but only 5 are awaited on {purchase.number}.")
    assert "no such line" in refused(services.receive_purchase, purchase, {10**9: 1}, by=None)
    assert "how many pieces" in refused(services.receive_purchase, purchase, {line: 0}, by=None)


def test_what_does_not_come_is_cancelled(tea, cup):
    purchase = a_sent((tea, 20), (cup, 5))
    services.receive_purchase(purchase, {key_of(purchase, "TEA"): 12}, by=None)
    assert "Close it" in refused(services.cancel_purchase, purchase, by=None, reason="x")
    services.cancel_rest(purchase.lines.get(product=tea), by=None, reason="Sold out")
    purchase.refresh_from_db()
    assert (purchase.status, counters(purchase)) == ("sent", [("TEA", 20, 12, 8), ("CUP", 5, 0, 0)])
    assert "Nothing of TEA is awaited" in refused(
        services.cancel_rest, purchase.lines.get(product=tea), by=None, reason="x"
    )
    services.close_purchase(purchase, by=None, reason="They closed down")
    purchase.refresh_from_db()
    assert (purchase.status, counters(purchase)) == ("closed", [("TEA", 20, 12, 8), ("CUP", 5, 0, 5)])
    assert_books_balance()


def test_a_line_cancelled_last_closes_the_order(tea):
    purchase = a_sent((tea, 20))
    services.cancel_rest(purchase.lines.get(), by=None, reason="Sold out")
    purchase.refresh_from_db()
    assert purchase.status == "closed"


@pytest.mark.parametrize("verb", ["receive_purchase", "close_purchase", "expect_purchase"])
def test_a_draft_is_neither_received_nor_closed(tea, verb):
    purchase = a_draft((tea, 2))
    given = {"receive_purchase": {"pieces": {}}, "close_purchase": {"reason": "x"}}
    given["expect_purchase"] = {"expected": timezone.localdate()}
    assert "is draft; this is not possible now" in refused(getattr(services, verb), purchase, by=None, **given[verb])


def test_a_cancelled_order_is_over(tea):
    purchase = a_sent((tea, 20))
    services.cancel_purchase(purchase, by=None, reason="Ordered twice")
    purchase.refresh_from_db()
    assert (purchase.status, counters(purchase)) == ("cancelled", [("TEA", 20, 0, 20)])


def test_orders_are_overdue_from_the_day_after(tea):
    today = timezone.localdate()
    late, due = a_sent((tea, 1)), a_sent((tea, 1), supplier=a_supplier("Due"))
    services.expect_purchase(late, by=None, expected=today - datetime.timedelta(days=1), reason="Storm")
    services.expect_purchase(due, by=None, expected=today)
    assert list(PurchaseOrder.objects.overdue()) == [late]
    late.refresh_from_db()
    assert late.is_overdue
    assert timeline(late)[0].data["reason"] == "Storm"


def test_a_blind_receipt_takes_lots_and_serial_numbers(tea):
    milk, phone = a_product("MILK", on_hand=0, tracking="lot"), a_product("PHONE", on_hand=0, tracking="serial")
    day = datetime.date(2027, 1, 31)
    arrived = [Arrived(tea, 3), Arrived(milk, 4, lot="L1", expires=day), Arrived(phone, 2, serials=["S1", "S2"])]
    receipt = services.receive_blind(a_warehouse(), arrived, by=None, paper="LS 9")
    assert (receipt.number[:2], receipt.purchase) == ("GR", None)
    assert list(receipt.lines.values_list("product__sku", "quantity", "lot__code")) == [
        ("TEA", 3, None),
        ("MILK", 4, "L1"),
        ("PHONE", 2, None),
    ]
    assert {s.cause for s in phone.serials.all()} == {receipt.number}
    assert "tracked by lot" in refused(services.receive_blind, a_warehouse(), [Arrived(milk, 1)], by=None)
    assert_books_balance()


def test_an_order_of_tracked_goods_is_received_with_its_lot():
    milk = a_product("MILK", on_hand=0, tracking="lot")
    purchase = a_sent((milk, 6))
    line = purchase.lines.get().pk
    services.receive_purchase(purchase, {line: 6}, by=None, details={line: Details(lot="L7")})
    assert Movement.objects.get(kind="receive").lot.code == "L7"


def test_goods_that_arrive_serve_orders_that_wait(tea, deliver):
    services.receive(tea, a_warehouse(), 1, by=None)
    order = a_placed_order((tea, 3))
    assert order.lines.get().reserved == 1
    purchase = a_sent((tea, 20))
    services.receive_purchase(purchase, {purchase.lines.get().pk: 20}, by=None)
    deliver()
    assert order.lines.get().reserved == 3
    assert_books_balance()


def test_a_delivery_costs_the_same_statements_for_any_number_of_lines():
    counts = []
    for lines in (1, 2, 40):  # the first one fills the caches
        products = [a_product(f"P{lines}-{n}", on_hand=0) for n in range(lines)]
        purchase = a_sent(*[(p, 5) for p in products], supplier=a_supplier(f"S{lines}"))
        pieces = dict.fromkeys(purchase.lines.values_list("pk", flat=True), 5)
        with CaptureQueriesContext(connection) as captured:
            services.receive_purchase(purchase, pieces, by=None)
        counts.append(len(captured))
    assert counts[1:] == [22, 22]
    assert_books_balance()


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("UPDATE inventory_purchaseline SET received = ordered + 1", "purchase_line_within_ordered"),
        ("UPDATE inventory_purchaseline SET cancelled = 6, received = 15", "purchase_line_within_ordered"),
        ("UPDATE inventory_purchaseorder SET sent_at = NULL", "purchase_sent_at_a_time"),
    ],
)
def test_the_database_refuses_impossible_counters(tea, sql, name):
    a_sent((tea, 20))
    with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("table", ["inventory_receipt", "inventory_receiptline"])
@pytest.mark.parametrize("sql", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_receipts_are_never_edited(tea, table, sql):
    services.receive_blind(a_warehouse(), [Arrived(tea, 3)], by=a_person())
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(table))


def words_of(pdf: bytes) -> str:
    command = ["pdftotext", "-layout", "-", "-"]
    printed = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    return " ".join(printed.split())


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_a_purchase_order_is_printed_with_what_is_ordered(tea, cup, language):
    hill = a_supplier(language=language)
    SupplierItem.objects.create(supplier=hill, product=tea, supplier_sku="H-77", price=Decimal("3.5"))
    purchase = a_sent((tea, 20), (cup, 5), supplier=hill, note="请送到后门")
    services.cancel_rest(purchase.lines.get(product=cup), by=None, reason="x")
    words = words_of(documents.purchase_order_pdf(purchase))
    assert purchase.number in words and "H-77 TEA 龙井 Green tea 20 pc 3.50 CNY 70.00 CNY" in words
    assert "请送到后门" in words and "CUP" not in words


def test_a_goods_received_note_says_what_came(tea):
    purchase = a_sent((tea, 20))
    receipt = services.receive_purchase(purchase, {purchase.lines.get().pk: 12}, by=a_person(first_name="Wen"))
    words = words_of(documents.receipt_pdf(receipt, "en"))
    assert {receipt.number, purchase.number, "Wen"} <= set(words.split())
    assert "TEA 龙井 Green tea – 12 pc" in words
