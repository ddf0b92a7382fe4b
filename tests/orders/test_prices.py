"""Price lists and promotions on real orders: what is charged, kept, changed, given back; their pages."""

import datetime
from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from customers.models import Tier
from inventory.models import Category
from oms.errors import DomainError
from orders import services
from orders.models import ListPrice, OrderPromotion, PriceList, Promotion
from orders.services import Change, change_order, issue_invoice, save_price_list, save_promotion, set_list_prices
from orders.services.entering import enter_order
from orders.shelf import Asked, Request
from tests.ledger import assert_books_balance
from tests.orders.test_changes import refused
from tests.orders.test_races import at_once
from tests.stories import ADDRESS, a_customer, a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea():
    return a_product("TEA", price="10", tax_rate="13")


def a_promotion(name="Ten", kind="percent", value="10", **fields) -> Promotion:
    return save_promotion(by=None, name=name, kind=kind, value=D(value), **fields)


def a_list(tea, *prices, name="Trade", **fields) -> PriceList:
    price_list = save_price_list(by=None, name=name, **fields)
    return set_list_prices(price_list, by=None, prices=[(tea, n, D(price)) for n, price in prices])


def reasons(order):
    return [reason["code"] for line in order.lines.all() for reason in line.price_reasons]


def test_a_break_counts_all_lines_of_the_product(tea):
    a_list(tea, (1, "9"), (10, "8"))
    few, many = a_placed_order((tea, 9)), a_placed_order((tea, 4), (tea, 6))
    assert [line.unit_price for line in few.lines.all()] == [D("9")]
    assert [line.unit_price for line in many.lines.all()] == [D("8"), D("8")]
    assert reasons(few) == ["price_list"]
    assert_books_balance()


def test_the_tiers_own_list_goes_before_the_general_one_and_the_tiers_percent(tea):
    gold = Tier.objects.create(name="Gold", discount=D(50))
    a_list(tea, (1, "4"), name="All")
    a_list(tea, (1, "7"), name="Gold list", tier=gold)
    assert a_placed_order((tea, 1), customer=a_customer(tier=gold)).net == D("7.00")
    assert a_placed_order((tea, 1)).net == D("4.00")


def test_a_list_counts_only_on_its_days(tea):
    today = timezone.localdate()
    a_list(tea, (1, "5"), ends_on=today - datetime.timedelta(days=1), name="Old")
    a_list(tea, (1, "6"), starts_on=today + datetime.timedelta(days=1), name="New")
    a_list(tea, (1, "7"), active=False, name="Off")
    assert a_placed_order((tea, 1)).net == D("10.00")


def test_a_price_with_tax_in_it(tea):
    a_list(tea, (1, "11.30"), tax_included=True)
    order = a_placed_order((tea, 3))
    assert (order.net, order.tax, order.total) == (D("30.00"), D("3.90"), D("33.90"))
    assert order.lines.get().amount == D("33.90")
    assert_books_balance()


def test_a_promotion_is_shared_out_and_explained(tea):
    a_promotion()
    order = a_placed_order((tea, 3))
    line = order.lines.get()
    assert (line.discount, line.net, order.net, order.total) == (D("3.00"), D("27.00"), D("27.00"), D("30.51"))
    assert reasons(order) == ["list_price", "promotion"]
    assert [(x.applied, x.amount) for x in order.promotions.all()] == [(True, D("3.00"))]


def test_a_refused_code_is_kept_with_its_reason(tea):
    a_promotion(code="SPRING", minimum=D(100))
    order = a_placed_order((tea, 1), promotion_code="spring")
    assert [(x.applied, x.reason["code"], x.reason["missing"]) for x in order.promotions.all()] == [
        (False, "promotion_minimum", "90.00")
    ]
    assert order.net == D("10.00")


def test_promotions_by_category_reach_what_lies_below(tea):
    drinks = Category.objects.create(name="Drinks")
    tea.category = Category.objects.create(name="Teas", parent=drinks)
    tea.save()
    a_promotion(categories=[drinks])
    assert a_placed_order((tea, 1), (a_product("CUP"), 1)).net == D("19.00")


def test_the_limit_of_one_customer(tea):
    a_promotion(max_uses_each=1)
    mei = a_customer()
    first, second = (a_placed_order((tea, 1), customer=mei) for _each in range(2))
    other = a_placed_order((tea, 1), customer=a_customer("陈伟", email="wei@example.com"))
    assert [first.net, second.net, other.net] == [D("9.00"), D("10.00"), D("9.00")]
    assert second.promotions.get().reason["code"] == "promotion_used_by_customer"
    assert_books_balance()


def test_a_cancelled_order_gives_its_use_back(tea):
    promotion = a_promotion(max_uses=1)
    order = a_placed_order((tea, 1))
    assert a_placed_order((tea, 1)).net == D("10.00")
    services.cancel_order(order, by=None, reason="mistake")
    promotion.refresh_from_db()
    assert promotion.used == 0
    assert a_placed_order((tea, 1)).net == D("9.00")
    assert_books_balance()


def test_the_database_refuses_one_use_too_many(tea):
    promotion = a_promotion(max_uses=1)
    a_placed_order((tea, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Promotion.objects.filter(pk=promotion.pk).update(used=2)


@pytest.mark.django_db(transaction=True)
def test_the_last_use_goes_to_one_of_many(tea):
    promotion = a_promotion(max_uses=1)
    buyers = [a_customer(str(n), email=f"{n}@example.com") for n in range(5)]
    orders = at_once(*[lambda c=c: a_placed_order((tea, 1), customer=c) for c in buyers])
    assert sorted(order.net for order in orders) == [D("9.00"), *[D("10.00")] * 4]
    promotion.refresh_from_db()
    assert promotion.used == 1


def test_a_changed_order_is_promoted_anew(tea):
    a_promotion(kind="goods", value="0", buy=2, free=1)
    order = a_placed_order((tea, 3))
    assert order.net == D("20.00")
    order = change_order(order, Change(quantities={order.lines.get().pk: 6}), by=None)
    assert (order.net, order.lines.get().discount) == (D("40.00"), D("20.00"))
    order = change_order(order, Change(quantities={order.lines.get().pk: 2}), by=None)
    assert (order.net, order.lines.get().discount) == (D("20.00"), D("0.00"))
    assert [x.applied for x in order.promotions.all()] == [False]
    assert_books_balance()


def test_a_split_takes_its_share_of_the_discount(tea):
    a_promotion(value="33")
    order = a_placed_order((tea, 3))
    whole = order.total
    new = services.split_order(order, {order.lines.get().pk: 1}, by=None, reason="later")
    order.refresh_from_db()
    assert order.total + new.total == whole
    assert [order.lines.get().discount, new.lines.get().discount] == [D("6.60"), D("3.30")]
    assert_books_balance()


def test_shipping_is_charged_invoiced_and_free_from_a_limit(tea):
    services.change_policy(by=None, shipping_fee=D(8), shipping_tax_rate=D(6), free_shipping_from=D(50))
    order, large = a_placed_order((tea, 1)), a_placed_order((tea, 5))
    assert (order.shipping, order.shipping_tax, order.total) == (D("8.00"), D("0.48"), D("19.78"))
    assert (large.shipping, large.total) == (D("0.00"), D("56.50"))
    invoice = issue_invoice(order, by=None)
    assert (invoice.total, invoice.lines[-1]["net"]) == (D("19.78"), "8.00")
    assert services.credit_invoice(invoice, by=None, reason="all").total == D("-19.78")
    assert_books_balance()


def test_free_shipping_by_code(tea):
    services.change_policy(by=None, shipping_fee=D(8))
    a_promotion(kind="shipping", value="0", code="FREE")
    assert a_placed_order((tea, 1), promotion_code="free").shipping == 0
    assert a_placed_order((tea, 1)).shipping == D("8.00")


def test_another_total_than_the_customer_was_shown_is_refused(tea):
    words = refused(a_placed_order, (tea, 1), expected_total=D("11.00"))
    assert words == "The order now comes to CN¥11.30. Please look at it once more."
    assert a_placed_order((tea, 1), expected_total=D("11.30")).total == D("11.30")


def test_a_price_by_hand_gets_no_promotion_and_a_floor_looks_at_what_is_paid(tea):
    tea.floor_price = D(8)
    tea.save()
    a_promotion(value="30")
    order = a_placed_order((tea, 1))
    assert [hold.kind for hold in order.open_holds()] == ["price"]


def test_two_people_change_a_promotion():
    promotion = a_promotion()
    save_promotion(promotion, by=None, version=1, name="Eleven")
    with pytest.raises(DomainError):
        save_promotion(promotion, by=None, version=1, name="Twelve")
    assert Promotion.objects.get().name == "Eleven"


# pages


@pytest.fixture
def clerk(client):
    rights = "view_pricelist add_pricelist change_pricelist view_promotion add_promotion change_promotion".split()
    person = a_person(*(f"orders.{name}" for name in rights))
    client.force_login(person)
    return client


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_cost_the_same_for_any_length(clerk, rows, django_assert_num_queries):
    for n in range(rows):
        save_price_list(by=None, name=f"List {n}")
        a_promotion(f"Promotion {n}")
    for page, count in (("price-lists", 7), ("promotions", 6)):
        clerk.get(reverse(page))
        with django_assert_num_queries(count):
            assert clerk.get(reverse(page)).status_code == 200


@pytest.mark.parametrize("page", ["price-lists", "price-list-new", "promotions", "promotion-new"])
def test_others_may_not_see_them(client, page):
    client.force_login(a_person())
    assert client.get(reverse(page)).status_code == 403


def test_prices_are_pasted_and_wrong_lines_named(clerk, tea):
    clerk.post(reverse("price-list-new"), {"name": "Trade", "active": "on", "submission": uuid4()})
    price_list = PriceList.objects.get()
    address = reverse("price-list-prices", args=[price_list.pk])
    wrong = "TEA\t10\t8.5\nCUP, 1, 2\nTEA, 10, 7\nTEA, x, 3\nTEA, 1, abc\nTEA"
    answer = clerk.post(address, {"prices": wrong, "version": 1, "submission": uuid4()})
    assert answer.status_code == 422
    words = answer.content.decode()
    for problem in (
        "Line 2: No product has the SKU “CUP”.",
        "Line 3: TEA has a price from 10 pieces already.",
        "Line 4: “x” is not a number of pieces.",
        "Line 5: “abc” is not a price such as 18.50.",
        "Line 6: Write the SKU, from how many pieces, and the price, with commas between.",
    ):
        assert problem in words
    assert not ListPrice.objects.exists()
    clerk.post(address, {"prices": "tea\t8.5\nTEA, 10, 7", "version": 1, "submission": uuid4()})
    assert list(ListPrice.objects.values_list("minimum", "price")) == [(1, D("8.5")), (10, D("7"))]
    assert "8.50" in clerk.get(price_list.get_absolute_url()).content.decode()


def test_a_promotion_is_made_on_its_page(clerk, tea):
    good = {"name": "Tea week", "kind": "goods", "buy": 2, "free": 1, "rank": 10, "active": "on", "skus": "tea"}
    bad = good | {"free": 0, "skus": "NONE", "max_uses": "x"}
    answer = clerk.post(reverse("promotion-new"), bad | {"submission": uuid4()})
    assert answer.status_code == 422
    assert not Promotion.objects.exists()
    clerk.post(reverse("promotion-new"), good | {"submission": uuid4()})
    promotion = Promotion.objects.get()
    assert list(promotion.products.all()) == [tea]
    assert "Buy 2, get 1 free" in clerk.get(promotion.get_absolute_url()).content.decode()
    assert not OrderPromotion.objects.exists()


def test_a_discount_on_a_price_with_tax_inside_takes_off_the_same_share(tea):
    a_list(tea, (1, "11.30"), tax_included=True)
    request = Request(a_customer(), [Asked(tea.pk, 2)], address=ADDRESS)
    order = enter_order(request, by=a_person("orders.change_price"), percents=[D(10)])
    assert (order.net, order.total) == (D("18.00"), D("20.34"))
