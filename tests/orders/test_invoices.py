"""Invoices and credit notes: gapless, immutable, adding up, printed."""

from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from oms.errors import DomainError
from orders.documents import invoice_pdf
from orders.models import Invoice
from orders.services import Change, cancel_order, change_order, credit_invoice, issue_invoice
from tests.fulfillment.test_documents import text_of
from tests.fulfillment.test_races import at_once
from tests.ledger import assert_books_balance
from tests.orders.test_changes import refused
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return a_placed_order(
        (a_product("TEA", name="龙井", price="3.335"), 3), (a_product("CUP", price="10", tax_rate="0"), 2)
    )


def year() -> int:
    return timezone.localdate().year


def test_an_invoice_has_what_the_order_has(order):
    invoice = issue_invoice(order, by=None)
    assert (invoice.number, invoice.net, invoice.tax, invoice.total) == (
        f"INV-{year()}-000001",
        D("30.01"),
        D("1.30"),
        D("31.31"),
    )
    assert [(line["sku"], line["quantity"], line["net"]) for line in invoice.lines] == [
        ("TEA", 3, "10.01"),
        ("CUP", 2, "20.00"),
    ]
    assert refused(issue_invoice, order, by=None) == f"{order.number} is invoiced already by {invoice}."
    assert_books_balance()


def test_pieces_credited_one_by_one_add_up_to_the_invoice(order):
    invoice = issue_invoice(order, by=None)
    tea = invoice.lines[0]["line"]
    notes = [credit_invoice(invoice, by=None, reason="broken", pieces={tea: 1}) for _each in range(3)]
    assert [note.net for note in notes] == [D("-3.34"), D("-3.33"), D("-3.34")]
    assert sum(note.total for note in notes) == -D("11.31")
    words = "TEA: 0 pieces can still be credited."
    assert refused(credit_invoice, invoice, by=None, reason="x", pieces={tea: 1}) == words
    rest = credit_invoice(invoice, by=None, reason="all")
    assert invoice.total + sum(note.total for note in [*notes, rest]) == 0
    assert issue_invoice(order, by=None).number == f"INV-{year()}-000002"
    assert_books_balance()


def test_a_refused_invoice_leaves_no_gap(order):
    with pytest.raises(DomainError), transaction.atomic():
        issue_invoice(order, by=None)
        raise DomainError("given up")
    assert issue_invoice(order, by=None).number == f"INV-{year()}-000001"
    assert_books_balance()


def test_what_is_not_invoiced(order):
    cancel_order(order, by=None, reason="x")
    assert refused(issue_invoice, order, by=None) == f"{order.number} is not invoiced, it is Cancelled."


def test_an_invoice_is_not_touched_by_what_follows(order):
    invoice = issue_invoice(order, by=None)
    change_order(order, Change({order.lines.first().pk: 1}), by=None)
    assert Invoice.objects.get().total == invoice.total
    for statement in ("UPDATE orders_invoice SET total = 0, net = 0, tax = 0", "DELETE FROM orders_invoice"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_paper_is_printed(order, language):
    order.language = language
    order.save()
    text = text_of(invoice_pdf(issue_invoice(order, by=None)))
    assert f"INV-{year()}-000001" in text
    assert "31.31" in text
    assert "龙井" in text


def test_the_pages(client, order):
    client.force_login(a_person("orders.view_order", "orders.view_invoice", "orders.issue_invoice"))
    issue = reverse("order-action", args=[order.number, "invoice"])
    data = {"submission": str(uuid4())}
    for _twice in range(2):
        assert client.post(issue, data).status_code == 302
    invoice = Invoice.objects.get()
    assert invoice.number in client.get(order.get_absolute_url()).content.decode()
    assert invoice.number in client.get(reverse("invoices")).content.decode()
    assert client.get(reverse("invoice-pdf", args=[invoice.number])).content.startswith(b"%PDF")
    credit = reverse("invoice-action", args=[invoice.number, "credit"])
    line = f"line_{invoice.lines[0]['line']}"
    assert client.post(credit, {line: 1, "reason": "x", "submission": str(uuid4())}).status_code == 302
    assert Invoice.objects.filter(kind="credit").get().net == D("-3.34")
    assert client.get(invoice.get_absolute_url()).status_code == 200
    client.force_login(a_person("orders.view_order"))
    for url in (reverse("invoices"), invoice.get_absolute_url(), reverse("invoice-pdf", args=[invoice.number])):
        assert client.get(url).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_length(client, rows, django_assert_num_queries):
    tea = a_product("TEA")
    for _row in range(rows):
        issue_invoice(a_placed_order((tea, 1)), by=None)
    client.force_login(a_person("orders.view_invoice"))
    client.get(reverse("invoices"))
    with django_assert_num_queries(6):
        client.get(reverse("invoices"))


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_when_many_issue_at_once():
    tea = a_product("TEA")
    orders = [a_placed_order((tea, 1)) for _order in range(4)]
    outcomes = at_once(*[lambda order=order: issue_invoice(order, by=None) for order in [*orders, *orders]])
    assert outcomes.count("done") == 4
    assert sorted(Invoice.objects.values_list("number", flat=True)) == [f"INV-{year()}-{n:06}" for n in range(1, 5)]
    assert_books_balance()
