"""A day's routes: what is planned, what a dispatcher may change, what the driver sees, who is double-booked."""

from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from fulfillment import queries, services
from fulfillment.geography import positions, serves
from fulfillment.models import (
    Carrier,
    DeliveryZone,
    Depot,
    GeocodedAddress,
    Place,
    Route,
    RoutePlan,
    RouteStop,
    Shift,
    Shipment,
    Vehicle,
)
from fulfillment.models.places import address_key
from fulfillment.services import planning
from oms import jobs
from oms.errors import DomainError
from oms.models import Job
from reports import audit
from tests.ledger import assert_books_balance
from tests.stories import a_person, a_placed_order, a_product, a_warehouse, shipped

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")
CENTRE = (31.23, 121.47)


def a_day(hours: float = 0, days: int = 1) -> datetime:
    """A moment of the day on which the fleet drives."""
    midnight = datetime.combine(timezone.localdate() + timedelta(days=days), datetime.min.time(), ZONE)
    return midnight + timedelta(hours=hours)


def a_vehicle(name: str = "Van 1", **fields) -> Vehicle:
    fields = {"weight_kg": 500, "volume_l": 3000, "max_stops": 20, "cost_km": Decimal("2.50"), **fields}
    return Vehicle.objects.create(name=name, warehouse=a_warehouse(), cost_hour=Decimal("60"), **fields)


def a_driver(name: str = "Mei") -> object:
    return a_person("fulfillment.deliver_own", first_name=name)


def a_shift(vehicle=None, driver=None, start: float = 8, end: float = 18, **fields) -> Shift:
    return services.book_shift(
        by=None,
        driver=driver or a_driver(),
        vehicle=vehicle or a_vehicle(),
        starts=a_day(start, **fields),
        ends=a_day(end, **fields),
    )


def a_parcel(north: float, east: float, *, tea=None, located: bool = True, **fields) -> Shipment:
    """A parcel in our fleet's hands for a door some hundredths of a degree from the depot."""
    tea = tea or a_product(weight_g=1000, length_mm=100, width_mm=100, height_mm=100)
    shipment = shipped(a_placed_order((tea, 2)), delivered=False)
    fleet, _made = Carrier.objects.get_or_create(name="Own fleet", own=True)
    order = shipment.order
    order.line1 = f"Street {order.number}"
    order.save()
    for name, value in {"carrier": fleet, **fields}.items():
        setattr(shipment, name, value)
    shipment.save()
    if located:
        GeocodedAddress.objects.create(
            key=address_key(order),
            address=order.line1,
            latitude=CENTRE[0] + north / 100,
            longitude=CENTRE[1] + east / 100,
            source="entered",
        )
    return shipment


def plan(**options) -> RoutePlan:
    options = {"by": None, "seconds": 0, **options}
    return services.plan_day(a_day().date(), a_warehouse(), **options)


def order_of(route: Route) -> list[str]:
    return [stop.shipment.number for stop in route.stops.order_by("sequence")]


@pytest.fixture
def depot():
    return Depot.objects.create(warehouse=a_warehouse(), latitude=CENTRE[0], longitude=CENTRE[1])


@pytest.fixture
def north(depot):
    """One van and three parcels in a line to the north, made in the wrong order."""
    shift = a_shift()
    far, near, middle = (a_parcel(n, 0) for n in (6, 2, 4))
    return SimpleNamespace(shift=shift, driver=shift.driver, near=near, middle=middle, far=far)


def test_nobody_and_no_vehicle_is_booked_twice(depot):
    van, driver = a_vehicle(), a_driver()
    a_shift(van, driver)
    with pytest.raises(DomainError, match="Mei drives Van 1 from"):
        a_shift(a_vehicle("Van 2"), driver, 17, 20)
    with pytest.raises(DomainError, match="Mei drives Van 1 from"):
        a_shift(van, a_driver("Bo"), 7, 9)
    a_shift(van, driver, 18, 20)
    assert Shift.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Shift.objects.create(vehicle=van, driver=a_driver(), starts=a_day(9), ends=a_day(10))
    with pytest.raises(DomainError, match="ends before it begins"):
        a_shift(van, driver, 22, 21)


def test_a_shift_that_is_moved_is_checked_again(depot):
    van = a_vehicle()
    a_shift(van)
    late = a_shift(van, a_driver("Bo"), 18, 20)
    with pytest.raises(DomainError, match="drives Van 1"):
        services.change_shift(late, by=None, driver=late.driver, vehicle=van, starts=a_day(17), ends=a_day(20))
    late.refresh_from_db()
    assert late.starts == a_day(18)


def test_a_planned_day_has_times_sums_and_a_comparison(north):
    day = plan()
    (route,) = day.routes.all()
    stops = list(route.stops.order_by("sequence"))
    assert order_of(route) in (
        [north.near.number, north.middle.number, north.far.number],
        [north.far.number, north.middle.number, north.near.number],
    )
    assert (day.status, day.made_by, day.late, day.plain_unassigned) == ("draft", "insertion", 0, 0)
    assert (day.metres, day.seconds, day.cost) == (route.metres, route.seconds, route.cost)
    assert (day.plain_metres, day.plain_cost) == (day.metres, day.cost)
    assert 17_300 < day.metres < 17_400
    assert [s.departure - s.arrival for s in stops] == [timedelta(minutes=5)] * 3
    assert (stops[0].weight_g, stops[0].volume_ml, stops[0].precision) == (2000, 2000, "address")
    assert route.leaves == a_day(8)
    assert (day.metres, day.seconds, day.cost) == (17346, 2982, Decimal("93.07"))


def test_the_real_solver_plans_in_a_job(north, deliver):
    by = a_person("fulfillment.plan_routes")
    job = jobs.start("plan_routes", by=by, title="x", date=str(a_day().date()), warehouse=a_warehouse().pk, seconds=5)
    jobs.run(job.pk)
    job.refresh_from_db()
    day = RoutePlan.objects.get()
    assert (job.state, job.error, job.result) == (Job.State.DONE, "", {"plan": day.pk})
    assert (day.job, day.stops.filter(route__isnull=False).count()) == (job, 3)


def test_a_plan_that_breaks_a_rule_is_refused_and_kept_in_the_log(north, monkeypatch, capsys):
    plan()
    kept = list(RouteStop.objects.values())
    monkeypatch.setattr(planning, "faults", lambda instance, answer: ["overweight 1 2 > 1"])
    with pytest.raises(DomainError, match="The plan breaks a rule and was not kept: overweight 1 2 > 1"):
        plan()
    assert list(RouteStop.objects.values()) == kept


def test_what_finds_no_place_says_why(depot):
    a_shift(a_vehicle(weight_kg=1))
    heavy, nowhere = a_parcel(1, 0), a_parcel(2, 0, located=False)
    reasons = dict(plan().stops.values_list("shipment__number", "reason"))
    assert reasons == {heavy.number: "too_large", nowhere.number: "no_position"}
    a_shift(a_vehicle("Van 2"))
    gone = a_parcel(1, 1, window_start=a_day(1), window_end=a_day(2))
    reasons = dict(plan().stops.values_list("shipment__number", "reason"))
    assert reasons == {heavy.number: "", nowhere.number: "no_position", gone.number: "out_of_reach"}


def test_windows_decide_the_order(north):
    for shipment, hour in ((north.far, 9), (north.near, 11), (north.middle, 13)):
        shipment.window_start, shipment.window_end = a_day(hour), a_day(hour + 1)
        shipment.save()
    (route,) = plan().routes.all()
    assert order_of(route) == [north.far.number, north.near.number, north.middle.number]
    assert [stop.arrival for stop in route.stops.order_by("sequence")] == [a_day(9), a_day(11), a_day(13)]


def test_a_day_without_depot_or_shift_is_refused():
    with pytest.raises(DomainError, match="Say first where the depot"):
        plan()
    Depot.objects.create(warehouse=a_warehouse(), latitude=1, longitude=1)
    with pytest.raises(DomainError, match="Nobody has a shift"):
        plan()
    assert not RoutePlan.objects.exists()


def test_only_our_own_parcels_of_that_day_are_taken(north):
    post = Carrier.objects.create(name="Post")
    a_parcel(1, 1, carrier=post)
    a_parcel(1, 1, window_start=a_day(9, days=2), window_end=a_day(10, days=2))
    a_parcel(1, 1, status="out")
    loose = a_parcel(1, 1, carrier=None, status="packed")
    assert {s.pk for s in planning.candidates(a_day().date(), a_warehouse())} == {
        north.near.pk,
        north.middle.pk,
        north.far.pk,
    }
    DeliveryZone.objects.create(
        name="City", warehouse=a_warehouse(), latitude=CENTRE[0], longitude=CENTRE[1], radius_km=30
    )
    assert loose in planning.candidates(a_day().date(), a_warehouse())


def test_a_parcel_is_in_one_living_plan(north):
    plan()
    other = a_day(days=2).date()
    assert planning.candidates(other, a_warehouse()) == []
    stop = RouteStop.objects.first()
    elsewhere = RoutePlan.objects.create(date=other, warehouse=a_warehouse(), latitude=1, longitude=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        RouteStop.objects.create(plan=elsewhere, shipment=stop.shipment, reason="no_room")
    Shipment.objects.filter(pk=stop.shipment_id).update(status="failed")
    a_shift(a_vehicle("Van 2"), days=2)
    elsewhere.delete()
    again = services.plan_day(other, a_warehouse(), by=None, seconds=0)
    assert [s.shipment_id for s in again.stops.all()] == [stop.shipment_id]
    stop.refresh_from_db()
    assert not stop.live


def test_moving_a_stop_recomputes_times_and_locks_it(north):
    day = plan()
    (route,) = day.routes.all()
    last = route.stops.get(shipment=order_last(route))
    services.move_stop(last, by=None, route=route, position=1)
    last.refresh_from_db()
    day.refresh_from_db()
    assert (last.sequence, last.locked, day.version) == (1, True, 2)
    assert last.arrival < route.stops.get(sequence=2).arrival
    assert day.metres == route.plan.routes.get().metres
    again = plan()
    assert again.stops.get(sequence=1).shipment_id == last.shipment_id


def order_last(route: Route) -> Shipment:
    return route.stops.order_by("sequence").last().shipment


def test_late_stops_are_shown_and_kept_when_locked(north):
    north.far.window_end = a_day(8.5)
    north.far.save()
    day = plan()
    stop = day.stops.get(shipment=north.far)
    assert (stop.sequence, stop.late, day.late) == (1, 0, 0)
    services.set_window(stop, by=None, window_end=a_day(8.1))
    services.lock_stop(stop, by=None)
    stop.refresh_from_db()
    day.refresh_from_db()
    north.far.refresh_from_db()
    assert (day.late, north.far.window_end) == (1, a_day(8.1))
    assert stop.late == (stop.arrival - a_day(8.1)).total_seconds() > 0
    again = plan()
    stop.refresh_from_db()
    assert (stop.sequence, stop.locked, again.late) == (1, True, 1)


def test_a_locked_stop_stays_on_its_van(depot):
    first = a_shift()
    a_shift(a_vehicle("Van 2"), a_driver("Bo"))
    parcels = [a_parcel(n, 0) for n in (2, 3, 4)]
    day = plan()
    empty = next(route for route in day.routes.all() if not route.stops.exists())
    stop = day.stops.get(shipment=parcels[1])
    services.move_stop(stop, by=None, route=empty, position=5)
    for seconds in (0, 5):
        again = plan(seconds=seconds)
        assert again.stops.get(shipment=parcels[1]).route == empty
    services.unlock_stop(again.stops.get(shipment=parcels[1]), by=None)
    plan()
    assert not empty.stops.exists()
    assert first.routes.count() == 1


def test_what_cannot_be_loaded_is_refused(north):
    small = a_shift(a_vehicle("Bike", weight_kg=3), a_driver("Bo"))
    day = plan()
    bike = day.routes.get(shift=small)
    stops = list(day.stops.filter(route__isnull=False).exclude(route=bike))
    moved = 1 - bike.stops.count()
    for stop in stops[:moved]:
        services.move_stop(stop, by=None, route=bike, position=1)
    before = list(RouteStop.objects.order_by("pk").values())
    with pytest.raises(DomainError, match="Bike cannot hold so much"):
        services.move_stop(stops[-1], by=None, route=bike, position=1)
    assert list(RouteStop.objects.order_by("pk").values()) == before


def test_taken_out_stays_out_until_planned_again(north):
    day = plan()
    stop = day.stops.get(shipment=north.middle)
    services.take_out(stop, by=None)
    stop.refresh_from_db()
    assert (stop.route, stop.sequence, stop.reason) == (None, None, "taken_out")
    assert [s.sequence for s in day.stops.filter(route__isnull=False)] == [1, 2]
    plan()
    stop.refresh_from_db()
    assert stop.reason == ""


def test_the_driver_sees_her_stops_in_order(client, north):
    Shipment.objects.update(driver=None)
    day = plan()
    (route,) = day.routes.all()
    services.move_stop(day.stops.get(shipment=north.middle), by=None, route=route, position=1)
    day = services.publish(RoutePlan.objects.get(), by=a_person())
    wanted = order_of(route)
    assert wanted[0] == north.middle.number
    assert set(Shipment.objects.values_list("driver", flat=True)) == {north.driver.pk}
    assert services.send_out_routes(day, by=a_person()) == []
    client.force_login(north.driver)
    page = client.get(reverse("my-deliveries")).content.decode()
    assert sorted(wanted, key=page.index) == wanted
    assert [s.number for s in queries.board_of(north.driver)] == wanted
    assert_books_balance()


def test_a_packed_parcel_leaves_with_our_own_van(depot):
    a_shift()
    tea = a_product(weight_g=10)
    by = a_person(is_superuser=True)
    order = a_placed_order((tea, 1))
    shipment = services.start_picking(order, by=by)
    services.pick_all(shipment, by=by)
    services.finish_picking(shipment, by=by)
    services.scan_pack(shipment, by=by, code=tea.sku)
    services.finish_packing(shipment, by=by)
    Place.objects.create(country="CN", city="上海", key="上海", latitude=31.2, longitude=121.4)
    DeliveryZone.objects.create(name="City", warehouse=a_warehouse(), latitude=31.2, longitude=121.4, radius_km=5)
    Carrier.objects.create(name="Own fleet", own=True)
    day = plan()
    assert day.stops.get().precision == "city"
    services.send_out_routes(services.publish(day, by=by), by=by)
    shipment.refresh_from_db()
    assert (shipment.status, shipment.carrier.name, shipment.driver.first_name) == ("out", "Own fleet", "Mei")
    assert_books_balance()


def test_what_is_published_must_be_opened_first(north):
    day = services.publish(plan(), by=None)
    stop = day.stops.first()
    for verb in (
        lambda: plan(),
        lambda: services.lock_stop(stop, by=None),
        lambda: services.move_stop(stop, by=None, route=stop.route, position=1),
        lambda: services.publish(day, by=None),
    ):
        with pytest.raises(DomainError, match="is published"):
            verb()
    services.reopen(day, by=None)
    assert set(Shipment.objects.values_list("driver", flat=True)) == {None}
    services.publish(plan(), by=None)
    services.send_out_routes(RoutePlan.objects.get(), by=a_person())
    with pytest.raises(DomainError, match="is on the road already"):
        services.reopen(RoutePlan.objects.get(), by=None)


def test_a_plan_with_a_cancelled_parcel_is_not_published(north):
    day = plan()
    Shipment.objects.filter(pk=north.far.pk).update(status="cancelled")
    with pytest.raises(DomainError, match=f"Not to be delivered any more: {north.far.number}"):
        services.publish(day, by=None)
    assert RoutePlan.objects.get().status == "draft"


def test_a_shift_with_stops_is_not_cancelled(north):
    plan()
    with pytest.raises(DomainError, match="A plan has stops for this shift"):
        services.cancel_shift(north.shift, by=None)
    assert Shift.objects.count() == 1


def test_an_address_is_found_by_its_postcode_then_by_its_city():
    order = a_placed_order((a_product(), 1))
    assert positions([order]) == {}
    Place.objects.create(country="CN", city="上海", key="上海", latitude=31.0, longitude=121.0)
    assert positions([order])[order.pk].precision == "city"
    order.postcode = "200 040"
    Place.objects.create(country="CN", postcode="200040", city="静安", key="静安", latitude=31.2, longitude=121.4)
    found = positions([order])[order.pk]
    assert (found.point, found.precision) == ((31.2, 121.4), "postcode")
    zone = DeliveryZone(name="x", postcodes="100, 2000", country="cn")
    assert serves(zone, order, None)
    assert not serves(DeliveryZone(name="y", postcodes="3", country="CN"), order, found)


def test_places_and_addresses_come_from_a_file(tmp_path):
    file = tmp_path / "places.csv"
    file.write_text("Country,Postcode,City,Lat,Lon,Address\nCN,200040,上海,31.2,121.4,\nCN,,上海,31.1,121.3,Road 5\n")
    for _again in range(2):
        assert services.import_places(file, "places.csv", by=None) == {"places": 1, "addresses": 1}
    assert (Place.objects.count(), GeocodedAddress.objects.count()) == (1, 1)
    file.write_text("Country,Postcode,City,Lat,Lon\nCN,200041,上海,31.2,121.4\nCN,2,上海,95,1\n")
    with pytest.raises(DomainError, match="for example in lines 3"):
        services.import_places(file, "places.csv", by=None)
    assert Place.objects.count() == 1
    file.write_text("Town,Lat,Lon\nx,1,2\n")
    with pytest.raises(DomainError, match="needs the columns"):
        services.import_places(file, "places.csv", by=None)


def test_a_position_entered_by_hand_holds_for_the_address(depot):
    a_shift()
    a_parcel(1, 1, located=False)
    stop = plan().stops.get()
    services.set_position(stop, by=None, latitude=31.2, longitude=121.4)
    plan()
    stop.refresh_from_db()
    assert (stop.reason, stop.latitude, stop.precision) == ("", 31.2, "address")


@pytest.mark.parametrize(("column", "wrong"), [("metres", 1), ("seconds", 2), ("cost", 3), ("late", 4)])
def test_the_audit_adds_a_plan_up_anew(north, column, wrong):
    assert_books_balance()
    day = plan()
    assert_books_balance()
    RoutePlan.objects.update(**{column: wrong})
    (found,) = audit.differences()
    assert (found.what, found.where) == (f"route plan.{column}", f"MAIN warehouse {day.date}")
    assert (found.stored, found.recomputed) in {(f"{wrong}", str(getattr(day, column))), ("3.00", str(day.cost))}


@pytest.mark.parametrize(
    "values",
    ["route_id = NULL", "sequence = NULL", "reason = 'no_room'", "latitude = NULL"],
)
def test_the_database_keeps_stops_whole(north, values):
    plan()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE fulfillment_routestop SET {values}")
