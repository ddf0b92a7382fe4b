"""Deliveries of suppliers that make every order of the demo possible, the ledger that results, and alerts."""

import datetime
from collections import defaultdict
from collections.abc import Sequence

from inventory.events import StockEvent
from inventory.models import Holding, Movement, Stock, StockAlert
from reports.demo.words import STOCKTAKE, WRITTEN_OFF
from reports.demo.world import Pull, World

COVER = datetime.timedelta(days=45)
LOW = 3  # rows that stand under their alert line although something is left
SCARCE_LINE = 10


def fill(world: World) -> None:
    """Work out receipts, write the ledger with its totals, and raise the alerts."""
    pulls: dict[int, list[Pull]] = defaultdict(list)
    for pull in world.pulls:
        pulls[pull.stock.pk].append(pull)
    scarce = {stock.pk for stock in world.sold_out}
    rows = [stock for stocks in world.stock.values() for stock in stocks]
    for stock in rows:
        mine = sorted(pulls[stock.pk], key=lambda pull: pull.at)
        _keep(world, stock, mine, spare=0 if stock.pk in scarce else world.dice.choice((12, 18, 24, 36, 50)))
        world.book.add(Holding(stock=stock, bin=stock.bin, pieces=stock.on_hand))
        stock.alert_line = SCARCE_LINE if stock.pk in scarce else min(world.dice.choice((3, 5, 8)), stock.available - 1)
    others = [stock for stock in rows if stock.pk not in scarce]
    for stock in world.dice.sample(others, LOW):
        stock.alert_line = stock.available + world.dice.randint(1, 4)
        world.sold_out.append(stock)
    for turn, stock in enumerate(world.sold_out):
        _alert(world, stock, handled=turn == 1)


def _keep(world: World, stock: Stock, pulls: Sequence[Pull], *, spare: int) -> None:
    """Receive before each pull that would leave less than half of what is to be spare; post everything."""
    free, last = 0, world.at(world.start, 8, 9) - datetime.timedelta(days=1)
    if spare:
        free += _receive(world, stock, _demand(pulls, 0, last) + spare, last)
    for place, pull in enumerate(pulls):
        change = pull.on_hand - pull.reserved
        if free + change < spare // 2:
            last = max(last, pull.at - datetime.timedelta(minutes=world.dice.randint(40, 900)))
            free += _receive(world, stock, max(_demand(pulls, place, pull.at) + spare - free, -change), last)
        _post(world, stock, pull.at, pull.kind, pull.on_hand, pull.reserved, pull.cause, pull.reason, pull.by)
        free, last = free + change, pull.at
    if not spare and free:
        _correct(world, stock, -free, world.later(last, 5, 90), WRITTEN_OFF)
    elif spare and world.chance(0.06):
        _correct(world, stock, -world.dice.randint(1, 3), world.later(last, 30, 3000), STOCKTAKE)


def _demand(pulls: Sequence[Pull], place: int, since: datetime.datetime) -> int:
    """Pieces that the coming weeks will take."""
    total = 0
    for pull in pulls[place:]:
        if pull.at > since + COVER:
            break
        total += max(0, pull.reserved)
    return total


def _receive(world: World, stock: Stock, count: int, at: datetime.datetime) -> int:
    by, supplier = world.people["warehouse"], stock.product.supplier.name
    _post(world, stock, at, Movement.Kind.RECEIVE, count, 0, "", supplier, by)
    world.book.event(stock, StockEvent.RECEIVED, at, by=by, quantity=count)
    return count


def _correct(world: World, stock: Stock, change: int, at: datetime.datetime, reason: str) -> None:
    by = world.people["warehouse"]
    _post(world, stock, at, Movement.Kind.ADJUST, change, 0, "", reason, by)
    world.book.event(stock, StockEvent.ADJUSTED, at, by=by, change=change, reason=reason)


def _post(world: World, stock: Stock, at, kind, on_hand: int, reserved: int, cause: str, reason: str, by) -> None:
    world.book.add(
        Movement(
            stock=stock,
            kind=kind,
            on_hand=on_hand,
            reserved=reserved,
            bin=stock.bin if on_hand else "",
            cause=cause,
            reason=reason,
            by=by,
            at=at,
        )
    )
    stock.on_hand += on_hand
    stock.reserved += reserved


def _alert(world: World, stock: Stock, *, handled: bool) -> None:
    raised = world.now - datetime.timedelta(hours=world.dice.randint(3, 90))
    alert = StockAlert(stock=stock, available=stock.available, alert_line=stock.alert_line, raised_at=raised)
    world.book.add(alert)
    data = {"alert": alert.pk, "available": stock.available, "alert_line": stock.alert_line}
    world.book.event(stock, StockEvent.ALERTED, raised, **data)
    if handled:
        by, note = world.people["warehouse"], "已向供应商补货 Ordered from the supplier"
        alert.handled_at, alert.handled_by, alert.note = world.later(raised, 30, 150), by, note
        world.book.event(stock, StockEvent.HANDLED, alert.handled_at, by=by, note=note)
