"""Orders from the public page: placed once, at the price that was seen; nobody learns anything about others."""

import datetime
import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Customer, Tier
from inventory import services as inventory
from inventory.models import Product, Stock
from oms.models import Message
from oms.tasks import clear_sessions
from orders.models import Order, OrderPolicy, ShopSettings
from orders.services import cancel_order, change_shop, free_unpaid, save_promotion
from orders.views import shop as views
from tests.ledger import assert_books_balance
from tests.orders.test_shop import MEI, order, put, shown_total, text
from tests.stories import a_customer, a_person, a_product, a_warehouse

pytestmark = pytest.mark.django_db


# ---- ordering


def test_an_order_is_placed_and_its_own_page_confirms_it(client, deliver):
    tea = a_product("TEA", name="Tea", price="10", tax_rate="13", on_hand=5)
    put(client, tea, 2)
    day = (timezone.localdate() + datetime.timedelta(days=12)).isoformat()
    answer = order(client, requested_date=day, note="ring twice", phone="138 0000 1234", region="SH", postcode="200040")
    placed = Order.objects.get()
    assert answer.url == placed.public_path
    page = text(client.get(answer.url))
    assert placed.number in page and "Thank you! We have your order." in page
    assert (placed.channel, placed.status, placed.total, placed.by) == ("shop", "confirmed", Decimal("22.60"), None)
    assert (placed.ship_name, placed.line1, placed.city, placed.region) == ("Mei Lin", MEI["line1"], "Shanghai", "SH")
    assert (placed.email, placed.phone, placed.note) == ("mei@example.com", "138 0000 1234", "ring twice")
    assert placed.requested_date.isoformat() == placed.promised_date.isoformat() == day
    assert placed.customer.name == "Mei Lin"
    assert "Your cart is empty" in text(client.get(reverse("shop-cart")))
    deliver()
    assert Message.objects.get().to == "mei@example.com"
    assert_books_balance()


def test_a_double_click_is_one_order_and_one_answer(client):
    put(client, a_product(on_hand=5))
    once = {"total": shown_total(client), "submission": str(uuid4())}
    assert order(client, **once).url == order(client, **once).url
    assert Order.objects.count() == 1
    assert Stock.objects.get().reserved == 1


def test_stock_is_checked_when_the_order_is_placed_and_nothing_typed_is_lost(client):
    tea, cup = a_product("TEA", name="Tea", on_hand=5), a_product("CUP", name="Cup", on_hand=2)
    put(client, tea, 4)
    put(client, cup, 2)
    total = shown_total(client)
    inventory.adjust(tea.stock.get(), by=None, change=-2, reason="broken")
    inventory.adjust(cup.stock.get(), by=None, change=-2, reason="broken")
    answer = order(client, total, note="ring twice")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Only 3 of Tea are left. Cup is sold out." in text(answer)
    assert 'value="Mei Lin"' in page and "ring twice" in page and 'value="mei@example.com"' in page
    assert not Order.objects.exists() and not Customer.objects.exists()
    answer = order(client, quantity_0="3", quantity_1="0", total="33.90")
    assert answer.status_code == 302
    assert list(Order.objects.get().lines.values_list("sku", "ordered")) == [("TEA", 3)]
    assert_books_balance()


def test_goods_in_different_warehouses_are_told_apart_from_sold_out_ones(client):
    here, there = a_product(name="Here", on_hand=5), a_product(name="There", on_hand=0)
    inventory.receive(there, a_warehouse("EAST"), 5, by=None)
    put(client, here, 1)
    put(client, there, 1)
    answer = order(client)
    assert answer.status_code == 409
    assert re.search("(Here|There) lies in another warehouse than the rest", text(answer))
    assert not Order.objects.exists()


def test_the_house_may_take_orders_for_more_than_is_in_stock(client):
    change_shop(by=None, backorders=True)
    tea = a_product(name="Tea", on_hand=2)
    put(client, tea, 5)
    assert "Tea: 2 of 5 are in stock; your order waits for the rest." in text(client.get(reverse("shop-cart")))
    assert order(client).status_code == 302
    placed = Order.objects.get()
    assert (placed.stage, placed.lines.get().reserved) == ("on_hold", 2)


def test_prices_are_the_servers_and_another_total_is_not_ordered_unseen(client):
    tea = a_product(name="Tea", price="10", tax_rate="0")
    put(client, tea, 2)
    total = shown_total(client)
    assert total == "20.00"
    Product.objects.update(price=12)
    answer = order(client, total, unit_price="0", price="0")
    assert answer.status_code == 409
    assert "The order now comes to CN¥24.00. Please look at it once more." in text(answer)
    assert not Order.objects.exists()
    assert 'name="total" value="24.00"' in answer.content.decode()
    assert order(client, "24.00").status_code == 302
    assert Order.objects.get().total == Decimal("24.00")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"email": "", "phone": ""}, "Please give an e-mail address or a phone number"),
        ({"email": "mei@"}, "Enter a valid email address."),
        ({"phone": "12"}, "This is not a phone number."),
        ({"name": "WIN http://x.example"}, "Please write this without a web address."),
        ({"line1": "see www.example.com"}, "Please write this without a web address."),
        ({"country": "XX"}, "Select a valid choice."),
        ({"requested_date": "2020-01-01"}, "Select a valid choice."),
        ({"note": "x" * 501}, "at most 500 characters"),
        ({"name": "a\0b"}, "Null characters are not allowed."),
        ({"website": "http://spam.example"}, "Please leave this field empty."),
        ({"total": "abc"}, "Enter a number."),
    ],
)
def test_what_is_typed_wrong_is_shown_again(client, wrong, sentence):
    put(client, a_product())
    answer = order(client, **wrong)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not Order.objects.exists() and not Customer.objects.exists()


def test_update_keeps_what_was_typed_and_blames_nobody(client):
    put(client, a_product(price="10", tax_rate="0"))
    sent = {"check": "1", "quantity_0": "3", "name": "Mei", "country": "TW", "submission": str(uuid4())}
    page = client.post(reverse("shop-checkout"), sent)
    assert page.status_code == 200
    shown = page.content.decode()
    assert 'value="Mei"' in shown and "field-error" not in shown and '<option value="TW" selected>' in shown
    assert 'name="total" value="30.00"' in shown
    assert not Order.objects.exists()


def test_a_shop_order_is_known_by_language(client):
    put(client, a_product())
    client.cookies["django_language"] = "zh-hans"
    order(client)
    assert Order.objects.get().language == "zh-hans"


# ---- strangers


def test_a_stranger_learns_and_gets_nothing_by_typing_somebodys_mail(client, deliver):
    gold = Tier.objects.create(name="Gold", importance=90, discount=50)
    known = a_customer("Li Na", email="mei@example.com", phone="13800001234", tier=gold, note="pays late")
    tea = a_product("TEA", price="10", tax_rate="0", on_hand=5)
    Stock.objects.update(kept=4)
    put(client, tea)
    answer = order(client)
    placed = Order.objects.get()
    assert placed.customer == known
    assert (placed.total, placed.phone, placed.ship_name, placed.language) == (Decimal("10.00"), "", "Mei Lin", "en")
    page = client.get(answer.url).content.decode()
    for secret in ("Li Na", "1234", "Gold", "pays late"):
        assert secret not in page
    known.refresh_from_db()
    assert (known.name, known.phone, known.tier) == ("Li Na", "13800001234", gold)


def test_a_phone_alone_does_not_lead_to_the_mail_on_file(client):
    a_customer("Li Na", email="li@example.com", phone="13800001234")
    put(client, a_product())
    order(client, email="", phone="138 0000 1234")
    assert (Order.objects.get().email, Order.objects.get().customer.name) == ("", "Li Na")


def test_a_blocked_customer_is_held_and_told_nothing(client):
    a_customer(email="mei@example.com", blocked=True)
    put(client, a_product())
    answer = order(client)
    assert Order.objects.get().stage == "on_hold"
    assert "blocked" not in client.get(answer.url).content.decode()


def test_orders_of_one_address_and_to_one_mailbox_are_limited(client, monkeypatch):
    monkeypatch.setattr(views, "MAILS", 1)
    put(client, a_product())
    assert order(client).status_code == 302
    put(client, a_product())
    answer = order(client, email="MEI@example.com")
    assert answer.status_code == 429
    assert "These are many orders in a short time." in text(answer) and 'value="Mei Lin"' in answer.content.decode()
    assert order(client, email="li@example.com").status_code == 302
    monkeypatch.setattr(views, "ORDERS", 1)
    put(client, a_product())
    assert order(client, email="wu@example.com").status_code == 429
    assert Order.objects.count() == 2


def test_looks_are_limited(client, monkeypatch):
    monkeypatch.setattr(views, "LOOKS", 2)
    assert [client.get(reverse("shop")).status_code for _look in range(3)] == [200, 200, 429]
    cache.clear()


def test_a_form_without_token_places_nothing(client):
    strict = type(client)(enforce_csrf_checks=True)
    product = a_product()
    assert put(strict, product).status_code == 403
    assert strict.post(reverse("shop-checkout"), MEI | {"place": "1"}).status_code == 403


# ---- the house


def test_a_closed_shop_sells_nothing_and_says_so(client, django_capture_on_commit_callbacks):
    product = a_product(name="Tea")
    put(client, product)
    total = shown_total(client)
    with django_capture_on_commit_callbacks(execute=True):
        change_shop(by=None, open=False)
    for answer in (client.get(reverse("shop")), put(client, product), order(client, total)):
        assert answer.status_code == 404
        assert "The shop is closed" in text(answer)
    assert not Order.objects.exists()


def test_settings_are_for_those_who_may_change_them(client, django_capture_on_commit_callbacks):
    address = reverse("shop-settings")
    client.force_login(a_person("orders.view_order"))
    assert client.get(address).status_code == 403
    assert client.post(address, {"few": "3"}).status_code == 403
    assert not ShopSettings.objects.exists()
    client.force_login(a_person("orders.change_shopsettings"))
    sent = {"open": "on", "few": "3", "welcome": "Hello!", "payment": "IBAN 1", "submission": str(uuid4())}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, sent).url == address
    assert "Hello!" in text(client.get(reverse("shop")))
    put(client, a_product(on_hand=4))
    page = text(client.get(reverse("shop-checkout")))
    assert "IBAN 1" in page
    assert "In stock" in text(client.get(reverse("shop")))


def test_it_is_said_how_long_goods_are_kept_for_those_who_have_not_paid(client):
    OrderPolicy.objects.create(pk=1, unpaid_hours=24)
    put(client, a_product())
    assert "We keep the goods for you for 24 hours" in text(client.get(reverse("shop-checkout")))


def test_goods_of_an_unpaid_order_are_free_again_after_the_time_that_was_said(client):
    OrderPolicy.objects.create(pk=1, unpaid_hours=24)
    put(client, a_product(on_hand=1))
    order(client)
    assert (free_unpaid(), Stock.objects.get().reserved) == (0, 1)
    Order.objects.update(placed_at=timezone.now() - datetime.timedelta(hours=25))
    assert (free_unpaid(), Stock.objects.get().reserved) == (1, 0)
    assert Order.objects.get().stage == "on_hold"


def test_carts_that_are_over_are_forgotten(client):
    put(client, a_product())
    Session.objects.update(expire_date=timezone.now() - datetime.timedelta(days=1))
    clear_sessions()
    assert not Session.objects.exists()
    assert "Your cart is empty" in text(client.get(reverse("shop-cart")))


# ---- the property

PRICES = st.decimals("0.01", "500", places=2)
LINES = st.lists(
    st.tuples(PRICES, st.sampled_from(["0", "9", "13", "7.5"]), st.integers(1, 40), st.integers(0, 40)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES)
def test_what_the_cart_shows_is_what_is_placed(client, monkeypatch, lines):
    monkeypatch.setattr(views, "ORDERS", 10**6)
    monkeypatch.setattr(views, "MAILS", 10**6)
    monkeypatch.setattr(views, "LOOKS", 10**6)
    client.post(reverse("shop-cart"), {f"quantity_{n}": "0" for n in range(10)})
    for price, tax, quantity, on_hand in lines:
        put(client, a_product(price=price, tax_rate=tax, on_hand=on_hand), quantity)
    basket = client.get(reverse("shop-cart")).context["basket"]
    before = Order.objects.count()
    answer = order(client)
    if any(quantity > on_hand for _price, _tax, quantity, on_hand in lines):
        assert (answer.status_code, Order.objects.count()) == (409, before)
        short = sum(quantity > on_hand for _price, _tax, quantity, on_hand in lines)
        assert len(basket.problems) == short
        return
    placed = Order.objects.latest("pk")
    assert (placed.net, placed.tax, placed.total) == tuple(
        getattr(basket.composed.order, name) for name in ("net", "tax", "total")
    )
    assert [line.total for line in placed.lines.all()] == [row.total for row in basket.rows]
    assert placed.promised_date == basket.composed.promise.deliver_by
    cancel_order(placed, by=None, reason="again")


# ---- promotions


def test_a_code_is_tried_before_it_is_ordered(client):
    save_promotion(by=None, name="Spring", code="SPRING", kind="percent", value=Decimal(10), minimum=Decimal(50))
    put(client, a_product("TEA", price="10"), 4)
    tried = text(client.post(reverse("shop-checkout"), {"check": "1", "promotion_code": "spring"}))
    assert "Spring needs goods worth CN¥50.00; CN¥10.00 are missing." in tried
    put(client, Product.objects.get(), 1)
    page = client.post(reverse("shop-checkout"), {"check": "1", "promotion_code": "spring"})
    assert "Spring: −CN¥5.00." in text(page)
    total = re.search(r'name="total" value="([^"]+)"', page.content.decode()).group(1)
    assert order(client, total, promotion_code="spring").status_code == 302
    assert (Order.objects.get().total, str(Order.objects.get().total)) == (Decimal("50.85"), total)


def test_a_code_that_was_used_up_meanwhile_is_not_ordered_unseen(client):
    save_promotion(by=None, name="Spring", code="SPRING", kind="percent", value=Decimal(10), max_uses_each=0)
    put(client, a_product("TEA", price="10"), 1)
    answer = order(client, "10.17", promotion_code="SPRING")
    assert answer.status_code == 409
    assert "The order now comes to CN¥11.30." in text(answer)
    assert not Order.objects.exists()
