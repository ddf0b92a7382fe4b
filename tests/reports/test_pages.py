import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from aftersales import services as aftersales
from fulfillment.models import Carrier
from inventory import services as inventory
from inventory.models import Stock, StockAlert
from oms.models import Delivery, Event, Job, Message, User
from oms.roles import install_roles
from orders import services as orders
from orders.models import Order
from reports import home
from tests.stories import a_customer, a_delivered_order, a_person, a_placed_order, a_product, shipped

pytestmark = pytest.mark.django_db

ROLES = ["sales", "warehouse", "dispatcher", "driver", "support", "manager"]
PAGES = {
    "/": set(ROLES),
    "/search/?q=lamp": set(ROLES),
    "/reports/": {"manager"},
    "/reports/files/": {"manager"},
    "/reports/files/sales/": {"manager"},
    "/reports/files/stock/": {"manager"},
    "/deliveries/": {"manager"},
}


@pytest.fixture(autouse=True)
def _company_kept(monkeypatch):
    monkeypatch.setattr("oms.context.KEPT_SECONDS", 3600)


def a_member(role):
    install_roles()
    person = User.objects.create_user(f"a-{role}", password="a-long-password")
    person.groups.add(Group.objects.get(name=role))
    return person


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_own_pages_and_no_others(client, role):
    client.force_login(a_member(role))
    opened = {path: client.get(path).status_code for path in PAGES}
    assert opened == {path: 200 if role in roles else 403 for path, roles in PAGES.items()}


@pytest.mark.parametrize("path", PAGES)
def test_without_log_in_there_is_only_the_log_in(client, path):
    assert client.get(path).url.startswith("/login/?next=/")


def some_orders():
    """Four open orders, two of them on hold, a delivered and a cancelled one."""
    lamp = a_product("LAMP", on_hand=20)
    a_placed_order((lamp, 2))
    orders.hold_order(a_placed_order((lamp, 1)), by=None, note="call")
    on_its_way = shipped(a_placed_order((lamp, 1)), delivered=False)
    on_its_way.carrier = Carrier.objects.create(name="Our vans", own=True)
    on_its_way.save()
    a_delivered_order((lamp, 1))
    orders.cancel_order(a_placed_order((lamp, 1)), by=None, reason="x")
    a_placed_order((lamp, 30))


def test_the_tiles_of_the_home_page_partition_the_open_orders():
    some_orders()
    tiles = {tile.label: tile.value for tile in home.open_orders()}
    assert tiles == {
        "Draft": 0,
        "On hold": 2,
        "To review": 0,
        "Waiting for stock": 0,
        "To make": 0,
        "To pick": 1,
        "Picking": 0,
        "To ship": 0,
        "Partly shipped": 0,
        "Shipped": 1,
    }
    closed = ["delivered", "returned", "closed", "cancelled"]
    assert sum(tiles.values()) == Order.objects.exclude(stage__in=closed).count() == 4


def test_open_and_done_stages_are_all_stages():
    done = {"delivered", "returned", "closed", "cancelled"}
    assert {*map(str, home.OPEN_STAGES)} | done == {*Order.Stage.values}


def test_every_role_sees_her_own_work_and_no_other():
    some_orders()
    order = a_delivered_order((a_product(), 2))
    aftersales.request_return(order, pieces={order.lines.get().pk: 1}, reason="other")
    aftersales.open_ticket(order.customer, subject="x", text="y")
    work = {role: {tile.label: tile.value for tile in home.my_work(a_member(role))} for role in ROLES}
    assert work == {
        "sales": {"Orders on hold": 2},
        "warehouse": {"Orders to pick": 1},
        "dispatcher": {"To send out": 1},
        "driver": {},
        "support": {"Returns to answer": 1, "Open tickets": 1},
        "manager": {
            "Orders on hold": 2,
            "Orders to pick": 1,
            "To send out": 1,
            "Returns to answer": 1,
            "Open tickets": 1,
        },
    }


def test_an_alert_stays_on_the_home_page_until_it_is_handled(client):
    a_product("LAMP", on_hand=3, name="宣纸落地灯")
    Stock.objects.update(alert_line=5)
    inventory.check_alert_lines()
    buyer = a_member("warehouse")
    client.force_login(buyer)
    assert "宣纸落地灯" in client.get("/").content.decode()
    inventory.handle_alert(StockAlert.objects.get(), by=buyer)
    assert "宣纸落地灯" not in client.get("/").content.decode()


def test_what_failed_is_shown_to_who_may_see_it(client):
    order = a_placed_order((a_product(), 1))
    Message.objects.create(channel="email", to="a@b.example", language="en", template="t", text="x", state="failed")
    Delivery.objects.filter(pk=Delivery.objects.first().pk).update(state="failed", error="KeyError: 'x'")
    Job.objects.create(kind="sales_report", state="failed", by=a_person())
    manager = a_member("manager")
    tiles = {tile.label: (tile.value, tile.href) for tile in home.failures(manager)}
    assert tiles == {
        "Failed jobs of the last days": (1, f"/jobs/?state=failed&created_from={home.today() - timedelta(days=7)}"),
        "Messages not sent": (1, "/messages/?state=failed&state=bounced"),
        "Failed reactions": (1, "/deliveries/"),
    }
    assert home.failures(a_member("driver")) == []
    client.force_login(manager)
    assert "KeyError" in client.get("/deliveries/").content.decode()
    failed = Delivery.objects.get(state="failed")
    client.post("/deliveries/", {"action": "retry", "selected": failed.pk, "submission": str(uuid.uuid4())})
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("pending", 0)
    assert Event.objects.filter(subject_id=order.pk).exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_home_and_dashboard_take_the_same_statements_whatever_there_is(client, django_assert_num_queries, rows):
    client.force_login(a_member("manager"))
    client.get("/")
    for _row in range(rows):
        order = a_delivered_order((a_product(), 2))
        aftersales.request_return(order, pieces={order.lines.get().pk: 1}, reason="other")
        aftersales.open_ticket(order.customer, subject="x", text="y")
        a_placed_order((a_product(), 1))
    # session, user, permissions of user and groups, stages, alerts, five queues, three failures
    with django_assert_num_queries(14):
        client.get("/")
    # session, user, permissions, 2 trends, 2 for products, 2 for customers, channels, stages, promises, returns,
    # deliveries, currencies
    with django_assert_num_queries(16):
        client.get("/reports/")


def test_the_dashboard_shows_the_month_and_leads_to_its_orders(client, month):
    client.force_login(a_member("manager"))
    page = client.get("/reports/?first=2026-03-01&last=2026-03-31").content.decode()
    tiles = dict(re.findall(r'tile-label">([^<]+)</span><span class="tile-value">([^<]+)<', page))
    assert tiles["Sales, tax included"] == "CN¥151.11"
    assert (tiles["Orders"], tiles["Mean order"]) == ("3", "CN¥50.37")
    assert "宣纸落地灯" in page and "林美玲" in page
    assert "placed_from=2026-03-01&amp;placed_to=2026-03-31" in page


def test_promises_kept_and_returns_are_counted(client):
    order = a_delivered_order((a_product(), 2))
    late = a_delivered_order((a_product(), 2))
    Order.objects.filter(pk=late.pk).update(promised_date="2020-01-01")
    aftersales.request_return(order, pieces={order.lines.get().pk: 1}, reason="other")
    client.force_login(a_member("manager"))
    page = client.get("/reports/").content.decode()
    tiles = dict(re.findall(r'tile-label">([^<]+)</span><span class="tile-value">([^<]+)<', page))
    assert tiles["Delivered as promised"] == "50.0 %"
    assert tiles["Returns asked for"] == "1"


@pytest.mark.parametrize(
    "query",
    [
        "first=2026-03-31&last=2026-03-01",
        "first=x&last=y",
        "first=&last=",
        "first=1900-01-01&last=2026-01-01",
    ],
)
def test_a_period_that_makes_no_sense_is_named_and_the_usual_one_shown(client, query):
    client.force_login(a_member("manager"))
    response = client.get(f"/reports/?{query}")
    assert response.status_code == 200
    assert "error-summary" in response.content.decode()


def ask(client, **fields):
    return client.post("/reports/files/sales/", {"submission": str(uuid.uuid4()), **fields})


def test_a_manager_asks_for_a_report_and_sees_its_job(client, django_capture_on_commit_callbacks, month):
    client.force_login(a_member("manager"))
    fields = {"first": "2026-03-01", "last": "2026-03-31", "group": "week", "product": "lamp", "customer": ""}
    response = ask(client, **fields)
    job = Job.objects.get()
    assert response.url == job.get_absolute_url()
    assert job.params == {
        "first": "2026-03-01",
        "last": "2026-03-31",
        "group": "week",
        "category": None,
        "customer": None,
        "product": month["lamp"].pk,
        "language": "en",
    }
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"last": "2026-02-01"},
        {"first": "x"},
        {"group": "year"},
        {"product": "NOPE"},
        {"customer": "NOPE"},
        {"first": "2020-01-01"},
    ],
)
def test_a_report_that_makes_no_sense_is_refused(client, wrong):
    client.force_login(a_member("manager"))
    fields = {"first": "2026-03-01", "last": "2026-03-31", "group": "day"}
    assert ask(client, **fields | wrong).status_code == 422
    assert not Job.objects.exists()


def titles(response):
    return [hit.title for one in response.context["found"] for hit in one.hits]


def test_search_finds_every_sort_of_record(client):
    client.force_login(a_member("manager"))
    customer = a_customer("林美玲", phone="+86 138-0013-8000", email="mei@qinghe.example")
    order = a_delivered_order((a_product("LAMP-01", name="宣纸落地灯"), 2), customer=customer)
    a_placed_order((a_product("CUP", name="青瓷茶杯"), 1), customer=customer)
    assert "宣纸落地灯" in titles(client.get("/search/?q=落地灯"))
    assert titles(client.get("/search/?q=lamp"))[:1] == ["宣纸落地灯"]
    assert "林美玲" in titles(client.get("/search/?q=林美"))
    assert titles(client.get("/search/?q=13800138000")) == ["林美玲"]
    assert titles(client.get("/search/?q=qinghe")) == ["林美玲"]
    assert order.number in titles(client.get("/search/?q=SO10"))


def test_a_number_typed_in_full_leads_straight_to_its_record(client):
    client.force_login(a_member("manager"))
    order = a_delivered_order((a_product(), 2))
    rma = aftersales.request_return(order, pieces={order.lines.get().pk: 1}, reason="other")
    ticket = aftersales.open_ticket(order.customer, subject="x", text="y")
    for record in (order, order.shipments.get(), rma, ticket):
        assert client.get("/search/", {"q": f" {record.number.lower()} "}).url == record.get_absolute_url()


def test_search_shows_only_what_one_may_see(client):
    a_placed_order((a_product("LAMP", name="宣纸落地灯"), 1))
    client.force_login(a_person("inventory.view_product"))
    assert titles(client.get("/search/?q=落地灯")) == ["宣纸落地灯"]
    assert titles(client.get("/search/?q=林美玲")) == []


@pytest.mark.parametrize("text", ["", "x", "%", "%%%", "'", '"><script>', "\x00\x00\x00", "长" * 500])
def test_odd_searches_find_nothing_and_break_nothing(client, text):
    client.force_login(a_member("manager"))
    response = client.get("/search/", {"q": text})
    assert response.status_code == 200
    assert titles(response) == []
    assert "<script>" not in response.content.decode().replace('<script src="', "")


def test_search_takes_one_statement_a_sort(client, django_assert_num_queries):
    client.force_login(a_member("manager"))
    for _row in range(3):
        a_placed_order((a_product(name="宣纸落地灯"), 1))
    client.get("/search/?q=落地灯")
    with django_assert_num_queries(10):  # session, user, permissions, six sorts
        client.get("/search/?q=落地灯")
