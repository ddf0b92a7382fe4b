"""The order form: what is typed, looked up, previewed and placed once."""

import re
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.services import add_address
from inventory.models import Component, Stock
from oms.models import Event, Submission
from orders.models import Order
from tests.stories import a_customer, a_person, a_product

pytestmark = pytest.mark.django_db
D = Decimal
FORM, PREVIEW = "/orders/new/", "/orders/new/preview/"


@pytest.fixture
def clerk(client):
    client.force_login(a_person("orders.place_order", "orders.view_order"))
    return client


@pytest.fixture
def pricer(client):
    client.force_login(a_person("orders.place_order", "orders.view_order", "orders.change_price"))
    return client


def typed(*rows: tuple[str, ...], **fields) -> dict:
    """The form as a browser sends it: rows of (sku, quantity[, price])."""
    return {
        "customer": "mei@example.com",
        "ship_name": "Mei",
        "line1": "1 Road",
        "city": "Shanghai",
        "submission": str(uuid.uuid4()),
        "sku": [row[0] for row in rows],
        "quantity": [row[1] for row in rows],
        "price": [row[2] if len(row) > 2 else "" for row in rows],
    } | fields


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_an_order_is_placed_as_typed(clerk):
    customer = a_customer()
    tea, pot = a_product("TEA", price="10"), a_product("POT", price="99.99", barcode="4006381333931")
    wanted = timezone.localdate() + timedelta(days=30)
    rows = [("tea", "2"), ("4006381333931", "1"), ("", "1")]
    answer = clerk.post(FORM, typed(*rows, urgent="on", requested_date=wanted.isoformat(), note="ring twice"))
    order = Order.objects.get()
    assert (answer.status_code, answer["location"]) == (302, order.get_absolute_url())
    assert (order.customer, order.channel, order.urgent, order.note) == (customer, "desk", True, "ring twice")
    assert (order.requested_date, order.total) == (wanted, D("135.59"))
    assert list(order.lines.values_list("product", "ordered")) == [(tea.pk, 2), (pot.pk, 1)]
    assert (order.ship_name, order.line1, order.city) == ("Mei", "1 Road", "Shanghai")


def test_a_double_click_makes_one_order(clerk):
    a_customer(), a_product("TEA")
    form = typed(("TEA", "1"))
    first, second = clerk.post(FORM, form), clerk.post(FORM, form)
    assert first["location"] == second["location"]
    assert (Order.objects.count(), Stock.objects.get().reserved) == (1, 1)


def test_a_refused_form_may_be_sent_again_with_the_same_key(clerk):
    a_customer(), a_product("TEA")
    other = a_customer("Other", email="o@o.cn")
    Order.objects.create(number="SO1", customer=other, currency="CNY", channel="desk", reference="PO-1")
    form = typed(("TEA", "1"), reference="PO-1")
    refused = clerk.post(FORM, form)
    assert refused.status_code == 409
    assert "There is already an order with this reference." in words(refused)
    assert 'value="TEA"' in refused.content.decode()
    assert (Order.objects.count(), Submission.objects.count(), Event.objects.filter(kind="order.placed").count()) == (
        1,
        0,
        0,
    )
    assert clerk.post(FORM, form | {"reference": "PO-2"}).status_code == 302


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("NONE", "1"), "There is no product NONE."),
        (("OLD", "1"), "OLD is no longer sold."),
        (("TEA", "0"), "The quantity must be a whole number between 1 and 1,000,000."),
        (("TEA", "-1"), "The quantity must be a whole number between 1 and 1,000,000."),
        (("TEA", "1000000000"), "The quantity must be a whole number between 1 and 1,000,000."),
        (("TEA", "1.5"), "The quantity must be a whole number between 1 and 1,000,000."),
        (("TEA", "²"), "The quantity must be a whole number between 1 and 1,000,000."),
        (("TEA", "1", "cheap"), "cheap is not a price."),
        (("TEA", "1", "-1"), "-1 is not a price."),
        (("TEA", "1", "NaN"), "NaN is not a price."),
        (("TEA", "1", "1.00001"), "1.00001 is not a price."),
        (("TE\0A", "0"), "The quantity must be a whole number between 1 and 1,000,000."),
        (("=1+1", "1"), "There is no product =1+1."),
    ],
)
def test_a_wrong_row_says_so_beside_it_and_nothing_is_written(pricer, row, sentence):
    a_customer(), a_product("TEA"), a_product("OLD", active=False)
    answer = pricer.post(FORM, typed(("TEA", "1"), row))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "Some lines cannot be ordered like this" in words(answer)
    assert (Order.objects.count(), Stock.objects.filter(reserved__gt=0).count()) == (0, 0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"customer": "nobody"}, "There is no such customer."),
        ({"customer": ""}, "This field is required."),
        ({"customer": "Li Wei"}, "Which one? C"),
        ({"requested_date": "2020-01-01"}, "This day is over."),
        ({"requested_date": "soon"}, "Enter a valid date."),
        ({"warehouse": "999"}, "Select a valid choice."),
        ({"city": "x" * 101}, "at most 100 characters"),
    ],
)
def test_a_wrong_field_keeps_the_typing(clerk, change, sentence):
    a_customer(), a_product("TEA"), a_customer("Li Wei", email="a@b.cn"), a_customer("Li Wei", email="b@b.cn")
    answer = clerk.post(FORM, typed(("TEA", "7")) | change)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'value="7"' in answer.content.decode()
    assert Order.objects.count() == 0


def test_an_empty_order_is_refused_on_top(clerk):
    a_customer()
    answer = clerk.post(FORM, typed(("", "1")))
    assert answer.status_code == 409
    assert "An order needs at least one line." in words(answer)


def test_a_price_by_hand_needs_its_permission(clerk):
    a_customer(), a_product("TEA")
    answer = clerk.post(FORM, typed(("TEA", "1", "0.01")))
    assert answer.status_code == 422
    assert "You may not change prices." in words(answer)
    assert Order.objects.count() == 0
    assert 'name="price"' not in clerk.get(FORM).content.decode()


def test_a_price_by_hand_counts(pricer):
    a_customer(), a_product("TEA", price="10")
    pricer.post(FORM, typed(("TEA", "2", "7.5")))
    assert Order.objects.get().net == D("15.00")


def test_a_blocked_customers_order_is_placed_on_hold(clerk):
    a_customer(blocked=True), a_product("TEA")
    clerk.post(FORM, typed(("TEA", "1")))
    assert Order.objects.get().stage == "on_hold"


# ---- preview


def test_the_preview_shows_price_tax_stock_and_date_and_writes_nothing(clerk):
    a_customer(), a_product("TEA", price="10", on_hand=3)
    answer = clerk.post(PREVIEW, typed(("TEA", "2"), ("NONE", "1")))
    shown = words(answer)
    assert "Total CN¥22.60" in shown
    assert "Tax CN¥2.60" in shown
    assert "There is no product NONE." in shown
    assert "Nothing speaks against this order." in shown
    assert re.search(r'data-fact="stock".*?status-ok">3<', answer.content.decode(), re.DOTALL)
    assert (Order.objects.count(), Stock.objects.get().reserved, Submission.objects.count()) == (0, 0, 0)


def test_a_kit_is_one_row_and_as_many_as_its_scarcest_part(clerk):
    a_customer()
    kit = a_product("SET", price="50", on_hand=0, kind="kit")
    for sku, price, on_hand, each in (("POT", "30", 9, 1), ("CUP", "10", 7, 3)):
        Component.objects.create(product=kit, part=a_product(sku, price=price, on_hand=on_hand), quantity=each)
    answer = clerk.post(PREVIEW, typed(("SET", "2"), ("CUP", "1")))
    assert "Total CN¥124.30" in words(answer)
    assert re.findall(r'data-fact="stock".*?status-ok">(\d+)<', answer.content.decode(), re.DOTALL) == ["2", "7"]


def test_the_preview_equals_what_is_placed(pricer):
    a_customer(), a_product("TEA", price="0.335"), a_product("POT", price="19.9", floor_price=D(18))
    form = typed(("TEA", "3"), ("POT", "7", "17"))
    shown = words(pricer.post(PREVIEW, form))
    pricer.post(FORM, form)
    order = Order.objects.get()
    assert f"Total CN¥{order.total}" in shown
    assert "POT: CN¥17.00 is below the floor of CN¥18.00." in shown
    assert "It will be placed on hold" in shown
    assert order.stage == "on_hold"


def test_the_preview_needs_no_customer_yet(clerk):
    a_product("TEA", price="10")
    shown = words(clerk.post(PREVIEW, typed(("TEA", "1"), customer="", line1="")))
    assert "Total CN¥11.30" in shown
    assert "address" not in shown
    assert "Nothing speaks against" not in shown


def test_the_preview_names_what_is_missing_and_what_lies_elsewhere(clerk):
    a_customer(), a_product("TEA", on_hand=3)
    shown = words(clerk.post(PREVIEW, typed(("TEA", "5"))))
    assert "2 missing" in shown
    assert "TEA: 2 of 5 are not in stock." in shown


def test_the_preview_costs_the_same_for_one_line_and_for_three(clerk):
    a_customer(), a_product("A"), a_product("B"), a_product("C")
    clerk.post(PREVIEW, typed(("A", "1")))
    for rows in ([("A", "1")], [("A", "1"), ("B", "1"), ("C", "1")]):
        with CaptureQueriesContext(connection) as queries:
            clerk.post(PREVIEW, typed(*rows))
        assert len(queries) == 9


def test_without_javascript_the_form_is_checked_by_a_button(clerk):
    a_customer(), a_product("TEA", price="10")
    answer = clerk.post(FORM, typed(("TEA", "2"), check="1"))
    assert answer.status_code == 200
    assert "Total CN¥22.60" in words(answer)
    assert Order.objects.count() == 0


def test_the_check_brings_the_address_of_whom_it_knows(clerk):
    a_customer(address={"name": "Mei", "line1": "1 Road", "city": "Suzhou"}), a_product("TEA")
    answer = clerk.post(FORM, typed(("TEA", "2"), check="1", ship_name="", line1="", city=""))
    assert 'value="1 Road"' in answer.content.decode()
    assert 'value="TEA"' in answer.content.decode()
    assert "The address is incomplete" not in words(answer)


# ---- look-ups


@pytest.mark.parametrize("text", ["TEA-1", "tea-1", "4006381333931", "jasm", "茉莉花茶"])
def test_products_are_found_by_sku_barcode_and_name(clerk, text):
    a_product("TEA-1", name="Jasmine 茉莉花茶 tea", barcode="4006381333931")
    a_product("POT"), a_product("TEA-10", name="Jasmine, gone 4006381333931", active=False)
    answer = clerk.get("/orders/new/products/", {"sku": text})
    assert re.findall(r'data-value="([^"]+)"', answer.content.decode()) == ["TEA-1"]
    assert "100 in stock" in words(answer)


def test_the_exact_sku_comes_first(clerk):
    for sku in ("TEA-10", "XTEA-1", "TEA-1"):
        a_product(sku)
    answer = clerk.get("/orders/new/products/", {"sku": "tea-1"})
    assert re.findall(r'data-value="([^"]+)"', answer.content.decode()) == ["TEA-1", "TEA-10", "XTEA-1"]


@pytest.mark.parametrize("text", ["林美", "mei@ex", "0000 1234", "C1", "美玲"])
def test_customers_are_found_by_name_phone_mail_and_number(clerk, text):
    a_customer("Other", email="o@o.cn", code="X9")
    customer = a_customer("林美玲", phone="+86 138 0000 1234")
    answer = clerk.get("/orders/new/customers/", {"customer": text})
    assert re.findall(r'data-value="([^"]+)"', answer.content.decode()) == [f"{customer.code} · 林美玲"]


@pytest.mark.parametrize("path", ["/orders/new/customers/", "/orders/new/products/", "/orders/new/customer/"])
@pytest.mark.parametrize("text", ["", "\0", "%", "'", "x" * 3000])
def test_odd_look_ups_find_nothing_and_break_nothing(clerk, path, text):
    answer = clerk.get(path, {"customer": text, "sku": text})
    assert answer.status_code == 200
    assert "data-value" not in answer.content.decode()


def test_a_chosen_customer_brings_her_address(clerk):
    customer = a_customer("Mei Lin", phone="123", address={"name": "Mei", "line1": "1 Road", "city": "Suzhou"})
    second = add_address(customer, by=None, name="Office", line1="9 Street", city="Wuxi")
    first = clerk.get("/orders/new/customer/", {"customer": f"{customer.code} · Mei Lin"}).content.decode()
    assert 'value="1 Road"' in first
    assert 'value="Suzhou"' in first
    other = clerk.get("/orders/new/customer/", {"customer": customer.code, "address": second.pk}).content.decode()
    assert 'value="9 Street"' in other
    assert 'value="1 Road"' not in other


def test_an_unknown_customer_keeps_the_typed_address(clerk):
    answer = clerk.get("/orders/new/customer/", {"customer": "nobody", "line1": "7 Lane"})
    assert 'value="7 Lane"' in answer.content.decode()
    assert "No single customer is meant by this." in words(answer)


def test_another_customers_address_is_not_shown(clerk):
    mine = a_customer("Mei Lin")
    foreign = add_address(a_customer("Other"), by=None, name="Secret", line1="Secret Road", city="X")
    answer = clerk.get("/orders/new/customer/", {"customer": mine.code, "address": foreign.pk})
    assert "Secret" not in answer.content.decode()


def test_the_form_begins_with_the_customer_of_the_link(clerk):
    customer = a_customer("Mei Lin", address={"name": "Mei", "line1": "1 Road", "city": "Suzhou"})
    page = clerk.get(FORM, {"customer": customer.code}).content.decode()
    assert f'value="{customer.code} · Mei Lin"' in page
    assert 'value="1 Road"' in page


# ---- a new customer from the order form


def test_a_customer_made_in_the_dialog_goes_into_the_form(client):
    client.force_login(a_person("customers.add_customer", "orders.place_order"))
    htmx = {"HX-Request": "true", "HX-Target": "dialog"}
    address = f"{reverse('customer-new')}?then=order"
    page = client.get(f"{address}&customer=138 0000 1234", headers=htmx).content.decode()
    assert 'name="phone" value="138 0000 1234"' in page
    form = {"name": "New One", "language": "en", "line1": "1 Road", "city": "X", "submission": str(uuid.uuid4())}
    answer = client.post(address, form, headers=htmx)
    assert answer.status_code == 204
    assert re.search(r'"customer-made".*customer=C\d+', answer["HX-Trigger"])
    wrong = client.post(address, form | {"name": "", "submission": str(uuid.uuid4())}, headers=htmx)
    assert (wrong.status_code, "HX-Trigger" in wrong) == (422, False)
