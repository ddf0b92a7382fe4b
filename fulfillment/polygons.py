"""Areas drawn by hand: GeoJSON polygons (RFC 7946) and the points inside them; pure."""

import json
from collections.abc import Sequence
from itertools import pairwise

MAX_POINTS = 2000
Ring = Sequence[Sequence[float]]  # [longitude, latitude] each, the last one the first again


def read_area(text: str) -> dict:
    """The Polygon or MultiPolygon of a GeoJSON text, bare or as a Feature; ValueError says in a word what is wrong.

    The word is one of "json", "kind", "ring", "point", "many".
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("json") from error
    if isinstance(found, dict) and found.get("type") == "Feature":
        found = found.get("geometry")
    if not isinstance(found, dict) or found.get("type") not in ("Polygon", "MultiPolygon"):
        raise ValueError("kind")
    area = {"type": found["type"], "coordinates": found.get("coordinates")}
    rings = _rings(area)
    if not rings:
        raise ValueError("ring")
    for ring in rings:
        _refuse_ring(ring)
    if sum(map(len, rings)) > MAX_POINTS:
        raise ValueError("many")
    return area


def _rings(area: dict) -> list[Ring]:
    try:
        polygons = [area["coordinates"]] if area["type"] == "Polygon" else area["coordinates"]
        return [ring for polygon in polygons for ring in polygon]
    except TypeError as error:
        raise ValueError("ring") from error


def _refuse_ring(ring: Ring) -> None:
    if not isinstance(ring, list) or len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError("ring")
    for point in ring:
        numbers = isinstance(point, list) and len(point) >= 2 and all(type(x) in (int, float) for x in point[:2])
        if not numbers or not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90):
            raise ValueError("point")


def lies_in(area: dict, latitude: float, longitude: float) -> bool:
    """Whether a point lies in an area; its edges belong to it, and so do the edges of its holes."""
    polygons = [area["coordinates"]] if area["type"] == "Polygon" else area["coordinates"]
    return any(_in_polygon(polygon, longitude, latitude) for polygon in polygons)


def _in_polygon(rings: Sequence[Ring], x: float, y: float) -> bool:
    outer, *holes = rings
    if any(_on_edge(ring, x, y) for ring in rings):
        return True
    return _inside(outer, x, y) and not any(_inside(hole, x, y) for hole in holes)


def _inside(ring: Ring, x: float, y: float) -> bool:
    """By the even-odd rule: a line to the east crosses the ring an odd number of times."""
    crossings = 0
    for (x1, y1, *_), (x2, y2, *_) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossings += 1
    return crossings % 2 == 1


def _on_edge(ring: Ring, x: float, y: float) -> bool:
    for (x1, y1, *_), (x2, y2, *_) in pairwise(ring):
        across = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        between = min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)
        if between and abs(across) < 1e-12:
            return True
    return False
