"""The order form's comfort: drafts, discounts within a ceiling, payment terms, the address book."""

import re
import uuid
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.services import add_address
from inventory import services as inventory
from inventory.models import Component
from oms.errors import DomainError
from orders.composing import Asked, Request
from orders.models import DiscountCeiling, Order, OrderDraft, OrderLine
from orders.queries import discount_ceiling
from orders.services import enter_order, set_ceilings
from tests.orders.test_entry import FORM, PREVIEW, typed, words
from tests.stories import ADDRESS, a_customer, a_person, a_product, a_warehouse

pytestmark = pytest.mark.django_db
D = Decimal
DRAFTS, SAVE = "/orders/drafts/", "/orders/drafts/save/"


def a_clerk(*more: str, ceiling: str = ""):
    person = a_person("orders.place_order", "orders.view_order", *more)
    if ceiling:
        role = Group.objects.create(name="desk")
        role.user_set.add(person)
        DiscountCeiling.objects.create(group=role, percent=D(ceiling))
    return person


@pytest.fixture
def person():
    return a_clerk(ceiling="10")


@pytest.fixture
def clerk(client, person):
    client.force_login(person)
    return client


# ---- drafts


def test_what_is_typed_is_kept_by_itself_and_is_no_order(clerk, person):
    form = typed(("TEA", "2"), customer="Mei", note="ring twice")
    assert "Draft saved at" in words(clerk.post(SAVE, form))
    clerk.post(SAVE, form | {"note": "ring thrice"})
    draft = OrderDraft.objects.get()
    assert (draft.by, draft.customer, draft.lines, draft.content["note"]) == (person, "Mei", 1, ["ring thrice"])
    assert Order.objects.count() == 0


def test_an_empty_form_is_not_kept(clerk):
    assert clerk.post(SAVE, typed(customer="")).status_code == 204
    assert OrderDraft.objects.count() == 0


def test_a_draft_is_gone_on_with_as_it_was_typed_and_ends_when_it_is_placed(clerk):
    a_customer(), a_product("TEA")
    form = typed(("TEA", "2"), ("POT?", "x"), note="ring twice", discount=["5", ""])
    clerk.post(FORM, form | {"keep": "1"})
    page = clerk.get(FORM, {"draft": OrderDraft.objects.get().pk}).content.decode()
    assert f'value="{form["submission"]}"' in page
    assert ('value="POT?"' in page, "ring twice" in page, 'name="discount" value="5"' in page) == (True, True, True)
    clerk.post(FORM, typed(("TEA", "2")) | {"submission": form["submission"]})
    assert (Order.objects.count(), OrderDraft.objects.count()) == (1, 0)
    assert clerk.post(SAVE, form).content.strip() == b""  # it was still on its way when the order was placed
    assert OrderDraft.objects.count() == 0


def test_a_draft_is_its_owners_alone(clerk):
    foreign = OrderDraft.objects.create(
        by=a_person(), key=uuid.uuid4(), customer="Secret", content={"note": ["Secret"]}
    )
    assert "Secret" not in clerk.get(DRAFTS).content.decode()
    assert "Secret" not in clerk.get(FORM, {"draft": foreign.pk}).content.decode()
    assert clerk.post(f"/orders/drafts/{foreign.pk}/do/throw-away/").status_code == 404
    assert OrderDraft.objects.count() == 1


def test_a_draft_is_thrown_away(clerk, person):
    draft = OrderDraft.objects.create(by=person, key=uuid.uuid4(), customer="Mei")
    answer = clerk.post(f"/orders/drafts/{draft.pk}/do/throw-away/", {"submission": str(uuid.uuid4())})
    assert (answer.status_code, answer["location"]) == (302, DRAFTS)
    assert OrderDraft.objects.count() == 0


def test_a_draft_that_is_too_long_is_refused(clerk):
    assert "too long" in words(clerk.post(SAVE, typed(("TEA", "1"), note="x" * 2001)))
    assert clerk.post(FORM, typed(("TEA", "1"), note="x" * 2001, keep="1")).status_code == 409
    assert OrderDraft.objects.count() == 0


@pytest.mark.parametrize("draft", ["", "x", "9" * 30, "0"])
def test_an_odd_draft_is_an_empty_form(clerk, draft):
    assert clerk.get(FORM, {"draft": draft}).status_code == 200


def test_the_list_of_drafts_costs_the_same_for_one_and_for_three(clerk, person):
    OrderDraft.objects.create(by=person, key=uuid.uuid4())
    for more in (0, 2):
        for _each in range(more):
            OrderDraft.objects.create(by=person, key=uuid.uuid4())
        clerk.get(DRAFTS)
        with CaptureQueriesContext(connection) as queries:
            clerk.get(DRAFTS)
        assert len(queries) == 6


@pytest.mark.parametrize("path", [DRAFTS, "/orders/drafts/1/do/throw-away/"])
def test_drafts_need_the_right_to_place_orders(client, path):
    client.force_login(a_person("orders.view_order"))
    assert client.get(path).status_code == 403
    assert client.post(SAVE).status_code == 403


# ---- discounts


def test_a_discount_within_the_ceiling_lowers_the_price_and_says_so(clerk):
    a_customer(), a_product("TEA", price="10"), a_product("POT", price="20")
    form = typed(("TEA", "2"), ("POT", "1"), discount=["10", ""])
    shown = words(clerk.post(PREVIEW, form))
    assert "10 % discount on this line." in shown
    clerk.post(FORM, form)
    order = Order.objects.get()
    assert f"Total CN¥{order.total}" in shown
    tea, pot = order.lines.all()
    assert (tea.unit_price, tea.net, pot.unit_price) == (D("9.0000"), D("18.00"), D("20.0000"))
    assert [r["code"] for r in tea.price_reasons] == ["list_price", "discount_by_hand"]
    assert [r["code"] for r in pot.price_reasons] == ["list_price"]


@pytest.mark.parametrize(
    ("discount", "refusal"),
    [
        ("10.01", "10.01 % is more than you may give: at most 10 %."),
        ("-1", "-1 is not a discount in percent."),
        ("ten", "ten is not a discount in percent."),
        ("NaN", "NaN is not a discount in percent."),
        ("101", "101 is not a discount in percent."),
    ],
)
def test_a_discount_beyond_the_ceiling_is_refused(clerk, discount, refusal):
    a_customer(), a_product("TEA")
    answer = clerk.post(FORM, typed(("TEA", "1"), discount=[discount]))
    assert (answer.status_code, refusal in words(answer), Order.objects.count()) == (422, True, 0)


def test_the_service_asks_for_the_ceiling_itself(person):
    request = Request(a_customer(), [Asked(a_product().pk, 1)], address=ADDRESS)
    with pytest.raises(DomainError, match="at most 10 %"):
        enter_order(request, by=person, percents=[D(11)])
    assert Order.objects.count() == 0


def test_a_discount_on_a_kit_is_shared_by_its_parts(clerk):
    a_customer()
    kit = a_product("SET", price="50", on_hand=0, kind="kit")
    for sku, price in (("POT", "30"), ("CUP", "20")):
        Component.objects.create(product=kit, part=a_product(sku, price=price), quantity=1)
    clerk.post(FORM, typed(("SET", "1"), discount=["10"]))
    assert Order.objects.get().net == D("45.00")
    codes = [[r["code"] for r in line.price_reasons] for line in OrderLine.objects.all()]
    assert codes == [["list_price", "discount_by_hand", "in_kit"]] * 2


def test_the_most_generous_role_counts(person):
    assert discount_ceiling(person) == 10
    more = Group.objects.create(name="senior")
    person.groups.add(more)
    set_ceilings({more: D(25)}, by=None)
    assert discount_ceiling(person) == 25
    set_ceilings({more: None}, by=None)
    assert discount_ceiling(person) == 10


def test_without_a_ceiling_only_those_give_discounts_who_may_change_prices(client):
    assert discount_ceiling(a_clerk()) == 0
    assert discount_ceiling(a_clerk("orders.change_price")) == 100
    client.force_login(a_clerk())
    assert 'name="discount"' not in client.get(FORM).content.decode()


def test_the_ceilings_are_set_on_their_page(client):
    role = Group.objects.create(name="sales")
    client.force_login(a_person("orders.change_orderpolicy"))
    path = "/orders/rules/discounts/"
    assert "sales" in words(client.get(path))
    client.post(path, {f"role_{role.pk}": "12.5", "submission": str(uuid.uuid4())})
    assert DiscountCeiling.objects.get().percent == D("12.50")
    assert client.post(path, {f"role_{role.pk}": "120", "submission": str(uuid.uuid4())}).status_code == 422
    client.force_login(a_clerk())
    assert client.get(path).status_code == 403


# ---- terms and address book


def test_payment_terms_are_kept_and_repeated(clerk):
    a_customer(), a_product("TEA")
    clerk.post(FORM, typed(("TEA", "1"), payment_terms="net_30"))
    order = Order.objects.get()
    assert order.payment_terms == "net_30"
    assert "within 30 days" in words(clerk.get(order.get_absolute_url()))
    assert re.search(r'value="net_30"\s+selected', clerk.get(FORM, {"copy": order.number}).content.decode())


def test_a_new_address_goes_into_the_address_book_once(client):
    client.force_login(a_clerk("customers.change_customer"))
    customer = a_customer()
    a_product("TEA")
    for _twice in range(2):
        client.post(FORM, typed(("TEA", "1"), keep_address="on"))
    assert list(customer.addresses.values_list("name", "line1")) == [("Mei", "1 Road")]


def test_the_address_book_needs_its_permission(clerk):
    customer = a_customer()
    a_product("TEA"), add_address(customer, by=None, name="Mei", line1="Old Road", city="X")
    clerk.post(FORM, typed(("TEA", "1"), keep_address="on"))
    assert customer.addresses.count() == 1
    assert Order.objects.get().line1 == "1 Road"


def test_stock_is_shown_for_each_warehouse(clerk):
    tea = a_product("TEA", on_hand=3)
    inventory.receive(tea, a_warehouse("SOUTH"), 7, by=None)
    shown = words(clerk.post(PREVIEW, typed(("TEA", "1"))))
    assert ("MAIN warehouse: 3" in shown, "SOUTH warehouse: 7" in shown) == (True, True)
