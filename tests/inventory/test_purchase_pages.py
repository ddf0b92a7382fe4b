"""The pages of buying and of the goods entrance: what they show and cost, who may open them, double submissions."""

import datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from inventory import queries, services
from inventory.models import Barcode, Movement, PurchaseLine, PurchaseOrder, Receipt, Supplier, SupplierItem
from inventory.services import Arrived
from oms.roles import install_roles
from tests.inventory.test_purchasing import a_draft, a_sent, a_supplier, counters
from tests.stories import a_person, a_product, a_warehouse

pytestmark = pytest.mark.django_db

ALL = [
    f"inventory.{name}"
    for name in (
        "view_product view_stock receive_stock view_supplier change_supplier view_purchaseorder add_purchaseorder "
        "change_purchaseorder send_purchaseorder view_receipt view_supplieritem add_supplieritem change_supplieritem "
        "delete_supplieritem"
    ).split()
]
ROLES = ["sales", "warehouse", "dispatcher", "driver", "support", "manager"]
FLOOR, MANAGER = {"warehouse", "manager"}, {"manager"}
PAGES = {
    "purchase-orders": FLOOR,
    "purchase-order": FLOOR,
    "purchase-order-pdf": FLOOR,
    "purchase-order-receive": FLOOR,
    "purchase-order-new": MANAGER,
    "purchase-order-edit": MANAGER,
    "purchase-order-action expect": MANAGER,
    "purchase-order-action close": MANAGER,
    "purchase-order-action cancel": MANAGER,
    "purchase-line-action cancel-rest": MANAGER,
    "receipts": FLOOR,
    "receipt": FLOOR,
    "receipt-note": FLOOR,
    "supplier": MANAGER,
    "supplier-edit": MANAGER,
    "supplier-items": MANAGER,
    "supplier-item-new": MANAGER,
    "supplier-item": MANAGER,
    "supplier-item-action remove": MANAGER,
}


@pytest.fixture
def buyer():
    return a_person(*ALL, first_name="Wen")


@pytest.fixture
def desk(client, buyer):
    client.force_login(buyer)
    return client


def key() -> str:
    return str(uuid4())


def words(page) -> str:
    return " ".join(page.content.decode().split())


@pytest.fixture
def addresses():
    """The address of each page, about records that exist."""
    tea = a_product("TEA", on_hand=0)
    purchase = a_sent((tea, 20))
    receipt = services.receive_purchase(purchase, {purchase.lines.get().pk: 5}, by=None)
    item = SupplierItem.objects.create(supplier=purchase.supplier, product=tea)
    own = ("purchase-order", "purchase-order-pdf", "purchase-order-receive", "purchase-order-action")
    keys = dict.fromkeys(own, purchase.number) | {
        "purchase-order-edit": a_draft((tea, 1), supplier=purchase.supplier).number,
        "purchase-line-action": purchase.lines.get().pk,
        "receipt": receipt.number,
        "receipt-note": receipt.number,
        "supplier": purchase.supplier.pk,
        "supplier-edit": purchase.supplier.pk,
        "supplier-item": item.pk,
        "supplier-item-action": item.pk,
    }

    def address(page: str) -> str:
        name, *action = page.split()
        return reverse(name, args=[*([keys[name]] if name in keys else []), *action])

    return address


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_for_their_roles_alone(client, addresses, role):
    install_roles()
    person = a_person()
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person)
    answers = {page: client.get(addresses(page)).status_code for page in PAGES}
    assert set(answers.values()) <= {200, 403}
    assert {page for page, status in answers.items() if status == 200} == {p for p, r in PAGES.items() if role in r}


@pytest.mark.parametrize("page", [p for p in PAGES if "action" in p or p.endswith(("new", "edit", "receive"))])
def test_nobody_posts_what_she_may_not(client, addresses, page):
    client.force_login(a_person("inventory.view_purchaseorder", "inventory.view_receipt"))
    assert client.post(addresses(page), {"reason": "x", "code": "TEA"}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("page", "cost"), [("purchase-orders", 8), ("receipts", 7), ("supplier-items", 7)])
def test_lists_cost_the_same_for_any_length(desk, rows, page, cost, django_assert_num_queries):
    for n in range(rows):
        tea = a_product(f"P{n}", on_hand=0)
        purchase = a_sent((tea, 20), supplier=a_supplier(f"S{n}"))
        services.receive_purchase(purchase, {purchase.lines.get().pk: 5}, by=None)
        SupplierItem.objects.create(supplier=purchase.supplier, product=tea)
    desk.get(reverse(page))
    with django_assert_num_queries(cost):
        shown = desk.get(reverse(page)).content.decode()
    assert shown.count("<tr>") == rows + 1


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("page", ["purchase", "receive", "supplier", "receipt"])
def test_records_cost_the_same_for_any_number_of_lines(desk, rows, page, django_assert_num_queries):
    products = [a_product(f"P{n}", on_hand=0) for n in range(rows)]
    purchase = a_sent(*[(p, 5) for p in products])
    pieces = dict.fromkeys(purchase.lines.values_list("pk", flat=True), 2)
    for _delivery in range(rows):
        receipt = services.receive_purchase(purchase, dict.fromkeys(pieces, 1), by=None)
    for product in products:
        SupplierItem.objects.create(supplier=purchase.supplier, product=product)
    address = {
        "purchase": purchase.get_absolute_url(),
        "receive": reverse("purchase-order-receive", args=[purchase.number]),
        "supplier": purchase.supplier.get_absolute_url(),
        "receipt": receipt.get_absolute_url(),
    }[page]
    desk.get(address)
    with django_assert_num_queries({"purchase": 8, "receive": 7, "supplier": 8, "receipt": 7}[page]):
        desk.get(address)


HEAD = {"expected": "", "note": "请送到后门"}


def test_a_purchase_order_is_drafted_once(desk):
    tea, hill = a_product("TEA", barcode="690", on_hand=0, cost=Decimal("4.2")), a_supplier()
    sent = HEAD | {"supplier": hill.pk, "warehouse": a_warehouse().pk, "submission": key()}
    sent |= {"sku": ["690", "", ""], "quantity": ["1,200", "", ""], "cost": ["", "", ""]}
    answers = {desk.post(reverse("purchase-order-new"), sent).url for _click in range(3)}
    purchase = PurchaseOrder.objects.get()
    assert answers == {purchase.get_absolute_url()}
    assert list(purchase.lines.values_list("product", "ordered", "cost")) == [(tea.pk, 1200, Decimal("4.2"))]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("NONE", "1", ""), "No product has this SKU or barcode."),
        (("TEA", "1.5", ""), "Enter a whole number of pieces."),
        (("TEA", "99999999999", ""), "Enter a whole number of pieces."),
        (("TEA", "1", "NaN"), "Enter a price such as 4.20"),
        (("", "", ""), "A purchase order needs at least one line."),
    ],
)
def test_odd_lines_are_shown_again_with_what_is_wrong(desk, typed, sentence):
    a_product("TEA", on_hand=0)
    sent = HEAD | {"supplier": a_supplier().pk, "warehouse": a_warehouse().pk, "submission": key()}
    sent |= dict(zip(("sku", "quantity", "cost"), typed, strict=True))
    answer = desk.post(reverse("purchase-order-new"), sent)
    assert (answer.status_code, sentence in words(answer), typed[0] in words(answer)) == (422, True, True)
    assert not PurchaseOrder.objects.exists()


def test_the_form_offers_what_the_supplier_sells(desk):
    hill = a_supplier()
    SupplierItem.objects.create(supplier=hill, product=a_product("TEA", on_hand=0))
    a_product("CUP", on_hand=0)
    page = words(desk.get(reverse("purchase-order-new"), {"supplier": hill.pk}))
    assert ('<option value="TEA">' in page, '<option value="CUP">' in page) == (True, False)


def test_a_draft_that_somebody_changed_is_not_overwritten(desk):
    tea = a_product("TEA", on_hand=0)
    purchase = a_draft((tea, 5))
    sent = HEAD | {"supplier": purchase.supplier_id, "warehouse": purchase.warehouse_id, "version": 1}
    sent |= {"sku": "TEA", "quantity": "7", "cost": "2"}
    url = reverse("purchase-order-edit", args=[purchase.number])
    assert 'value="5"' in words(desk.get(url))
    assert desk.post(url, sent | {"submission": key()}).status_code == 302
    assert desk.post(url, sent | {"submission": key(), "quantity": "9"}).status_code == 409
    assert counters(purchase) == [("TEA", 7, 0, 0)]


def test_an_order_is_sent_from_its_page(desk):
    purchase = a_draft((a_product("TEA", on_hand=0), 5))
    url = reverse("purchase-order-action", args=[purchase.number, "send"])
    assert url in words(desk.get(purchase.get_absolute_url()))
    sent = {"submission": key()}
    assert [desk.post(url, sent).status_code for _click in range(2)] == [302, 302]
    purchase.refresh_from_db()
    assert purchase.status == "sent"
    assert desk.get(reverse("purchase-order-edit", args=[purchase.number])).status_code == 200
    sent = {"submission": key(), "expected": str(timezone.localdate() - datetime.timedelta(days=1))}
    answer = desk.post(reverse("purchase-order-action", args=[purchase.number, "expect"]), sent)
    assert (answer.status_code, "This day is over." in words(answer)) == (422, True)


def test_overdue_orders_have_a_tab(desk):
    tea = a_product("TEA", on_hand=0)
    late, due = a_sent((tea, 5)), a_sent((tea, 5), supplier=a_supplier("Due"))
    PurchaseOrder.objects.filter(pk=late.pk).update(expected=timezone.localdate() - datetime.timedelta(days=2))
    page = words(desk.get(reverse("purchase-orders"), {"overdue": "yes"}))
    assert (late.number in page, due.number in page) == (True, False)
    assert list(queries.overdue_purchase_orders()) == [late]


def test_a_delivery_is_received_once(desk):
    purchase = a_sent((a_product("TEA", on_hand=0), 20), (a_product("CUP", on_hand=0), 5))
    tea, cup = purchase.lines.values_list("pk", flat=True)
    url = reverse("purchase-order-receive", args=[purchase.number])
    sent = {f"pieces_{tea}": "12", f"pieces_{cup}": "", "paper": "LS 7", "submission": key()}
    answers = {desk.post(url, sent).url for _click in range(3)}
    receipt = Receipt.objects.get()
    assert answers == {receipt.get_absolute_url()}
    assert counters(purchase) == [("TEA", 20, 12, 0), ("CUP", 5, 0, 0)]
    page = words(desk.get(reverse("movements")))
    assert f'href="{receipt.get_absolute_url()}"' in page and "LS 7" in page


def test_too_many_pieces_are_refused_and_the_typing_stays(desk):
    purchase = a_sent((a_product("TEA", on_hand=0), 20))
    name = f"pieces_{purchase.lines.get().pk}"
    answer = desk.post(
        reverse("purchase-order-receive", args=[purchase.number]), {name: "21", "paper": "LS", "submission": key()}
    )
    assert (answer.status_code, Receipt.objects.count(), Movement.objects.count()) == (409, 0, 0)
    assert "21 pieces of TEA were counted, but only 20 are awaited" in words(answer)
    assert 'value="21"' in words(answer) and 'value="LS"' in words(answer)


def test_a_scan_counts_one_more_without_javascript(desk):
    tea = a_product("TEA", barcode="690", on_hand=0)
    Barcode.objects.create(product=tea, code="CARTON", pieces=12)
    purchase = a_sent((tea, 40))
    name = f"pieces_{purchase.lines.get().pk}"
    url = reverse("purchase-order-receive", args=[purchase.number])
    page = desk.post(url, {name: "3", "code": "carton", "submission": key()})
    assert (page.status_code, "is not awaited" in words(page), 'value="3"' in words(page)) == (200, True, True)
    page = desk.post(url, {name: "3", "code": "CARTON", "submission": key()})
    assert 'value="15"' in words(page) and "TEA: 15 counted." in words(page)
    page = desk.post(url, {name: "15", "code": "690", "submission": key()})
    assert 'value="16"' in words(page)
    assert 'value="4"' in words(desk.post(url, {name: "4", "code": "", "count": "1", "submission": key()}))
    assert not Receipt.objects.exists()
    assert 'data-codes="tea 1|690 1|CARTON 12"' in words(page)


def test_lots_and_serial_numbers_are_asked_for(desk):
    milk, phone = a_product("MILK", on_hand=0, tracking="lot"), a_product("PHONE", on_hand=0, tracking="serial")
    purchase = a_sent((milk, 6), (phone, 2))
    m, p = purchase.lines.order_by("id").values_list("pk", flat=True)
    sent = {f"pieces_{m}": "6", f"lot_{m}": "L7", f"expires_{m}": "2027-01-31", "submission": key()}
    sent |= {f"pieces_{p}": "2", f"serials_{p}": "S1"}
    url = reverse("purchase-order-receive", args=[purchase.number])
    answer = desk.post(url, sent)
    assert (answer.status_code, "2 different numbers are needed, not 1" in words(answer)) == (409, True)
    assert desk.post(url, sent | {f"serials_{p}": "S1\nS2"}).status_code == 302
    assert Movement.objects.get(stock__product=milk).lot.expires == datetime.date(2027, 1, 31)


def test_a_product_says_what_is_on_order_and_who_sells_it(desk):
    tea = a_product("TEA", on_hand=0)
    purchase = a_sent((tea, 20))
    SupplierItem.objects.create(supplier=purchase.supplier, product=tea, supplier_sku="H-9")
    page = words(desk.get(tea.get_absolute_url()))
    assert purchase.number in page and "H-9" in page
    services.receive_purchase(purchase, {purchase.lines.get().pk: 5}, by=None)
    assert queries.incoming([tea.pk]) == {(tea.pk, purchase.warehouse_id): [(purchase.expected, 15, purchase.number)]}


def test_incoming_goods_are_one_statement_in_the_order_of_their_days(django_assert_num_queries):
    tea, cup = a_product("TEA", on_hand=0), a_product("CUP", on_hand=0)
    late = a_sent((tea, 5), (cup, 3))
    soon = a_sent((tea, 7), supplier=a_supplier("Quick", lead_time_days=2))
    a_draft((tea, 9), supplier=soon.supplier)
    place = a_warehouse().pk
    with django_assert_num_queries(1):
        found = queries.incoming([tea.pk, cup.pk])
    assert found == {
        (tea.pk, place): [(soon.expected, 7, soon.number), (late.expected, 5, late.number)],
        (cup.pk, place): [(late.expected, 3, late.number)],
    }


def test_terms_are_kept_and_one_supplier_is_preferred(desk):
    a_product("TEA", on_hand=0)
    hill, sea = a_supplier(), a_supplier("Sea")
    url = reverse("supplier-item-new")
    terms = {"code": "TEA", "supplier_sku": "H-1", "price": "3.5", "minimum": "10", "pack_size": "5", "preferred": "on"}
    for supplier in (hill, sea):
        answer = desk.post(url, terms | {"supplier": supplier.pk, "submission": key()})
        assert answer.url == supplier.get_absolute_url()
    assert list(SupplierItem.objects.order_by("pk").values_list("supplier__name", "preferred")) == [
        (hill.name, False),
        ("Sea", True),
    ]
    again = desk.post(url, terms | {"supplier": hill.pk, "submission": key()})
    assert (again.status_code, "already has terms" in words(again)) == (409, True)
    item = hill.items.get()
    desk.post(item.get_absolute_url(), terms | {"price": "3", "submission": key()})
    item.refresh_from_db()
    assert (item.price, item.preferred, sea.items.get().preferred) == (3, True, False)
    desk.post(reverse("supplier-item-action", args=[item.pk, "remove"]), {"submission": key()})
    assert not hill.items.exists()
    assert "H-1" in words(desk.get(sea.get_absolute_url()))


def test_what_a_page_has_printed(desk):
    receipt = services.receive_blind(a_warehouse(), [Arrived(a_product("TEA", on_hand=0), 3)], by=None)
    for name, number in (("receipt-note", receipt.number), ("purchase-order-pdf", a_draft((a_product(), 1)).number)):
        answer = desk.get(reverse(name, args=[number]))
        assert (answer.headers["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert Supplier.objects.count() == 1 and PurchaseLine.objects.count() == 1
