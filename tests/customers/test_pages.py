"""The pages of customers."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, Tier
from customers.services import change_customer
from orders import services as orders
from tests.stories import a_customer, a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db
MAY = ["view_customer", "add_customer", "change_customer", "view_tier", "add_tier", "change_tier"]


@pytest.fixture
def desk(client):
    client.force_login(a_person(*(f"customers.{code}" for code in MAY), "orders.view_order"))
    return client


def send(client, path, **fields):
    return client.post(path, {"submission": str(uuid.uuid4()), **fields})


def names(response) -> list[str]:
    return re.findall(r'<td class="kind-text"[^>]*><a href="/customers/[^/]+/">([^<]+)</a>', response.content.decode())


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def queries_of(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize(("path", "expected"), [("/customers/", 7), ("/customers/tiers/", 6)])
def test_a_list_costs_the_same_for_one_row_and_for_three(desk, path, expected):
    counts = []
    for n in range(3):
        a_customer(tier=Tier.objects.create(name=f"T{n}"))
        counts.append(queries_of(desk, path))
    assert counts == [expected] * 3


@pytest.mark.parametrize("words", ["美玲", "mei@ex", "0000 1234", "c77", "C77"])
def test_customers_are_found(desk, words):
    a_customer("Other", email="o@o.cn")
    a_customer("林美玲小姐", phone="+86 138 0000 1234", code="C77")
    assert names(desk.get("/customers/", {"q": words})) == ["林美玲小姐"]


def test_filters_narrow_the_list(desk):
    gold = Tier.objects.create(name="Gold")
    a_customer("A", tier=gold, language="en"), a_customer("B", blocked=True), a_customer("C", language="zh-hant")
    assert names(desk.get(f"/customers/?tier={gold.pk}")) == ["A"]
    assert names(desk.get("/customers/?blocked=yes")) == ["B"]
    assert names(desk.get("/customers/?language=en&language=zh-hant")) == ["C", "A"]


def test_a_customer_is_made_once_with_her_address(desk):
    form = {"name": "Mei", "language": "zh-hant", "line1": "1 Road", "city": "X", "submission": str(uuid.uuid4())}
    first, second = desk.post("/customers/new/", form), desk.post("/customers/new/", form)
    customer = Customer.objects.get()
    assert first["location"] == second["location"] == customer.get_absolute_url()
    assert (customer.language, customer.addresses.get().line1) == ("zh-hant", "1 Road")


@pytest.mark.parametrize("change", [{"name": ""}, {"email": "nonsense"}, {"language": "tlh"}, {"name": "x" * 161}])
def test_a_wrong_field_makes_nobody(desk, change):
    form = {"name": "Mei", "language": "en", **change}
    assert send(desk, "/customers/new/", **form).status_code == 422
    assert Customer.objects.count() == 0


def test_a_stale_form_does_not_overwrite(desk):
    customer = a_customer("Mei")
    form = {"name": "Mei Stale", "language": "en", "version": "1"}
    change_customer(customer, by=None, name="Mei Fresh")
    answer = send(desk, f"/customers/{customer.code}/edit/", **form)
    assert answer.status_code == 409
    assert "was changed by somebody else" in text(answer)
    assert Customer.objects.get().name == "Mei Fresh"
    assert send(desk, f"/customers/{customer.code}/edit/", **form | {"version": "2"}).status_code == 302
    assert Customer.objects.get().name == "Mei Stale"


def test_addresses_and_contacts_are_added_and_corrected(desk):
    customer = a_customer()
    page = customer.get_absolute_url()
    send(desk, f"{page}addresses/new/", name="Mei", line1="1 Raod", country="CN")
    address = customer.addresses.get()
    send(desk, f"{page}addresses/{address.pk}/", name="Mei", line1="1 Road", country="CN")
    send(desk, f"{page}contacts/new/", name="Li", role="Buyer", phone="123")
    shown = text(desk.get(page))
    assert "1 Road" in shown
    assert "Li Buyer 123" in shown
    assert customer.addresses.count() == 1


def test_the_address_of_another_customer_is_out_of_reach(desk):
    mine, other = a_customer(code="A1"), a_customer(code="B1", address={"name": "Secret", "line1": "x"})
    path = f"/customers/{mine.code}/addresses/{other.addresses.get().pk}/"
    assert (desk.get(path).status_code, send(desk, path, name="x", line1="y").status_code) == (404, 404)


def test_the_page_costs_the_same_for_one_order_and_for_three(desk):
    customer, counts = a_customer(), []
    for _order in range(3):
        a_placed_order((a_product(), 1), customer=customer)
        counts.append(queries_of(desk, customer.get_absolute_url()))
    assert counts == [10] * 3


def test_the_figures_leave_cancelled_orders_out(desk):
    customer = a_customer()
    first = a_placed_order((a_product(price="100"), 1), customer=customer)
    a_placed_order((a_product(price="50"), 1), customer=customer)
    orders.cancel_order(a_placed_order((a_product(price="999"), 1), customer=customer), by=None, reason="x")
    orders.record_payment(first, by=None, method="card", amount=first.total)
    shown = text(desk.get(f"/orders/of/{customer.code}/"))
    assert shown.startswith("Orders 2 Total 169.50 CNY On average 84.75 CNY Still to pay 56.50 CNY Last order")


def test_without_the_right_to_orders_the_page_shows_none(client):
    client.force_login(a_person("customers.view_customer"))
    order = a_placed_order((a_product(), 1), customer=a_customer())
    assert order.number not in client.get(order.customer.get_absolute_url()).content.decode()


def test_tiers_are_made_and_changed(desk):
    send(desk, "/customers/tiers/new/", name="Gold", importance="60", discount="5")
    tier = Tier.objects.get()
    assert send(desk, f"/customers/tiers/{tier.pk}/", name="Gold", importance="101", discount="5").status_code == 422
    send(desk, f"/customers/tiers/{tier.pk}/", name="Gold", importance="70", discount="5")
    assert Tier.objects.get().importance == 70
