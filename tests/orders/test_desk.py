"""The order list, the review queue, the order page and its actions."""

import re
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.models import Stock
from oms.models import ApiKey
from orders import services
from orders.checks import CHECKS
from orders.models import Hold, Order, OrderPolicy
from tests.stories import a_customer, a_delivered_order, a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db
D = Decimal
EVERYTHING = [
    f"orders.{code}"
    for code in (
        "view_order",
        "place_order",
        "confirm_order",
        "release_hold",
        "place_hold",
        "cancel_order",
        "record_payment",
    )
]


@pytest.fixture
def desk(client):
    client.force_login(a_person(*EVERYTHING, "customers.view_customer", "oms.view_message"))
    return client


def numbers(response) -> list[str]:
    """The orders on a page, in its order."""
    return re.findall(r'<td class="kind-text"[^>]*><a href="/orders/(SO\d+)/">', response.content.decode())


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def queries_of(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def do(client, order, action, **fields):
    return client.post(f"/orders/{order.number}/do/{action}/", {"submission": str(uuid.uuid4()), **fields})


def short_orders(count: int) -> list[Order]:
    tea = a_product(on_hand=0)
    return [a_placed_order((tea, 1), customer=a_customer(f"Customer {n}")) for n in range(count)]


# ---- lists


@pytest.mark.parametrize(("path", "expected"), [("/orders/", 8), ("/orders/review/", 9)])
def test_a_list_costs_the_same_for_one_row_and_for_three(desk, path, expected):
    short_orders(1)
    one = queries_of(desk, path)
    short_orders(2)
    assert (one, queries_of(desk, path)) == (expected, expected)


def test_a_search_costs_two_queries_more_than_none(desk):
    short_orders(3)
    assert queries_of(desk, "/orders/?q=Customer+1") == queries_of(desk, "/orders/") + 2


@pytest.mark.parametrize(
    "words",
    [
        "{number}",
        "{tail}",
        "PO-77",
        "o-7",
        "Jing Wei",
        "jing",
        "王芳",
        "王",
        "wei@example.com",
        "0000 7777",
        "tea-9",
        "{code}",
        "Haus Nord",
    ],
)
def test_an_order_is_found_by_what_people_know_of_it(desk, words):
    other = a_placed_order((a_product("POT"), 1), customer=a_customer("Somebody", email="s@s.cn", code="X1"))
    customer = a_customer("王芳 Jing Wei", email="wei@example.com", phone="+86 138-0000-7777")
    wanted = a_placed_order((a_product("TEA-9"), 1), customer=customer, reference="PO-77")
    Order.objects.filter(pk=wanted.pk).update(ship_name="Haus Nord")
    query = words.format(number=wanted.number, tail=wanted.number[-4:], code=customer.code)
    assert numbers(desk.get("/orders/", {"q": query})) == [wanted.number]
    assert other.number not in numbers(desk.get("/orders/", {"q": query}))


@pytest.mark.parametrize("words", ["nothing like it", "%", "_", "'", "SO999999", "x" * 500])
def test_what_nobody_knows_finds_nothing(desk, words):
    short_orders(1)
    assert numbers(desk.get("/orders/", {"q": words})) == []


def test_filters_narrow_by_stage_channel_day_total_hold_and_customer(desk):
    held = short_orders(1)[0]
    customer = a_customer("Mei Lin")
    big = a_placed_order((a_product(price="1000"), 1), customer=customer, channel="shop")
    old = a_placed_order((a_product(price="10"), 1), customer=customer)
    yesterday = timezone.localtime() - timedelta(days=1)
    Order.objects.filter(pk=old.pk).update(placed_at=yesterday, total=D("11.30"))
    today = timezone.localdate().isoformat()
    found = {
        "stage=on_hold": [held],
        "stage=on_hold&stage=to_pick": [big, held, old],
        "channel=shop": [big],
        f"placed_from={today}": [big, held],
        f"placed_to={yesterday.date().isoformat()}": [old],
        "total_min=1000": [big],
        "total_max=11.30": [held, old],
        "hold=stock": [held],
        "hold=address&hold=price": [],
        f"customer={customer.pk}": [big, old],
    }
    assert {query: numbers(desk.get(f"/orders/?{query}")) for query in found} == {
        query: [order.number for order in orders] for query, orders in found.items()
    }


def test_a_day_ends_at_the_business_midnight(desk):
    order = short_orders(1)[0]
    midnight = timezone.localtime().replace(year=2025, month=9, day=2, hour=0, minute=0, second=0, microsecond=0)
    Order.objects.filter(pk=order.pk).update(placed_at=midnight)
    assert numbers(desk.get("/orders/?placed_from=2025-09-01&placed_to=2025-09-01")) == []
    Order.objects.filter(pk=order.pk).update(placed_at=midnight - timedelta(microseconds=1))
    assert numbers(desk.get("/orders/?placed_from=2025-09-01&placed_to=2025-09-01")) == [order.number]


def test_the_channels_of_other_systems_can_be_chosen(desk):
    ApiKey.objects.create(channel="webshop", prefix="p", digest="d")
    order = short_orders(1)[0]
    Order.objects.update(channel="webshop")
    assert numbers(desk.get("/orders/?channel=webshop")) == [order.number]


def test_the_export_has_exactly_what_is_shown(desk):
    held, clean = short_orders(1)[0], a_placed_order((a_product(), 1), customer=a_customer("=HYPERLINK(1)"))
    rows = b"".join(desk.get("/orders/?stage=to_pick&export=csv").streaming_content).decode("utf-8-sig")
    assert clean.number in rows
    assert held.number not in rows
    assert ",=HYPERLINK" not in rows


# ---- review


def test_the_queue_shows_why_and_leads_back_after_one_click(desk):
    order, clean = short_orders(1)[0], a_placed_order((a_product(), 1))
    page = desk.get("/orders/review/")
    assert f"{order.lines.get().sku}: 1 of 1 are not in stock." in text(page)
    assert clean.number not in numbers(page)
    assert f'formaction="/orders/{order.number}/do/release/?to=review"' in page.content.decode()
    answer = desk.post(f"/orders/{order.number}/do/release/?to=review", {"submission": str(uuid.uuid4())})
    assert (answer.status_code, answer["location"]) == (302, "/orders/review/")
    order.refresh_from_db()
    assert order.stage == "waiting_stock"


def test_bulk_says_what_became_of_each_order(desk):
    OrderPolicy.objects.create(pk=1, auto_confirm=False)
    good, held = a_placed_order((a_product(), 1)), short_orders(1)[0]
    form = {"action": "confirm", "selected": [good.pk, held.pk], "submission": str(uuid.uuid4())}
    answer = desk.post("/orders/review/", form)
    assert f"{held.number} is on hold. Release its holds first." in text(answer)
    good.refresh_from_db(), held.refresh_from_db()
    assert (good.status, held.status) == ("confirmed", "placed")


def test_an_export_of_the_queue_gives_the_reasons(desk):
    short_orders(1)
    rows = b"".join(desk.get("/orders/review/?export=csv").streaming_content).decode("utf-8-sig")
    assert "1 of 1 are not in stock." in rows


# ---- one order


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_line_and_for_three(desk, count):
    order = a_delivered_order(*[(a_product(), 1) for _line in range(count)])
    assert queries_of(desk, order.get_absolute_url()) == 16


def test_the_page_explains_itself(desk):
    tea = a_product("TEA", price="10", floor_price=D(8), on_hand=1)
    order = a_placed_order((tea, 3), urgent=True)
    shown = text(desk.get(order.get_absolute_url()))
    for words in (
        "TEA: 2 of 3 are not in stock.",
        "2 missing",
        "List price CN¥10.00.",
        "Every order starts at 10.",
        "Urgent: +50.",
        "TEA is expected in 7 days.",
        "Somebody has to decide.",
        "Every price is at or above its floor.",
        "One thing stops this order",
    ):
        assert words in shown, words


@pytest.mark.parametrize(
    ("stage", "actions"),
    [
        ("to_review", ["confirm", "pay", "hold", "cancel"]),
        ("on_hold", ["release", "reserve", "pay", "cancel"]),
        ("to_pick", ["pay", "hold", "cancel"]),
        ("delivered", ["close", "refund"]),
        ("cancelled", []),
    ],
)
def test_only_possible_moves_have_a_button(desk, stage, actions):
    if stage == "to_review":
        OrderPolicy.objects.create(pk=1, auto_confirm=False)
    order = a_delivered_order((a_product(), 1)) if stage == "delivered" else a_placed_order((a_product(), 1))
    if stage == "on_hold":
        services.hold_order(order, by=None, note="x")
    if stage == "cancelled":
        services.cancel_order(order, by=None, reason="x")
    page = desk.get(order.get_absolute_url()).content.decode()
    offered = set(re.findall(rf"/orders/{order.number}/do/(\w+)/", page))
    assert offered == set(actions)


def test_every_move_works_from_its_page(desk):
    order = a_placed_order((a_product(price="100"), 1))
    do(desk, order, "hold", note="she calls back")
    do(desk, order, "release", note="she did")
    do(desk, order, "pay", amount="113", method="card", reference="T1")
    do(desk, order, "refund", amount="13", method="cash")
    do(desk, order, "cancel", reason="changed mind")
    order.refresh_from_db()
    assert (order.stage, order.paid) == ("cancelled", D("100.00"))
    assert list(Hold.objects.values_list("note", "release_note")) == [("she calls back", "she did")]


def test_one_hold_is_released_by_its_own_button(desk):
    order = a_placed_order((a_product(), 1))
    services.hold_order(order, by=None, note="x")
    hold = order.holds.get()
    page = desk.get(order.get_absolute_url()).content.decode()
    assert f"/orders/holds/{hold.pk}/do/release/" in page
    answer = desk.post(f"/orders/holds/{hold.pk}/do/release/", {"submission": str(uuid.uuid4())})
    assert answer["location"] == order.get_absolute_url()
    hold.refresh_from_db()
    assert hold.released_at


def test_the_slower_of_two_clerks_reads_why(desk):
    order = a_placed_order((a_product(), 1))
    services.cancel_order(order, by=None, reason="first clerk")
    answer = do(desk, order, "hold", note="second clerk")
    assert answer.status_code == 409
    assert f"{order.number} is Cancelled; this is not possible now." in text(answer)
    assert Stock.objects.get().reserved == 0


def test_a_note_is_written_once(desk):
    order = a_placed_order((a_product(), 1))
    form = {"text": "likes ribbons", "submission": str(uuid.uuid4())}
    for _twice in range(2):
        desk.post(order.get_absolute_url(), form)
    assert text(desk.get(order.get_absolute_url())).count("likes ribbons") == 1


def test_messages_are_shown_to_those_who_may_read_them(client, desk):
    from oms.outbox import deliver_pending

    order = a_placed_order((a_product(), 1))
    while deliver_pending():
        pass
    page = 'href="/messages/'
    assert page in desk.get(order.get_absolute_url()).content.decode()
    client.force_login(a_person("orders.view_order"))
    assert page not in client.get(order.get_absolute_url()).content.decode()


def test_an_unknown_order_is_not_found(desk):
    assert desk.get("/orders/SO1/").status_code == 404
    assert desk.post("/orders/SO1/do/confirm/").status_code == 404


# ---- rules


def test_the_rules_are_saved_and_kept_sane(client):
    client.force_login(a_person("orders.change_orderpolicy"))
    good = {
        "auto_confirm": "on",
        "cut_off": "16:30",
        "handling_days": "1",
        "transit_days": "3",
        "working_days": ["1", "2", "6"],
        "return_days": "14",
        "allocation": "near whole lines cost rank",
        "key_importance": "60",
        "unpaid_hours": "24",
        "shipping_fee": "8",
        "shipping_tax_rate": "6",
        "duplicate_hours": "2",
        **{f"check_{check.__name__}": "hold" for check in CHECKS},
    }
    client.post("/orders/rules/", good | {"submission": str(uuid.uuid4())})
    policy = OrderPolicy.objects.get()
    assert (policy.working_days, policy.handling_days, f"{policy.cut_off:%H:%M}") == ("126", 1, "16:30")
    for wrong in ({"working_days": []}, {"working_days": ["8"]}, {"handling_days": "-1"}, {"transit_days": "9999"}):
        answer = client.post("/orders/rules/", good | wrong | {"submission": str(uuid.uuid4())})
        assert answer.status_code == 422
    assert OrderPolicy.objects.get().working_days == "126"
