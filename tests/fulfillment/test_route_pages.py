"""The pages of vehicles, shifts, zones, places and routes: who opens them, what they show and what they cost."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fulfillment import services
from fulfillment.models import DeliveryZone, Depot, GeocodedAddress, Place, RoutePlan, RouteStop, Shift, Vehicle
from oms.models import Job
from oms.roles import install_roles
from tests.fulfillment.test_documents import text_of as text_of
from tests.fulfillment.test_routes import CENTRE, a_day, a_driver, a_parcel, a_shift, a_vehicle, plan
from tests.stories import a_person, a_warehouse

pytestmark = pytest.mark.django_db

ROLES = ["sales", "warehouse", "dispatcher", "driver", "support", "manager"]
DESK = {"dispatcher", "manager"}
PAGES = [
    "vehicles",
    "vehicle-new",
    "vehicle",
    "shifts",
    "shift-new",
    "shift",
    "shift-action cancel",
    "zones",
    "zone-new",
    "zone",
    "depots",
    "depot-new",
    "depot",
    "places",
    "places-import",
    "positions",
    "position",
    "route-plans",
    "plan-day",
    "route-plan",
    "route-plan-action publish",
    "route-plan-action replan",
    "route-plan-action send-out",
    "route-plan-action reopen",
    "load-list",
    *(f"stop-action {name}" for name in ("lock", "unlock", "move", "window", "position", "take-out")),
]
POSTED = [page for page in PAGES if " " in page or page in ("plan-day", "places-import") or page.endswith("-new")]


@pytest.fixture
def depot():
    return Depot.objects.create(warehouse=a_warehouse(), latitude=CENTRE[0], longitude=CENTRE[1])


@pytest.fixture
def day(depot) -> RoutePlan:
    """A draft with one van and two stops."""
    a_shift()
    a_parcel(2, 1)
    a_parcel(4, 3)
    return plan()


@pytest.fixture
def desk(client):
    install_roles()
    person = a_person(first_name="Ana")
    person.groups.add(Group.objects.get(name="dispatcher"))
    client.force_login(person)
    return client


@pytest.fixture
def addresses(day):
    zone = DeliveryZone.objects.create(name="City", warehouse=a_warehouse(), postcodes="20")
    keys = {
        "vehicle": [Vehicle.objects.get().pk],
        "shift": [Shift.objects.get().pk],
        "shift-action": [Shift.objects.get().pk],
        "zone": [zone.pk],
        "depot": [Depot.objects.get().pk],
        "position": [GeocodedAddress.objects.first().pk],
        "route-plan": [day.pk],
        "route-plan-action": [day.pk],
        "load-list": [day.pk, 1],
        "stop-action": [day.stops.first().pk],
    }

    def address(page: str) -> str:
        name, *action = page.split()
        return reverse(name, args=[*keys.get(name, []), *action])

    return address


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_for_the_dispatch_desk_alone(client, addresses, role):
    install_roles()
    person = a_person()
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person)
    opened = {page for page in PAGES if client.get(addresses(page)).status_code != 403}
    assert opened == (set(PAGES) if role in DESK else set())


@pytest.mark.parametrize("page", POSTED)
def test_nobody_posts_what_she_may_not(client, addresses, page):
    client.force_login(a_person("fulfillment.view_routeplan", "fulfillment.view_vehicle", "fulfillment.deliver_own"))
    before = list(RouteStop.objects.values()), RoutePlan.objects.get().status, Job.objects.count()
    assert client.post(addresses(page), {"submission": str(uuid4())}).status_code == 403
    assert (list(RouteStop.objects.values()), RoutePlan.objects.get().status, Job.objects.count()) == before


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_sent_to_the_log_in(client, addresses, page):
    answer = client.get(addresses(page))
    assert (answer.status_code, answer.url.startswith("/login/")) == (302, True)


def rows_for(page: str, rows: int) -> None:
    for n in range(rows):
        if page == "vehicles":
            a_vehicle(f"Van {n}")
        elif page == "shifts":
            a_shift(a_vehicle(f"Van {n}"), a_driver(f"D{n}"))
        elif page == "zones":
            DeliveryZone.objects.create(name=f"Z{n}", warehouse=a_warehouse(), postcodes="1")
        elif page == "depots":
            Depot.objects.create(warehouse=a_warehouse(f"W{n}"), latitude=1, longitude=1)
        elif page == "places":
            Place.objects.create(country="CN", postcode=str(n), latitude=1, longitude=1)
        elif page == "positions":
            GeocodedAddress.objects.create(key=str(n), address=str(n), latitude=1, longitude=1, source="entered")
        elif page == "route-plans":
            RoutePlan.objects.create(date=a_day(days=n).date(), warehouse=a_warehouse(), latitude=1, longitude=1)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("page", "queries"),
    [
        ("vehicles", 7),
        ("shifts", 8),
        ("zones", 6),
        ("depots", 6),
        ("places", 6),
        ("positions", 6),
        ("route-plans", 7),
    ],
)
def test_lists_cost_the_same_for_any_length(desk, page, queries, rows, django_assert_num_queries):
    rows_for(page, rows)
    desk.get(reverse(page))
    with django_assert_num_queries(queries):
        text = desk.get(reverse(page)).content.decode()
    assert text.count("<tr") == rows + 1


@pytest.mark.parametrize("parcels", [1, 3])
def test_a_plan_costs_the_same_for_any_number_of_stops(desk, depot, parcels, django_assert_num_queries):
    a_shift()
    for n in range(parcels):
        a_parcel(n + 1, n)
    url = plan().get_absolute_url()
    desk.get(url)
    with django_assert_num_queries(9):
        page = desk.get(url).content.decode()
    assert page.count('class="route-stop"') == parcels


def test_a_plan_shows_its_map_its_stops_and_comparisons(desk, day):
    RoutePlan.objects.create(
        date=a_day(days=0).date(), warehouse=a_warehouse(), latitude=1, longitude=1, metres=9000, cost=30
    )
    page = desk.get(day.get_absolute_url()).content.decode()
    assert page.count('class="route-dot') == 2
    assert page.count('class="route-line') == 1
    assert "Plain insertion" in page
    assert "5 km" in page or "2 km" in page or "1 km" in page
    for stop in day.stops.all():
        assert stop.shipment.number in page
    assert page.count("data-move") == 2
    published = services.publish(day, by=None)
    assert "data-move" not in desk.get(published.get_absolute_url()).content.decode()


def test_a_day_is_planned_from_the_form(desk, depot, deliver):
    a_shift()
    a_parcel(1, 1)
    form = {"date": a_day().date(), "warehouse": a_warehouse().pk, "seconds": 2, "submission": str(uuid4())}
    answers = [desk.post(reverse("plan-day"), form) for _twice in range(2)]
    job = Job.objects.get()
    assert [answer.url for answer in answers] == [job.get_absolute_url()] * 2
    deliver()
    page = desk.get(job.get_absolute_url()).content.decode()
    assert RoutePlan.objects.get().get_absolute_url() in page
    assert "The day is planned and checked." in page


def test_a_stop_is_moved_without_javascript(desk, day):
    stop = day.stops.get(sequence=2)
    url = reverse("stop-action", args=[stop.pk, "move"])
    assert 'name="position"' in desk.get(url).content.decode()
    answer = desk.post(url, {"route": stop.route_id, "position": 1, "submission": str(uuid4())})
    stop.refresh_from_db()
    assert (answer.status_code, stop.sequence, stop.locked) == (302, 1, True)
    wrong = desk.post(url, {"route": stop.route_id + 99, "position": 1, "submission": str(uuid4())})
    assert wrong.status_code == 422


def test_locking_and_publishing_by_button(desk, day):
    stop = day.stops.get(sequence=1)
    desk.post(reverse("stop-action", args=[stop.pk, "lock"]), {"submission": str(uuid4())})
    stop.refresh_from_db()
    assert stop.locked
    desk.post(reverse("route-plan-action", args=[day.pk, "publish"]), {"submission": str(uuid4())})
    day.refresh_from_db()
    assert day.status == "published"
    late = desk.post(reverse("stop-action", args=[stop.pk, "unlock"]), {"submission": str(uuid4())})
    assert (late.status_code, RouteStop.objects.get(pk=stop.pk).locked) == (409, True)


def test_a_double_booking_is_told_on_the_form(desk):
    shift = a_shift()
    form = {"vehicle": shift.vehicle_id, "driver": a_driver("Bo").pk, "day": a_day().date(), "start": "17:00"}
    answer = desk.post(reverse("shift-new"), form | {"end": "19:00", "submission": str(uuid4())})
    assert (answer.status_code, Shift.objects.count()) == (409, 1)
    assert "Mei drives Van 1 from" in answer.content.decode()
    upside = desk.post(reverse("shift-new"), form | {"end": "09:00", "submission": str(uuid4())})
    assert (upside.status_code, Shift.objects.count()) == (422, 1)
    fine = desk.post(reverse("shift-new"), form | {"start": "18:00", "end": "19:00", "submission": str(uuid4())})
    assert (fine.status_code, Shift.objects.count()) == (302, 2)


def test_a_zone_needs_a_whole_circle_or_postcodes(desk):
    form = {"name": "City", "warehouse": a_warehouse().pk, "country": "CN", "active": "on"}
    for extra in ({}, {"latitude": "31.2"}, {"latitude": "31.2", "longitude": "121.4"}):
        answer = desk.post(reverse("zone-new"), form | extra | {"submission": str(uuid4())})
        assert (answer.status_code, DeliveryZone.objects.count()) == (422, 0)
    desk.post(reverse("zone-new"), form | {"postcodes": "2000", "submission": str(uuid4())})
    assert DeliveryZone.objects.get().prefixes == ("2000",)


def test_places_are_imported_from_a_file(desk):
    file = SimpleUploadedFile("places.csv", "country,postcode,city,lat,lon\nCN,200040,上海,31.2,121.4\n".encode())
    answer = desk.post(reverse("places-import"), {"file": file, "submission": str(uuid4())}, follow=True)
    assert "1 places and 0 addresses are known now." in answer.content.decode()
    assert "200040" in answer.content.decode()


def test_the_load_list_begins_with_the_last_stop(client, day):
    driver = Shift.objects.get().driver
    url = reverse("load-list", args=[day.pk, 1])
    client.force_login(driver)
    assert client.get(url).status_code == 403
    services.publish(day, by=None)
    answer = client.get(url)
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    first, last = (day.stops.get(sequence=n).shipment.number for n in (1, 2))
    assert text.index(last) < text.index(first)
    client.force_login(a_driver("Bo"))
    assert client.get(url).status_code == 403
