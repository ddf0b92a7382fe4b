"""The public order page: what strangers see, put into the cart and order, and what they cannot learn or break."""

import datetime
import html
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
from inventory.models import Category, Component, Family, Product, Stock, Supplier
from oms.models import Company, Message
from oms.tasks import clear_sessions
from orders.models import Order, OrderPolicy, ShopSettings
from orders.services import cancel_order, change_shop, free_unpaid
from orders.views import shop as views
from tests.ledger import assert_books_balance
from tests.stories import a_customer, a_person, a_product, a_warehouse

pytestmark = pytest.mark.django_db
MEI = {"name": "Mei Lin", "email": "mei@example.com", "line1": "1266 Nanjing Road", "city": "Shanghai", "country": "CN"}


def text(response) -> str:
    plain = re.sub(r"<script.*?</script>", " ", response.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", plain)).split())


def put(client, product: Product, quantity: int | str = 1, **stated: str):
    return client.post(reverse("shop-product", args=[product.pk]), {"quantity": quantity, **stated})


def shown_total(client) -> str:
    page = client.get(reverse("shop-checkout"))
    return re.search(r'name="total" value="([^"]+)"', page.content.decode()).group(1)


def order(client, total: str | None = None, **changed):
    sent = {"place": "1", "submission": str(uuid4()), "total": total or shown_total(client), **MEI, **changed}
    return client.post(reverse("shop-checkout"), sent)


# ---- looking


def test_goods_are_browsed_by_category_and_those_below_it(client):
    tea = Category.objects.create(name="Tea")
    green = Category.objects.create(name="Green tea", parent=tea)
    Category.objects.create(name="Empty")
    a_product(name="Longjing", category=green)
    a_product(name="Kettle", category=Category.objects.create(name="Kitchen"))
    page = text(client.get(reverse("shop")))
    assert "Longjing" in page and "Kettle" in page and "Kitchen" in page
    assert "Empty" not in page and "Green tea" not in page
    page = text(client.get(reverse("shop"), {"category": tea.pk}))
    assert "Longjing" in page and "Green tea" in page and "Kettle" not in page
    assert client.get(reverse("shop"), {"category": "77777"}).status_code == 404


@pytest.mark.parametrize("words", ["longjing", "TG-01", "tea 100", "690123", " LONG "])
def test_goods_are_found_by_part_of_name_sku_or_specification(client, words):
    a_product("TG-01", name="Longjing tea", spec="100 g", barcode="690123")
    a_product("CUP-1", name="Cup")
    page = text(client.get(reverse("shop"), {"q": words}))
    assert "Longjing tea" in page and "Cup" not in page


def test_nothing_found_says_so_and_leads_back(client):
    a_product(name="Cup")
    page = client.get(reverse("shop"), {"q": "<b>gong\0"})
    assert page.status_code == 200
    assert "Nothing found for “<b>gong”" in text(page)
    assert "<b>gong" not in page.content.decode()


def test_an_empty_shop_and_an_empty_cart_say_so(client):
    assert "Nothing is for sale here yet" in text(client.get(reverse("shop")))
    assert "Your cart is empty" in text(client.get(reverse("shop-cart")))
    assert client.get(reverse("shop-checkout")).url == reverse("shop-cart")


@pytest.mark.parametrize("hidden", [{"active": False}, {"in_shop": False}, {"unchecked": True}])
def test_what_is_not_for_the_shop_is_nowhere(client, hidden):
    product = a_product(name="Secret", **hidden)
    assert "Secret" not in text(client.get(reverse("shop")))
    assert "Secret" not in text(client.get(reverse("shop"), {"q": "secret"})).replace("“secret”", "")
    assert client.get(reverse("shop-product", args=[product.pk])).status_code == 404
    assert put(client, product).status_code == 404
    assert "Your cart is empty" in text(client.get(reverse("shop-cart")))


def test_a_price_is_shown_with_tax_and_without(client):
    Company.objects.create(pk=1, name="青禾", currency="CNY")
    tea = a_product(price="58", tax_rate="9")
    page = text(client.get(reverse("shop-product", args=[tea.pk])))
    assert "CN¥63.22 with tax, CN¥58.00 without" in page
    assert "CN¥63.22" in text(client.get(reverse("shop")))


@pytest.mark.parametrize(
    ("pieces", "said"), [(0, "Sold out"), (1, "Only 1 left"), (10, "Only 10 left"), (11, "In stock")]
)
def test_stock_is_told_honestly(client, pieces, said):
    product = a_product(on_hand=pieces)
    assert said in text(client.get(reverse("shop-product", args=[product.pk])))
    assert said in text(client.get(reverse("shop")))


def test_what_is_kept_for_key_customers_is_not_offered(client):
    product = a_product(on_hand=5)
    Stock.objects.update(kept=3)
    assert "Only 2 left" in text(client.get(reverse("shop-product", args=[product.pk])))
    put(client, product, 3)
    answer = order(client)
    assert answer.status_code == 409
    assert "Only 2 of" in text(answer)


def test_sold_out_goods_say_when_they_come_again(client):
    supplier = Supplier.objects.create(name="Cloud")
    product = a_product(on_hand=0, supplier=supplier)
    day = timezone.localdate() + datetime.timedelta(days=10)
    fields = {"supplier": supplier, "warehouse": a_warehouse(), "expected": day}
    purchase = inventory.create_purchase(by=None, lines=[inventory.Wanted(product, 5, Decimal(1))], **fields)
    inventory.send_purchase(purchase, by=None)
    page = text(client.get(reverse("shop-product", args=[product.pk])))
    assert "Sold out; comes again, with you about" in page
    assert "You can order it when it is back." in page
    assert "Put into the cart" not in page


def test_variants_are_choices_and_a_family_is_shown_once(client):
    family = Family.objects.create(name="Mug")
    blue = a_product(name="Mug", family=family, attributes={"Colour": "blue"})
    green = a_product(name="Mug", family=family, attributes={"Colour": "green"}, on_hand=0)
    a_product(name="Mug", family=family, attributes={"Colour": "grey"}, in_shop=False)
    page = client.get(reverse("shop"))
    assert page.content.decode().count('class="good-name"') == 1
    assert "2 kinds" in text(page)
    page = client.get(reverse("shop-product", args=[blue.pk])).content.decode()
    assert f'class="variant is-out" href="{reverse("shop-product", args=[green.pk])}"' in page
    assert "grey" not in page


def test_a_kit_is_one_thing_with_as_many_as_its_scarcest_part(client):
    pot, cup = a_product("POT", price="30", on_hand=3), a_product("CUP", price="10", on_hand=8)
    kit = a_product("SET", name="Tea set", price="60", on_hand=0, kind="kit")
    Component.objects.create(product=kit, part=pot, quantity=1)
    Component.objects.create(product=kit, part=cup, quantity=4)
    assert "Only 2 left" in text(client.get(reverse("shop-product", args=[kit.pk])))
    put(client, kit, 3)
    assert "Only 2 of Tea set are left." in text(client.get(reverse("shop-cart")))
    assert order(client, quantity_0="2", total="135.60").status_code == 302
    assert sorted(Order.objects.get().lines.values_list("sku", "ordered")) == [("CUP", 8), ("POT", 2)]
    assert_books_balance()


def test_what_is_made_to_order_needs_no_stock(client):
    a_warehouse()
    soup = a_product(name="Soup", kind="made", on_hand=0)
    assert "Made to order" in text(client.get(reverse("shop-product", args=[soup.pk])))
    put(client, soup, 2)
    assert order(client).status_code == 302
    assert Order.objects.get().stage == "to_make"


def test_long_names_are_shown_whole_and_escaped(client):
    product = a_product(name="<i>" + "Tea " * 49)
    page = client.get(reverse("shop-product", args=[product.pk]))
    assert ("<i>" + "Tea " * 49).strip() in text(page)
    assert "<i>Tea" not in page.content.decode()


def test_pages_may_be_found_by_search_engines_but_not_carts(client):
    product = a_product(name="Cup")
    page = client.get(reverse("shop-product", args=[product.pk])).content.decode()
    assert "noindex" not in page and 'rel="canonical"' in page and "<title>Cup" in page
    assert "noindex" in client.get(reverse("shop-cart")).content.decode()
    assert "noindex" in client.get(reverse("shop"), {"q": "cup"}).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_for_any_length(client, count, django_assert_num_queries):
    family = Family.objects.create(name="Mug")
    shelf = Category.objects.create(name="Mugs")
    products = [
        a_product(f"M{n}", family=family, attributes={"n": n}, category=shelf, ask_for="") for n in range(count)
    ]
    others = [a_product(f"P{n}", category=shelf) for n in range(count)]
    for product in [*products, *others]:
        put(client, product)
    for address in ("shop", "shop-cart", "shop-checkout"):
        client.get(reverse(address))
    # the session, and beside it
    with django_assert_num_queries(4):  # categories, goods, shelf
        client.get(reverse("shop"))
    with django_assert_num_queries(4):  # categories, goods, shelf
        client.get(reverse("shop"), {"q": "m"})
    with django_assert_num_queries(6):  # product, variants, shelf, pictures, categories
        client.get(reverse("shop-product", args=[products[0].pk]))
    with django_assert_num_queries(3):  # goods, shelf
        client.get(reverse("shop-cart"))
    with django_assert_num_queries(3):  # goods, shelf
        client.get(reverse("shop-checkout"))


def test_more_goods_than_fit_on_a_page_are_turned_over(client, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 2)
    for n in range(5):
        a_product(f"P{n}", name=f"Thing {n}")
    seen, address = [], reverse("shop")
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r"Thing \d", page)
        after = re.search(r'href="(\?[^"]*after=[^"]+)"', page)
        address = reverse("shop") + html.unescape(after.group(1)) if after else None
    assert seen == [f"Thing {n}" for n in range(5)]


# ---- the cart


def test_the_cart_stays_adds_up_and_is_changed(client):
    tea, cup = a_product(name="Tea", price="10"), a_product(name="Cup", price="20")
    assert put(client, tea, 2).url == reverse("shop-cart")
    put(client, tea, 1)
    put(client, cup, 1)
    client.post(reverse("shop-cart"), {"quantity_0": "5", "quantity_1": "x"})
    page = client.get(reverse("shop-cart")).content.decode()
    assert [int(n) for n in re.findall(r'name="quantity_\d"[^>]* value="(\d+)"', page)] == [5, 1]
    client.post(reverse("shop-cart"), {"remove": "0"})
    page = text(client.get(reverse("shop-cart")))
    assert "Cup" in page and "Tea" not in page
    client.post(reverse("shop-cart"), {"quantity_0": "0"})
    assert "Your cart is empty" in text(client.get(reverse("shop-cart")))


@pytest.mark.parametrize("quantity", ["0", "-1", "1000", "1e3", "", "٣", "9" * 400])
def test_an_odd_quantity_is_refused(client, quantity):
    answer = put(client, a_product(), quantity)
    assert answer.status_code == 422
    assert "The quantity must be a whole number between 1 and 999." in text(answer)
    assert "Your cart is empty" in text(client.get(reverse("shop-cart")))


def test_lines_and_pieces_are_bounded(client, monkeypatch):
    monkeypatch.setattr("orders.cart.MAX_LINES", 2)
    first = a_product()
    for product in (first, a_product()):
        put(client, product, 999)
    answer = put(client, a_product())
    assert (answer.status_code, "The cart is full: 2 lines at most." in text(answer)) == (422, True)
    assert put(client, first, 999).status_code == 302
    page = client.get(reverse("shop-cart")).content.decode()
    assert re.findall(r'name="quantity_\d"[^>]* value="(\d+)"', page) == ["999", "999"]


def test_a_product_asks_what_it_must_know(client):
    ring = a_product(name="Ring", ask_for="Size, Engraving")
    answer = put(client, ring, stated_0="52", stated_1=" ")
    assert (answer.status_code, "Please state: Engraving." in text(answer)) == (422, True)
    assert 'value="52"' in answer.content.decode()
    put(client, ring, stated_0="52", stated_1="Mei")
    put(client, ring, stated_0="52", stated_1="Li" * 60)
    assert order(client).status_code == 302
    placed = Order.objects.get()
    assert [line.stated for line in placed.lines.all()] == [
        {"Size": "52", "Engraving": "Mei"},
        {"Size": "52", "Engraving": ("Li" * 60)[:60]},
    ]
    assert placed.status == "confirmed"


def test_goods_that_are_no_longer_sold_leave_the_cart_and_it_is_said(client):
    tea, cup = a_product(name="Tea"), a_product(name="Cup")
    put(client, tea)
    put(client, cup)
    Product.objects.filter(pk=tea.pk).update(active=False)
    page = text(client.get(reverse("shop-cart")))
    assert "Tea is no longer sold; it was taken out of your cart." in page
    assert "no longer sold" not in text(client.get(reverse("shop-cart")))


def test_goods_withdrawn_while_she_types_are_not_ordered_unseen(client):
    tea, cup = a_product(name="Tea"), a_product(name="Cup")
    put(client, tea)
    put(client, cup)
    total = shown_total(client)
    Product.objects.filter(pk=tea.pk).update(in_shop=False)
    answer = order(client, total)
    assert answer.status_code == 409
    assert "Tea is no longer sold" in text(answer)
    assert 'value="1266 Nanjing Road"' in answer.content.decode()
    assert not Order.objects.exists()


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
