"""Route planning: the verifier sees every kind of broken plan, and what the planners make keeps every rule."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fulfillment.routing import reading
from fulfillment.routing.insertion import cheapest, insert_all
from fulfillment.routing.instance import Instance, Plan, Reason, Stop, Vehicle
from fulfillment.routing.schedule import plan_of, timetable
from fulfillment.routing.solve import Unsolvable, solve
from fulfillment.routing.travel import crow_metres, matrices
from fulfillment.routing.verify import faults
from fulfillment.routing.worker import search

HOUR = 3600
VRP = """NAME : 	toy
TYPE : 	CVRP
DIMENSION : 	4
EDGE_WEIGHT_TYPE : 	EUC_2D
CAPACITY : 	5
NODE_COORD_SECTION
1	0	0
2	3	4
3	6	8
4	-1	1
DEMAND_SECTION
1	0
2	2
3	3
4	4
DEPOT_SECTION
	1
	-1
EOF
"""
SOL = "Route #1: 1 2\nRoute #2: 3\nCost 22\n"
SOLOMON = """R1

VEHICLE
NUMBER     CAPACITY
  2         200

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      35         35          0          0       230          0
    1      41         49         10        161       171         10
    2      35         17          7         50        60         10
"""


def line(stops: list[Stop], vehicles: list[Vehicle], gap: int = 1000) -> Instance:
    """Stops in a row, `gap` metres apart, ten metres a second, the depot at the beginning."""
    places = range(len(stops) + 1)
    metres = tuple(tuple(abs(a - b) * gap for b in places) for a in places)
    return Instance(tuple(stops), tuple(vehicles), metres, tuple(tuple(m // 10 for m in row) for row in metres))


@pytest.fixture
def small() -> Instance:
    stops = [
        Stop(11, weight=10, volume=5, service=60),
        Stop(12, weight=20, volume=5, service=60, opens=400, closes=700),
        Stop(13, weight=30, volume=5, service=60, vehicle=2),
        Stop(14, weight=40, volume=5, service=60, required=False, prize=10**6),
    ]
    vehicles = [
        Vehicle(1, weight=70, volume=20, max_stops=3, ends=3000, per_second=2, first=(11,)),
        Vehicle(2, weight=70, volume=20, max_stops=3, ends=3000, per_second=2),
    ]
    return line(stops, vehicles)


@pytest.fixture
def good(small) -> Plan:
    return plan_of(small, {1: (11, 12, 14), 2: (13,)}, made_by="hand")


def rules(instance: Instance, plan: Plan) -> set[str]:
    return {fault.rule for fault in faults(instance, plan)}


def test_a_good_plan_has_no_fault(small, good):
    assert faults(small, good) == []
    assert (good.metres, good.cost) == (14_000, 14_000 + 2 * good.seconds)
    assert good.seconds == 1120 + 660


MUTATIONS = {
    "visited more than once": ({1: (11, 12, 14), 2: (13, 12)}, {}),
    "forgotten": ({1: (11, 12), 2: (13,)}, {}),
    "required and not visited": ({1: (11, 14), 2: (13,)}, {12: Reason.NO_ROOM}),
    "visited and unassigned": ({1: (11, 12, 14), 2: (13,)}, {14: Reason.NO_ROOM}),
    "unknown stop": ({1: (11, 12, 14, 99), 2: (13,)}, {}),
    "unknown vehicle": ({1: (11, 12), 2: (13,), 3: (14,)}, {}),
    "locked beginning changed": ({1: (12, 11, 14), 2: (13,)}, {}),
    "on another vehicle than locked": ({1: (11, 13), 2: (12, 14)}, {}),
    "after its window": ({1: (11, 14, 12), 2: (13,)}, {}),
}


@pytest.mark.parametrize("rule", MUTATIONS)
def test_the_verifier_sees_a_broken_assignment(small, rule):
    tours, unassigned = MUTATIONS[rule]
    assert rule in rules(small, Plan(tours, unassigned))


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("overweight", {"weight": 69}),
        ("overfull", {"volume": 14}),
        ("too many stops", {"max_stops": 2}),
        ("after the shift", {"ends": 1000}),
        ("locked beginning changed", {"first": (11, 14)}),
    ],
)
def test_the_verifier_sees_a_vehicle_that_cannot(small, good, rule, change):
    tight = replace(small, vehicles=(replace(small.vehicles[0], **change), small.vehicles[1]))
    assert {fault.rule for fault in faults(tight, good)} == {rule}


@pytest.mark.parametrize(
    ("rule", "change"),
    [("wrong distance", {"metres": 13_999}), ("wrong duration", {"seconds": 1}), ("wrong cost", {"cost": 0})],
)
def test_the_verifier_reckons_the_sums_itself(small, good, rule, change):
    assert rules(small, replace(good, **change)) == {rule}


def test_a_timetable_waits_for_windows_and_says_what_is_late(small):
    driven = timetable(small, small.vehicle[1], (11, 14, 12))
    assert [(v.arrival, v.begin, v.departure, v.late) for v in driven.visits] == [
        (100, 100, 160, 0),
        (460, 460, 520, 0),
        (720, 720, 780, 20),
    ]
    assert (driven.late, driven.overtime, driven.returns) == (20, 0, 980)
    early = timetable(small, small.vehicle[2], (12,))
    assert (early.leaves, early.returns, early.late) == (200, 660, 0)


def test_the_solver_keeps_locks_in_a_real_process(small):
    plan = solve(small, seconds=20, processes=1, patience=200)
    assert faults(small, plan) == []
    assert plan.tours[1][0] == 11
    assert 13 in plan.tours[2]
    assert plan.unassigned == {}


def test_reasons_for_what_stays_behind():
    stops = [
        Stop(1, weight=101, required=False, prize=10**7),
        Stop(2, weight=1, closes=50, required=False, prize=10**7),
        Stop(3, weight=60, required=False, prize=10**7),
        Stop(4, weight=60, required=False, prize=10**6),
    ]
    instance = line(stops, [Vehicle(1, weight=100, ends=HOUR)])
    for plan in (insert_all(instance), plan_of(instance, search(instance, time.time() + 20, 1, 200), made_by="")):
        assert plan.unassigned == {1: Reason.TOO_LARGE, 2: Reason.OUT_OF_REACH, 4: Reason.NO_ROOM}
        assert faults(instance, plan) == []


def test_what_must_be_served_and_cannot_is_refused():
    with pytest.raises(Unsolvable):
        solve(line([Stop(1, weight=2)], [Vehicle(1, weight=1)]), seconds=1, processes=1, patience=10)


def test_one_more_stop_goes_where_it_costs_least(small):
    tours = {1: (11, 12), 2: (13,)}
    spot = cheapest(small, tours, small.stop[14])
    assert (spot.vehicle, spot.position) == (2, 0)
    full = {1: (11, 12, 13), 2: (11, 12, 13)}
    assert cheapest(small, full, small.stop[14]) is None


@st.composite
def instances(draw) -> Instance:
    """Up to eight stops and three vehicles, tight or not, some stops locked."""
    count, cars = draw(st.integers(1, 8)), draw(st.integers(1, 3))
    place = st.tuples(st.floats(31.1, 31.4), st.floats(121.3, 121.6))
    metres, seconds = matrices([draw(place) for _place in range(count + 1)])
    stops = []
    for key in range(1, count + 1):
        opens = draw(st.integers(8, 15)) * HOUR
        closes = opens + draw(st.integers(1, 8)) * HOUR
        owner = draw(st.sampled_from([None, None, None, *range(1, cars + 1)]))
        size = draw(st.integers(0, 60)), draw(st.integers(0, 60))
        stops.append(Stop(key, *size, opens, closes, draw(st.integers(0, 900)), False, 10**9, owner))
    vehicles = [
        Vehicle(key, draw(st.integers(60, 200)), 200, draw(st.integers(1, 6)), 8 * HOUR, 18 * HOUR, 250, 3333)
        for key in range(1, cars + 1)
    ]
    instance = Instance(tuple(stops), tuple(vehicles), metres, seconds)
    return draw(st.sampled_from([instance, _begun(instance)]))


def _begun(instance: Instance) -> Instance:
    """The same with the first two stops of the plain plan's tours locked as their beginnings."""
    tours = insert_all(instance).tours
    vehicles = tuple(replace(vehicle, first=tours[vehicle.key][:2]) for vehicle in instance.vehicles)
    first = {key for vehicle in vehicles for key in vehicle.first}
    stops = tuple(replace(stop, required=stop.key in first) for stop in instance.stops)
    return replace(instance, stops=stops, vehicles=vehicles)


@settings(max_examples=60, deadline=None)
@given(instances())
def test_every_plan_keeps_every_rule(instance):
    plain = insert_all(instance)
    assert faults(instance, plain) == []
    tours = search(instance, time.time() + 20, 1, 100)
    if tours is not None:
        assert faults(instance, plan_of(instance, tours, made_by="pyvrp")) == []


def test_distances_on_the_globe():
    shanghai, suzhou = (31.2304, 121.4737), (31.2989, 120.5853)
    assert round(crow_metres(shanghai, suzhou) / 1000, 1) == 84.8
    metres, seconds = matrices([shanghai, suzhou], factor=1.0, speed=36)
    assert (metres[0][0], metres[0][1], seconds[0][1]) == (0, metres[1][0], round(metres[0][1] / 10))


def test_published_formats_are_read(tmp_path, monkeypatch):
    for name, text in (("toy.vrp", VRP), ("toy.sol", SOL), ("r1.txt", SOLOMON)):
        (tmp_path / name).write_text(text)
    instance = reading.read_cvrp(tmp_path / "toy.vrp")
    tours, cost = reading.read_solution(tmp_path / "toy.sol")
    assert (instance.metres[0], [stop.weight for stop in instance.stops]) == ((0, 5, 10, 1), [2, 3, 4])
    plan = plan_of(instance, {v.key: dict(enumerate(tours)).get(v.key, ()) for v in instance.vehicles}, made_by="")
    assert (faults(instance, plan), plan.metres) == ([], cost)
    windows = reading.read_solomon(tmp_path / "r1.txt")
    assert (len(windows.vehicles), windows.vehicles[0].ends, windows.metres[0][1]) == (2, 2300, 152)
    assert (windows.stops[0].opens, windows.stops[0].closes, windows.stops[0].service) == (1610, 1710, 100)
    monkeypatch.setenv(reading.VARIABLE, str(tmp_path))
    assert reading.folder() == tmp_path
    assert reading.folder("elsewhere").name == "elsewhere"


def test_an_instance_of_odd_shape_is_refused():
    with pytest.raises(ValueError, match="3 rows"):
        Instance((Stop(1), Stop(2)), (Vehicle(1),), ((0,),), ((0,),))
    with pytest.raises(ValueError, match="same key"):
        line([Stop(1), Stop(1)], [Vehicle(1)])
