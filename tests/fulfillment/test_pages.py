"""The pages of the warehouse and the road: what they show, what they cost, and double submissions."""

from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from fulfillment import queries
from fulfillment import services as fulfillment
from fulfillment.models import Carrier, DeliveryAttempt, Shipment
from orders.models import Order, OrderLine
from tests.fulfillment.test_walk import packed
from tests.ledger import assert_books_balance, books
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db

ALL = [f"fulfillment.{name}" for name in ("view_shipment", "pick", "pack", "ship", "dispatch", "deliver")]


@pytest.fixture
def worker():
    return a_person(*ALL, "orders.view_order", "inventory.view_product", first_name="Ana")


@pytest.fixture
def desk(client, worker):
    client.force_login(worker)
    return client


@pytest.fixture
def tea():
    return a_product("TEA", name="龙井绿茶", barcode="6901234567892", on_hand=50)


@pytest.fixture
def fleet():
    return Carrier.objects.create(name="Own fleet", own=True)


@pytest.fixture
def driver():
    return a_person("fulfillment.deliver_own", first_name="Mei")


def scan(client, page: str, **data):
    data = {"op": "add", "quantity": 1, "submission": str(uuid4()), **data}
    return client.post(page, data, headers={"HX-Request": "true", "HX-Target": "work"})


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pick_queue_costs_the_same_for_any_length(desk, tea, rows, django_assert_num_queries):
    for _n in range(rows):
        a_placed_order((tea, 2))
    desk.get(reverse("picking"))
    with django_assert_num_queries(8):
        page = desk.get(reverse("picking")).content.decode()
    assert page.count("Every order starts at") == rows


def test_the_queue_is_in_order_and_says_why(desk, tea):
    plain, urgent = a_placed_order((tea, 1)), a_placed_order((tea, 2), urgent=True)
    being_picked = a_placed_order((tea, 1))
    fulfillment.start_picking(being_picked, by=None)
    assert list(queries.ready_to_pick()) == [urgent, plain]
    page = desk.get(reverse("picking")).content.decode()
    assert page.index(urgent.number) < page.index(plain.number)
    assert "Urgent: +" in page
    assert f"/orders/{being_picked.number}/do/start/" not in page


def test_the_queue_is_served_by_its_partial_index(tea):
    a_placed_order((tea, 1))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    assert "order_to_pick" in queries.ready_to_pick().explain()


def test_one_click_starts_picking_and_a_second_one_leads_to_the_same_page(desk, tea):
    order = a_placed_order((tea, 2))
    url, key = reverse("order-picking", args=[order.number, "start"]), str(uuid4())
    pages = [desk.post(url, {"submission": key}) for _click in range(2)]
    shipment = Shipment.objects.get()
    assert [page.url for page in pages] == [reverse("pick", args=[shipment.number])] * 2


def test_another_picker_is_told_who_is_there(client, desk, worker, tea):
    order = a_placed_order((tea, 2))
    fulfillment.start_picking(order, by=worker)
    answer = desk.post(reverse("order-picking", args=[order.number, "start"]), {"submission": str(uuid4())})
    assert answer.status_code == 409
    assert f"Ana is already working on {order.number}" in answer.content.decode()
    assert Shipment.objects.count() == 1


def test_picking_in_the_browser(desk, worker, tea):
    order = a_placed_order((tea, 3))
    shipment = fulfillment.start_picking(order, by=worker)
    page = reverse("pick", args=[shipment.number])
    assert "龙井绿茶" in desk.get(page).content.decode()
    answer = scan(desk, page, code="6901234567892")
    assert answer.status_code == 200
    assert "1 × TEA picked." in answer.content.decode()
    assert "<html" not in answer.content.decode()
    scan(desk, page, code="TEA", op="back")
    scan(desk, page, code="TEA", quantity=2)
    assert OrderLine.objects.get().picked == 2
    wrong = scan(desk, page, code="4711")
    assert (wrong.status_code, OrderLine.objects.get().picked) == (409, 2)
    assert 'role="alert"' in wrong.content.decode()
    scan(desk, page, op="all")
    done = scan(desk, page, op="finish")
    assert done.headers["HX-Redirect"] == reverse("pack", args=[shipment.number])
    assert Shipment.objects.get().status == "picked"
    assert_books_balance()


def test_the_same_scan_sent_twice_counts_once(desk, worker, tea):
    shipment = fulfillment.start_picking(a_placed_order((tea, 3)), by=worker)
    page, key = reverse("pick", args=[shipment.number]), str(uuid4())
    answers = [scan(desk, page, code="TEA", submission=key) for _sent in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert OrderLine.objects.get().picked == 1


def test_scanning_works_without_javascript(desk, worker, tea):
    shipment = fulfillment.start_picking(a_placed_order((tea, 3)), by=worker)
    page = reverse("pick", args=[shipment.number])
    answer = desk.post(page, {"op": "add", "code": "TEA", "quantity": "2", "submission": str(uuid4())}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "2 × TEA picked." in answer.content.decode()
    wrong = desk.post(page, {"op": "add", "code": "TEA", "quantity": "2", "submission": str(uuid4())})
    assert wrong.status_code == 409
    assert "TEA: only 1 more are wanted, not 2." in wrong.content.decode()
    assert "<html" in wrong.content.decode()


@pytest.mark.parametrize("quantity", ["0", "-1", "1000000000", "x", ""])
def test_odd_quantities_change_nothing(desk, worker, tea, quantity):
    shipment = fulfillment.start_picking(a_placed_order((tea, 3)), by=worker)
    before = books()
    answer = scan(desk, reverse("pick", args=[shipment.number]), code="TEA", quantity=quantity)
    assert (answer.status_code, books()) == (409, before)


def test_a_short_pick_asks_for_the_reason(desk, worker, tea):
    shipment = fulfillment.start_picking(a_placed_order((tea, 3)), by=worker)
    fulfillment.pick(shipment, by=worker, code="TEA")
    url = reverse("shipment-action", args=[shipment.number, "finish-short"])
    assert desk.post(url, {"submission": str(uuid4())}).status_code == 422
    desk.post(url, {"reason": "Only one in the bin", "submission": str(uuid4())})
    assert Shipment.objects.get().status == "picked"


def test_packing_in_the_browser(desk, worker, tea):
    a_product("CUP", name="Cup")
    shipment = fulfillment.start_picking(a_placed_order((tea, 2)), by=worker)
    fulfillment.pick_all(shipment, by=worker)
    fulfillment.finish_picking(shipment, by=worker)
    assert desk.get(reverse("packing"), {"code": shipment.number.lower()}).url == reverse(
        "pack", args=[shipment.number]
    )
    page = reverse("pack", args=[shipment.number])
    wrong = scan(desk, page, code="CUP")
    assert f"Wrong item: CUP Cup is not part of {shipment.number}." in wrong.content.decode()
    early = scan(desk, page, op="finish")
    assert "Not packed yet: TEA × 2." in early.content.decode()
    done = scan(desk, page, code="6901234567892", quantity=2)  # the last scan completes
    assert done.headers["HX-Redirect"] == reverse("shipment", args=[shipment.number])
    assert desk.get(page).url == reverse("shipment", args=[shipment.number])


def test_an_unknown_trolley_is_said_to_be_unknown(desk):
    page = desk.get(reverse("packing"), {"code": "S1"}).content.decode()
    assert "Nothing with the number S1 waits to be packed." in page


def test_shipping_in_the_browser(desk, worker, tea, fleet):
    shipment = packed(a_placed_order((tea, 2)), worker)
    url = reverse("shipment-action", args=[shipment.number, "ship"])
    assert "selected" in desk.get(url).content.decode()
    sent = {"carrier": fleet.pk, "tracking_number": "SF1", "submission": str(uuid4())}
    assert [desk.post(url, sent).status_code for _click in range(2)] == [302, 302]
    assert Order.objects.get().stage == "shipped"
    assert_books_balance()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_shipments_costs_the_same_for_any_length(desk, worker, tea, rows, django_assert_num_queries):
    for _n in range(rows):
        fulfillment.start_picking(a_placed_order((tea, 1)), by=worker)
    desk.get(reverse("shipments"))
    with django_assert_num_queries(9):
        page = desk.get(reverse("shipments")).content.decode()
    assert page.count('data-label="Recipient"') == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_a_shipment_costs_the_same_for_any_number_of_lines(desk, worker, rows, django_assert_num_queries):
    lines = [(a_product(f"P{n}", on_hand=5), 1) for n in range(rows)]
    shipment = packed(a_placed_order(*lines), worker)
    desk.get(shipment.get_absolute_url())
    with django_assert_num_queries(16):
        page = desk.get(shipment.get_absolute_url()).content.decode()
    assert page.count("Product P") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_dispatch_board_costs_the_same_for_any_length(
    desk, worker, tea, fleet, driver, rows, django_assert_num_queries
):
    for _n in range(rows):
        for out in (True, False):
            shipment = fulfillment.ship(packed(a_placed_order((tea, 1)), worker), by=worker, carrier=fleet)
            if out:
                fulfillment.send_out(shipment, by=worker, driver=driver)
    desk.get(reverse("dispatch"))
    with django_assert_num_queries(7):
        page = desk.get(reverse("dispatch")).content.decode()
    assert page.count('name="selected"') == rows


def test_the_dispatcher_sends_several_out_at_once(desk, worker, tea, fleet, driver):
    shipments = [packed(a_placed_order((tea, 1)), worker) for _n in range(3)]
    for shipment in shipments:
        fulfillment.ship(shipment, by=worker, carrier=fleet)
    sent = {"selected": [s.number for s in shipments], "driver": driver.pk, "submission": str(uuid4())}
    for _click in range(2):
        desk.post(reverse("dispatch"), sent)
    assert set(Shipment.objects.values_list("status", "driver")) == {("out", driver.pk)}
    assert [s.tracking.count() for s in shipments] == [2, 2, 2]


@pytest.mark.parametrize(
    ("sent", "sentence"), [({}, "Choose a driver."), ({"driver": True}, "Tick the shipments first.")]
)
def test_the_board_says_what_is_missing(desk, driver, sent, sentence):
    answer = desk.post(reverse("dispatch"), {"driver": driver.pk} if sent else {})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


@pytest.fixture
def on_board(worker, tea, fleet, driver):
    shipment = packed(a_placed_order((tea, 1)), worker)
    fulfillment.ship(shipment, by=worker, carrier=fleet)
    return fulfillment.send_out(shipment, by=worker, driver=driver)


def test_the_driver_hands_over(client, driver, on_board):
    client.force_login(driver)
    assert "南京西路 1266 号" in client.get(reverse("my-deliveries")).content.decode()
    page = client.get(reverse("my-delivery", args=[on_board.number])).content.decode()
    assert "林美玲" in page
    url = reverse("delivery-action", args=[on_board.number, "deliver"])
    sent = {"recipient": "林美玲", "submission": str(uuid4())}
    assert [client.post(url, sent).url for _tap in range(3)] == [reverse("my-deliveries")] * 3
    assert DeliveryAttempt.objects.count() == 1
    assert Order.objects.get().stage == "delivered"
    assert_books_balance()


def test_the_driver_says_why_not(client, driver, on_board):
    client.force_login(driver)
    url = reverse("delivery-action", args=[on_board.number, "fail"])
    assert client.post(url, {"submission": str(uuid4())}).status_code == 422
    client.post(url, {"outcome": "absent", "note": "Rang twice", "submission": str(uuid4())})
    assert list(DeliveryAttempt.objects.values_list("outcome", "note")) == [("absent", "Rang twice")]
    assert Shipment.objects.get().status == "failed"


def test_another_drivers_delivery_is_not_there(client, on_board):
    client.force_login(a_person("fulfillment.deliver_own"))
    assert on_board.number not in client.get(reverse("my-deliveries")).content.decode()
    before = books()
    action = reverse("delivery-action", args=[on_board.number, "deliver"])
    answers = [
        client.get(reverse("my-delivery", args=[on_board.number])),
        client.get(action),
        client.post(action, {"recipient": "x", "submission": str(uuid4())}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert books() == before


def test_the_fragments_are_pages_of_their_own_too(desk, worker, tea):
    order = a_placed_order((tea, 2))
    for url in (reverse("product-claims", args=[tea.pk]), reverse("order-shipments", args=[order.number])):
        page = desk.get(url).content.decode()
        part = desk.get(url, headers={"HX-Request": "true"}).content.decode()
        assert "<html" in page and "<html" not in part
    assert order.number in desk.get(reverse("product-claims", args=[tea.pk])).content.decode()


def test_a_carrier_is_kept_by_who_may(client, worker):
    client.force_login(a_person("fulfillment.add_carrier", "fulfillment.change_carrier", "fulfillment.view_carrier"))
    client.post(
        reverse("carrier-new"), {"name": "SF 顺丰", "tracking_url": "https://x.example/{number}", "active": "on"}
    )
    carrier = Carrier.objects.get()
    shipment = Shipment(number="S1", carrier=carrier, tracking_number="A/1")
    assert shipment.tracking_link == "https://x.example/A%2F1"
    client.post(reverse("carrier-edit", args=[carrier.pk]), {"name": "SF Express", "active": "on"})
    assert Carrier.objects.get().name == "SF Express"
