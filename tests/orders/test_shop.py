"""The public order page: what strangers see, put into the cart and order, and what they cannot learn or break."""

import datetime
import html
import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from inventory import services as inventory
from inventory.models import Category, Component, Family, Product, Stock, Supplier
from oms.models import Company
from orders.models import Order
from orders.views import shop as views
from tests.ledger import assert_books_balance
from tests.stories import a_product, a_warehouse

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
