"""Areas drawn by hand: what is read, what lies inside, and the zone that has one."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from fulfillment.geography import Position, serves
from fulfillment.models import DeliveryZone
from fulfillment.polygons import lies_in, read_area
from orders.models import Order
from tests.stories import a_person, a_warehouse

OUTER = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
HOLE = [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]
FAR = [[20, 20], [30, 20], [25, 30], [20, 20]]
RINGED = {"type": "Polygon", "coordinates": [OUTER, HOLE]}
TWO = {"type": "MultiPolygon", "coordinates": [[OUTER, HOLE], [FAR]]}


@pytest.mark.parametrize(
    ("longitude", "latitude", "inside"),
    [
        (1, 1, True),
        (5, 5, False),
        (11, 5, False),
        (0, 5, True),
        (10, 10, True),
        (4, 5, True),
        (-1, 0, False),
        (25, 21, True),
        (21, 29, False),
    ],
)
def test_edges_belong_to_it_and_holes_do_not(longitude, latitude, inside):
    assert lies_in(TWO, latitude, longitude) is inside


@given(st.floats(-20, 40), st.floats(-20, 40))
def test_a_square_with_a_hole_is_what_its_numbers_say(x, y):
    inside = 0 <= x <= 10 and 0 <= y <= 10 and not (4 < x < 6 and 4 < y < 6)
    near_edge = any(abs(x - edge) < 1e-9 or abs(y - edge) < 1e-9 for edge in (0, 4, 6, 10))
    assert lies_in(RINGED, y, x) is inside or near_edge


def test_a_feature_is_unwrapped():
    assert read_area(json.dumps({"type": "Feature", "geometry": TWO, "properties": {}})) == TWO


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "json"),
        ("[" * 100_000, "json"),
        ("[]", "kind"),
        ('{"type": "Point", "coordinates": [1, 2]}', "kind"),
        ('{"type": "Polygon"}', "ring"),
        ('{"type": "Polygon", "coordinates": []}', "ring"),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}', "ring"),
        (json.dumps({"type": "Polygon", "coordinates": [OUTER[:-1]]}), "ring"),
        (json.dumps({"type": "Polygon", "coordinates": [[[0, 0], [200, 0], [1, 1], [0, 0]]]}), "point"),
        (json.dumps({"type": "Polygon", "coordinates": [[[0, 0], ["1", 0], [1, 1], [0, 0]]]}), "point"),
        (json.dumps({"type": "Polygon", "coordinates": [[[0, 0], *[[1, 1]] * 2001, [0, 0]]]}), "many"),
    ],
)
def test_what_is_no_area_is_named(text, word):
    with pytest.raises(ValueError, match=f"^{word}$"):
        read_area(text)


@pytest.mark.django_db
def test_a_zone_is_drawn_on_its_page_and_serves_what_lies_inside(client):
    client.force_login(a_person("fulfillment.add_deliveryzone", "fulfillment.change_deliveryzone"))
    typed = {"name": "Old town", "warehouse": a_warehouse().pk, "country": "CN", "active": "on", "shape": "{"}
    answer = client.post(reverse("zone-new"), typed | {"submission": uuid4()})
    assert (answer.status_code, "This is not JSON." in answer.content.decode()) == (422, True)
    client.post(reverse("zone-new"), typed | {"shape": json.dumps(RINGED), "submission": uuid4()})
    zone, order = DeliveryZone.objects.get(), Order(country="cn")
    assert zone.area == RINGED
    assert serves(zone, order, Position(1.0, 1.0, "address"))
    assert not serves(zone, order, Position(5.0, 5.0, "address"))
    assert not serves(zone, Order(country="JP"), Position(1.0, 1.0, "address"))
    assert not serves(zone, order, None)
    assert "coordinates" in client.get(zone.get_absolute_url()).content.decode()
