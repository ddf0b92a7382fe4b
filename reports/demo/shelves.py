"""Transfers between the warehouses and counts of a few shelves, done by the real verbs as the last work of the day."""

from decimal import Decimal

from inventory import count_queries, services
from inventory.models import Count, Stock
from oms.models import User
from reports.demo.world import World

LINES = 4
MISCOUNTED = {1: -1, 3: 1}  # the second line lacks a piece, the fourth has one too many


def check(world: World) -> None:
    """Some goods on their way, one transfer that arrived short, and counts in every state."""
    by, manager = world.people["warehouse"], world.people["manager"]
    services.classify_stock(365)
    goods = _plenty(world, "SHA")
    for turn, target in enumerate(("SZX", "HKG", "SZX")):
        _transfer(world, goods[turn * LINES : (turn + 1) * LINES], target, by, steps=turn)
    for turn, (kind, steps) in enumerate((("moving", 3), ("moving", 2), ("freeze", 1))):
        _count(world, kind, steps, by, manager, code=("SHA", "SZX", "HKG")[turn])


def _plenty(world: World, code: str) -> list[Stock]:
    rows = Stock.objects.filter(warehouse=world.warehouses[code], on_hand__gte=12, reserved=0)
    return list(rows.select_related("product").order_by("pk")[: 3 * LINES])


def _transfer(world: World, goods: list[Stock], target: str, by: User, *, steps: int) -> None:
    pieces = {stock.product_id: 3 for stock in goods}
    if not pieces:
        return
    source, target = world.warehouses["SHA"], world.warehouses[target]
    transfer = services.create_transfer(by=by, source=source, target=target, lines=pieces)
    if steps >= 1:
        services.send_transfer(transfer, by=by)
    if steps >= 2:
        first = next(iter(pieces))
        services.receive_transfer(transfer, pieces | {first: 2}, by=by)
        services.close_transfer(transfer, by=by, reason="一件在路上破损 One piece broke on the way")


def _count(world: World, mode: str, steps: int, by: User, manager: User, *, code: str) -> None:
    rows = list(count_queries.due_stock(world.warehouses[code]).filter(reserved=0, on_hand__gte=2)[:LINES])
    if not rows:
        return
    count = services.open_count(
        by=manager,
        warehouse=world.warehouses[code],
        kind=Count.Kind.CYCLE,
        mode=mode,
        threshold=Decimal(100),
        stock=[row.pk for row in rows],
    )
    for place, row in enumerate(rows if steps > 1 else rows[:2]):
        services.count_line(count, row.product, row.on_hand + MISCOUNTED.get(place, 0), by=by)
    if steps >= 2:
        services.finish_count(count, by=by)
    if steps >= 3:
        services.approve_count(count, by=manager)
