"""The pages of waves and batches, and the papers that are scanned."""

from uuid import uuid4

import pytest
from django.urls import reverse

from fulfillment import services as fulfillment
from fulfillment.documents import batch_list_pdf, pick_list_pdf
from fulfillment.models import Batch, Cart, Paper, Shipment, Wave
from orders import services as orders
from orders.models import Order
from tests.fulfillment.test_documents import text_of
from tests.stories import a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db

ALL = [f"fulfillment.{name}" for name in ("view_shipment", "pick", "pack", "view_wave", "release_wave")]


@pytest.fixture
def worker():
    return a_person(*ALL, "fulfillment.view_cart", "fulfillment.add_cart", "fulfillment.change_cart")


@pytest.fixture
def desk(client, worker):
    client.force_login(worker)
    return client


@pytest.fixture
def tea():
    return a_product("TEA", name="龙井绿茶", barcode="690", on_hand=50)


@pytest.fixture
def cart():
    return Cart.objects.create(name="Cart 1", warehouse=a_warehouse())


def scan(client, page: str, **data):
    data = {"op": "add", "quantity": 1, "submission": str(uuid4()), **data}
    return client.post(page, data, headers={"HX-Request": "true", "HX-Target": "work"})


def released(*placed: Order) -> list[Shipment]:
    fulfillment.release_wave(fulfillment.plan_wave(by=None, warehouse=a_warehouse(), criteria={}), by=None)
    return [order.shipments.get() for order in placed]


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_for_any_length(desk, worker, cart, tea, rows, django_assert_num_queries):
    for n in range(rows):
        fulfillment.plan_wave(by=worker, warehouse=a_warehouse(), criteria={})
        own = Cart.objects.create(name=f"C{n}", warehouse=a_warehouse())
        Batch.objects.create(number=f"B{n}", cart=own, picker=a_person())
    for page, count in (("waves", 7), ("batches", 7), ("carts", 6)):
        desk.get(reverse(page))
        with django_assert_num_queries(count):
            desk.get(reverse(page))


@pytest.mark.parametrize("rows", [1, 3])
def test_a_batch_costs_the_same_for_any_number_of_totes(desk, worker, cart, tea, rows, django_assert_num_queries):
    released(*[a_placed_order((tea, 1)) for _n in range(rows)])
    page = reverse("batch-pick", args=[fulfillment.give_me_work(by=worker, cart=cart).number])
    desk.get(page)
    with django_assert_num_queries(6):
        desk.get(page)


def test_the_light_says_what_is_here(desk, tea):
    cup, pot = a_product("CUP", on_hand=1), a_product("POT", on_hand=0)
    for order in (a_placed_order((tea, 2)), a_placed_order((cup, 2), (tea, 1)), a_placed_order((pot, 1))):
        if order.open_holds().exists():
            orders.release_order(order, by=None)
    ready = desk.get(reverse("picking")).content.decode()
    assert "All 2 pieces are reserved." in ready
    assert "missing" not in ready
    waiting = desk.get(reverse("picking") + "?light=waiting").content.decode()
    assert "2 of 3 pieces are reserved; missing: CUP × 1." in waiting
    assert "Nothing is reserved; missing: POT × 1." in waiting
    everything = desk.get(reverse("picking") + "?light=all").content.decode()
    assert [word in everything for word in ("All here", "Partly", "Not here")] == [True] * 3


def test_the_queue_pages_by_key(desk, tea, monkeypatch):
    monkeypatch.setattr("fulfillment.views.picking.PAGE_SIZE", 2)
    numbers = [a_placed_order((tea, 1)).number for _n in range(3)]
    first = desk.get(reverse("picking"))
    assert [row["order"].number for row in first.context["rows"]] == numbers[:2]
    second = desk.get(reverse("picking"), {"after": first.context["slice"].after})
    assert [row["order"].number for row in second.context["rows"]] == numbers[2:]


def test_a_wave_is_planned_looked_at_and_released(desk, tea):
    order = a_placed_order((tea, 1))
    form = {"warehouse": a_warehouse().pk, "zone": "上海", "limit": 50, "submission": str(uuid4())}
    page = desk.post(reverse("wave-new"), form).url
    wave = Wave.objects.get()
    assert (page, wave.criteria) == (wave.get_absolute_url(), {"zone": "上海", "limit": 50})
    assert "1 order would be released now." in desk.get(page).content.decode()
    url = reverse("wave-action", args=[wave.number, "release"])
    assert desk.post(url, {"submission": str(uuid4())}).url == page
    assert order.shipments.get().number in desk.get(page).content.decode()
    assert desk.post(url, {"submission": str(uuid4())}).status_code == 409


def test_a_batch_is_picked_in_the_browser(desk, worker, cart, tea):
    released(a_placed_order((tea, 2)), a_placed_order((tea, 3)))
    page = desk.post(reverse("batch-new"), {"cart": cart.pk, "submission": str(uuid4())}).url
    batch = Batch.objects.get()
    assert page == reverse("batch-pick", args=[batch.number])
    shown = desk.get(page).content.decode()
    assert "Take 5 of TEA" in shown and "Scan the product." in shown
    wrong = scan(desk, page, code="4711")
    assert (wrong.status_code, 'data-result="bad"' in wrong.content.decode()) == (409, True)
    assert "TEA: now scan the tote." in scan(desk, page, code="690").content.decode()
    assert "TEA is in tote 1." in scan(desk, page, code="T1").content.decode()
    assert "TEA is laid back." in scan(desk, page, op="aside").content.decode()
    scan(desk, page, code="690")
    scan(desk, page, code="2")
    assert scan(desk, page, op="finish").headers["HX-Redirect"] == batch.get_absolute_url()
    assert "Tote" in desk.get(batch.get_absolute_url()).content.decode()
    assert desk.get(page).url == batch.get_absolute_url()


def test_a_cart_is_entered_and_changed(desk):
    form = {"name": "Big", "warehouse": a_warehouse().pk, "totes": 12, "max_weight_g": 0, "active": "on"}
    desk.post(reverse("cart-new"), form | {"submission": str(uuid4())})
    cart = Cart.objects.get()
    assert (cart.name, cart.totes) == ("Big", 12)
    desk.post(reverse("cart", args=[cart.pk]), form | {"totes": 0, "submission": str(uuid4())})
    desk.post(reverse("cart", args=[cart.pk]), form | {"totes": 8, "submission": str(uuid4())})
    assert Cart.objects.get().totes == 8


def test_pick_lists_show_the_way_and_the_totes(worker, cart, tea):
    shipments = released(a_placed_order((tea, 2)), a_placed_order((tea, 3)))
    batch = fulfillment.give_me_work(by=worker, cart=cart)
    text = text_of(batch_list_pdf(batch, "en"))
    assert "T1 × 2, T2 × 3" in text and batch.number in text
    assert shipments[0].number in text_of(pick_list_pdf(shipments[0], "zh-hans"))
    assert Paper.objects.count() == 2


def test_a_paper_opens_its_shipment_until_the_order_changes(desk, worker, tea):
    order = a_placed_order((tea, 3))
    (shipment,) = released(order)
    code = str(fulfillment.print_paper(shipment))
    assert code == f"{shipment.number}/{order.version}"
    assert desk.get(reverse("picking"), {"q": code}).url == reverse("pick", args=[shipment.number])
    fulfillment.pick(shipment, by=worker, code="TEA", quantity=1)
    assert fulfillment.read_paper(code) == shipment
    page = reverse("pick", args=[shipment.number])
    assert f"The paper of {shipment.number} is up to date." in scan(desk, page, code=code).content.decode()
    orders.cancel_pieces(order, {order.lines.get().pk: 1}, by=None, reason="x")
    Order.objects.filter(pk=order.pk).update(city="成都", note="门口")
    stale = (
        f"The paper of {shipment.number} is stale: TEA 3 pieces before, 2 now; "
        "the address is now 林美玲, 南京西路 1266 号, 成都, CN; the note is now “门口”. Print it again."
    )
    for address, name in (("picking", "q"), ("packing", "code")):
        answer = desk.get(reverse(address), {name: code})
        assert (answer.status_code, stale in answer.content.decode()) == (409, True)
    answer = scan(desk, page, code=code)
    assert (answer.status_code, stale in answer.content.decode()) == (409, True)
    fresh = str(fulfillment.print_paper(Shipment.objects.get()))
    assert desk.get(reverse("packing"), {"code": fresh}).url == reverse("pack", args=[shipment.number])
    assert desk.get(reverse("picking"), {"q": "S1/1"}).status_code == 409
