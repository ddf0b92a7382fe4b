"""The pages of products and stock: what they show, what they cost, and double submissions."""

from uuid import uuid4

import pytest
from django.urls import reverse

from inventory import services
from inventory.models import Category, Movement, Product, Stock, StockAlert, Warehouse
from tests.ledger import books
from tests.stories import a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db

ALL = [
    f"inventory.{name}"
    for name in (
        "view_product add_product change_product view_stock receive_stock adjust_stock handle_alert view_warehouse "
        "add_warehouse change_warehouse view_category add_category change_category view_supplier add_supplier"
    ).split()
]


@pytest.fixture
def keeper():
    return a_person(*ALL, "orders.view_order", first_name="Ana")


@pytest.fixture
def desk(client, keeper):
    client.force_login(keeper)
    return client


def key() -> str:
    return str(uuid4())


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("page", "queries"), [("products", 9), ("stock", 8), ("movements", 7), ("alerts", 7), ("warehouses", 6)]
)
def test_lists_cost_the_same_for_any_length(desk, rows, page, queries, django_assert_num_queries):
    for n in range(rows):
        stock = a_product(f"P{n}", on_hand=2, category=Category.objects.create(name=f"C{n}")).stock.get()
        services.set_place(stock, by=None, bin="A", alert_line=3)
        a_warehouse(f"W{n}")
    Warehouse.objects.exclude(code__startswith="W").exclude(stock__isnull=False).delete()
    services.check_alert_lines()
    desk.get(reverse(page))
    with django_assert_num_queries(queries):
        shown = desk.get(reverse(page)).content.decode()
    # the main warehouse stands beside the others; each product was received and carried to its bin, out and in
    more = {"warehouses": 1, "movements": 2 * rows}
    assert shown.count("<tr>") == rows + 1 + more.get(page, 0)


@pytest.mark.parametrize("text", ["tea-1", "龙井", "69012", "GREEN"])
def test_products_are_found_by_sku_name_or_barcode(desk, text):
    a_product("TEA-1", name="龙井 green tea", barcode="6901234567892")
    a_product("CUP-1", name="Cup", barcode="4711")
    page = desk.get(reverse("products"), {"q": text}).content.decode()
    assert ("龙井 green tea" in page, ">Cup<" in page) == (True, False)


def test_low_stock_can_be_filtered(desk):
    low, plenty = a_product("LOW", on_hand=2), a_product("PLENTY", on_hand=50)
    for product in (low, plenty):
        services.set_place(product.stock.get(), by=None, bin="", alert_line=5)
    for page in ("products", "stock"):
        shown = desk.get(reverse(page), {"low": "yes"}).content.decode()
        assert ("Product LOW" in shown, "Product PLENTY" in shown) == (True, False)
        shown = desk.get(reverse(page), {"low": "no"}).content.decode()
        assert ("Product LOW" in shown, "Product PLENTY" in shown) == (False, True)


NEW = {"sku": "NEW", "name": "新品", "unit": "pc", "price": "10", "floor_price": "8", "cost": "4", "tax_rate": "13"}
NEW |= {"weight_g": "0", "active": "on"}


def test_a_product_is_made_once_however_often_it_is_sent(desk):
    sent = NEW | {"submission": key()}
    addresses = {desk.post(reverse("product-new"), sent).url for _click in range(3)}
    assert addresses == {Product.objects.get().get_absolute_url()}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"floor_price": "11"}, "The price floor is above the price."),
        ({"price": "-1"}, "greater than or equal to 0"),
        ({"tax_rate": "100"}, "less than or equal to 99.99"),
        ({"sku": "OLD"}, "already exists"),
    ],
)
def test_an_impossible_product_is_shown_again_with_what_is_wrong(desk, wrong, sentence):
    a_product("OLD", on_hand=0)
    answer = desk.post(reverse("product-new"), NEW | wrong | {"submission": key()})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert list(Product.objects.values_list("sku", flat=True)) == ["OLD"]


def test_editing_shows_short_prices_and_keeps_history(desk):
    tea = a_product("TEA", price="12.5", on_hand=0)
    url = reverse("product-edit", args=[tea.pk])
    assert 'value="12.50"' in desk.get(url).content.decode()
    desk.post(url, NEW | {"sku": "TEA", "price": "13", "submission": key()})
    tea.refresh_from_db()
    assert (tea.name, tea.price) == ("新品", 13)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_product_page_costs_the_same_for_any_number_of_warehouses(desk, rows, django_assert_num_queries):
    tea = a_product("TEA", on_hand=0)
    for n in range(rows):
        services.receive(tea, a_warehouse(f"W{n}"), 5, by=None)
    desk.get(tea.get_absolute_url())
    with django_assert_num_queries(12):
        page = desk.get(tea.get_absolute_url()).content.decode()
    assert page.count("/inventory/stock/") >= rows * 2
    assert reverse("product-claims", args=[tea.pk]) in page


def test_a_stock_page_explains_its_number(desk, keeper):
    tea = a_product("TEA", on_hand=50)
    stock = tea.stock.get()
    order = a_placed_order((tea, 7))
    services.adjust(stock, -3, reason="Dented", by=keeper)
    page = desk.get(stock.get_absolute_url()).content.decode()
    assert "Why on hand is 47" in page
    words = " ".join(page.replace("<b>", " ").replace("</b>", " ").split())
    assert "+50 received" in words and "-3 adjusted" in words and "= 47 on hand" in words
    assert order.number in page and "Dented" in page


def test_the_statement_is_turned_page_by_page(desk, keeper):
    stock = a_product("TEA", on_hand=1).stock.get()
    for _n in range(60):
        services.adjust(stock, 1, reason="one more", by=keeper)
    first = desk.get(stock.get_absolute_url())
    assert len(first.context["statement"].entries) == 50
    older = desk.get(stock.get_absolute_url(), {"before": first.context["statement"].older})
    assert [e.on_hand for e in older.context["statement"].entries] == list(range(11, 0, -1))
    for nonsense in ("x", "-1", "9" * 30):
        assert desk.get(stock.get_absolute_url(), {"before": nonsense}).status_code == 200


def test_goods_are_received_once_and_the_next_form_remembers_the_paper(desk):
    tea, warehouse = a_product("TEA", barcode="690", on_hand=0), a_warehouse()
    sent = {"code": "690", "quantity": "12", "warehouse": warehouse.pk, "paper": "LS 77", "submission": key()}
    answers = [desk.post(reverse("receive"), sent) for _click in range(3)]
    assert {answer.url for answer in answers} == {f"/inventory/receive/?warehouse={warehouse.pk}&paper=LS+77"}
    assert list(Movement.objects.values_list("stock__product", "on_hand", "reason")) == [(tea.pk, 12, "LS 77")]
    page = desk.get(answers[0].url).content.decode()
    assert 'value="LS 77"' in page and "+12" in page


@pytest.mark.parametrize(
    "wrong", [{"code": "4711"}, {"quantity": "0"}, {"quantity": "-1"}, {"quantity": "1000000000"}, {"warehouse": "99"}]
)
def test_odd_receipts_are_refused(desk, wrong):
    a_product("TEA", on_hand=0)
    sent = {"code": "TEA", "quantity": "12", "warehouse": a_warehouse().pk, "submission": key()}
    answer = desk.post(reverse("receive"), sent | wrong)
    assert (answer.status_code, Movement.objects.count()) == (422, 0)


def test_a_correction_is_made_once_and_refused_below_what_is_reserved(desk):
    tea = a_product("TEA", on_hand=10)
    a_placed_order((tea, 6))
    stock = tea.stock.get()
    url = reverse("stock-action", args=[stock.pk, "adjust"])
    before = books()
    answer = desk.post(url, {"change": "-5", "reason": "Lost", "submission": key()})
    assert (answer.status_code, books()) == (409, before)
    assert "6 pieces of TEA are reserved for orders; on hand cannot fall to 5." in answer.content.decode()
    sent = {"change": "-2", "reason": "Lost", "submission": key()}
    assert [desk.post(url, sent).status_code for _click in range(2)] == [302, 302]
    assert Stock.objects.get().on_hand == 8


def test_an_alert_is_handled_from_its_list(desk, keeper):
    stock = a_product("TEA", on_hand=2).stock.get()
    services.set_place(stock, by=keeper, bin="", alert_line=5)
    services.check_alert_lines()
    alert = StockAlert.objects.get()
    assert "Mark as handled" in desk.get(stock.get_absolute_url()).content.decode()
    sent = {"note": "PO 4471", "submission": key()}
    assert desk.post(reverse("alert-action", args=[alert.pk, "handle"]), sent).url == reverse("alerts")
    alert.refresh_from_db()
    assert (alert.handled_by, alert.note) == (keeper, "PO 4471")
    assert "TEA" not in desk.get(reverse("alerts"), {"open": "yes"}).content.decode()


def test_a_category_does_not_stand_inside_itself(desk):
    top = Category.objects.create(name="Top")
    low = Category.objects.create(name="Low", parent=top)
    answer = desk.post(top.get_absolute_url(), {"name": "Top", "parent": low.pk, "submission": key()})
    assert answer.status_code == 422
    assert (
        desk.post(low.get_absolute_url(), {"name": "Lower", "parent": top.pk, "submission": key()}).status_code == 302
    )
    assert Category.objects.get(pk=low.pk).name == "Lower"
