"""From a placed order to the customer's door: review, picking, packing, the road."""

import datetime
from dataclasses import dataclass

from fulfillment.events import FulfillmentEvent
from fulfillment.models import DeliveryAttempt, Shipment, ShipmentLine, TrackingEvent
from orders.events import OrderEvent
from orders.models import Hold, Order
from orders.stages import stage_of, units
from reports.demo import rates
from reports.demo.words import CANCEL_REASONS, FAILURES, HUBS, WAIT_NOTE
from reports.demo.world import Pull, Story, World

Moment = datetime.datetime
DAY = datetime.timedelta(days=1)
UNCONFIRMED = ("draft", "on_hold", "to_review")
IN_HOUSE = ("picking", "to_ship")
ON_THE_ROAD = ("shipped", "out", "failed", "partly_shipped")
LATE = 0.065
SECOND_TRY = 0.05
FAR_TRIPS = {"CN": "express", "HK": "express"}
FLEET_CITIES = ("上海", "中環", "灣仔", "旺角", "沙田")


@dataclass(frozen=True)
class Times:
    """When each step of a trip was done."""

    start: Moment
    picked: Moment
    packed: Moment
    ship: Moment
    out: Moment
    end: Moment


def live(world: World, story: Story, turn: int) -> None:
    """Take the order as far as its fate says; `turn` counts the orders of this fate."""
    order = story.order
    if story.fate not in UNCONFIRMED:
        _confirm(world, story)
    if story.fate == "cancelled":
        _cancel(world, story)
    elif story.fate in IN_HOUSE:
        _in_house(world, story, turn)
    elif story.fate in (*ON_THE_ROAD, "delivered", "closed"):
        _travel(world, story, turn)
    order.stage = stage_of(order.status, story.fate == "on_hold", units(story.lines))


def _confirm(world: World, story: Story) -> None:
    order, sales = story.order, world.people["sales"]
    at = world.later(order.placed_at, 4, 90)
    if any(line.short for line in story.lines):
        holds = world.book.rows[Hold]
        hold = next(row for row in reversed(holds) if row.order_id == order.pk)
        hold.released_at, hold.released_by, hold.release_note = at, sales, WAIT_NOTE
        world.book.event(order, OrderEvent.RELEASED, at, by=sales, kind=hold.kind, note=WAIT_NOTE)
    order.status, order.confirmed_at = Order.Status.CONFIRMED, at
    world.book.event(order, OrderEvent.CONFIRMED, at, by=sales)


def _cancel(world: World, story: Story) -> None:
    order, sales = story.order, world.people["sales"]
    at, reason = world.later(order.confirmed_at, 20, 600), world.dice.choice(CANCEL_REASONS)
    for line in story.lines:
        world.pulls.append(Pull(at, line.stock, "release", 0, -line.reserved, order.number, sales, reason))
        line.cancelled, line.reserved = line.ordered, 0
    order.status = Order.Status.CANCELLED
    world.book.event(order, OrderEvent.CANCELLED, at, by=sales, reason=reason)


def times(world: World, story: Story) -> Times:
    """A trip by the promise, with the delays of real life; what would lie ahead is squeezed into the past."""
    order, dice = story.order, world.dice
    day = order.placed_at.astimezone(world.zone).date() if story.fate == "partly_shipped" else order.ship_by
    start = max(world.at(day, 9, 13), order.confirmed_at + datetime.timedelta(minutes=dice.randint(5, 25)))
    picked = start + datetime.timedelta(minutes=dice.randint(5, 35))
    packed = picked + datetime.timedelta(minutes=dice.randint(4, 30))
    ship = max(world.at(day, 16, 18.5), packed + datetime.timedelta(minutes=dice.randint(5, 40)))
    arrival = order.promised_date
    if dice.random() < LATE:
        arrival += DAY * dice.choice((1, 1, 2, 3))
    elif dice.random() < 0.3:
        arrival -= DAY
    arrival = max(arrival, ship.astimezone(world.zone).date() + DAY)
    out = world.at(arrival, 7.5, 8.8)
    return _squeezed(world, story, [start, picked, packed, ship, out, world.at(arrival, 9.2, 19)])


def _squeezed(world: World, story: Story, steps: list[Moment]) -> Times:
    count = {"picking": 2, "to_ship": 3, "shipped": 4, "partly_shipped": 4, "out": 4, "failed": 4}.get(story.fate, 6)
    begin, last = story.order.confirmed_at, steps[count - 1]
    limit = world.now
    if story.fate in ("out", "failed"):
        limit = max(world.at(world.today, -6, -5), begin + (world.now - begin) / 2)
    if last > limit:
        share = (limit - begin) * 0.96 / (last - begin)
        steps = [begin + (step - begin) * share for step in steps]
    if story.fate in ("out", "failed"):
        steps[4] = max(min(world.at(world.today, 7.5, 8.8), world.now - (world.now - steps[3]) / 4), steps[3])
        steps[5] = steps[4] + (world.now - steps[4]) * world.dice.uniform(0.3, 0.9)
    return Times(*steps)


def _in_house(world: World, story: Story, turn: int) -> None:
    """Being picked, waiting to be packed, or packed and waiting for its carrier."""
    status = Shipment.Status.PACKED if story.fate == "to_ship" else ("picking", "picked")[turn % 2]
    when = times(world, story)
    shipment = _shipment(world, story, status, when)
    rows = _load(world, story, shipment)
    for place, (row, line) in enumerate(rows):
        partly = status == "picking" and place == len(rows) - 1
        row.picked = line.picked = row.to_pick - (row.to_pick + 1) // 2 if partly and len(rows) > 1 else row.to_pick
        row.packed = line.packed = row.picked if story.fate == "to_ship" else 0
    if status == "picking":
        return
    _house_events(world, story, shipment, when, packed=story.fate == "to_ship")


def _shipment(world: World, story: Story, status: str, when: Times) -> Shipment:
    order, picker = story.order, world.people["warehouse"]
    shipment = Shipment(
        number=f"S{world.book.next('fulfillment_number_seq')}",
        order=order,
        warehouse=order.warehouse,
        status=status,
        picker=picker,
        created_at=when.start,
        packed_at=when.packed if status not in ("picking", "picked") else None,
    )
    world.book.add(shipment)
    pieces = sum(line.reserved for line in story.lines)
    world.book.event(shipment, FulfillmentEvent.STARTED, when.start, by=picker, pieces=pieces)
    return shipment


def _load(world: World, story: Story, shipment: Shipment) -> list:
    """The shipment's lines for everything that is reserved."""
    return [
        (
            world.book.add(ShipmentLine(shipment=shipment, order_line=line, bin=line.stock.bin, to_pick=line.reserved)),
            line,
        )
        for line in story.lines
        if line.reserved
    ]


def _house_events(world: World, story: Story, shipment: Shipment, when: Times, *, packed: bool) -> None:
    picker, book = world.people["warehouse"], world.book
    data = {"shipment": shipment.number, "pieces": sum(line.picked for line in story.lines)}
    book.event(shipment, FulfillmentEvent.PICKED, when.picked, by=picker, **data)
    book.event(story.order, OrderEvent.PICKED, when.picked, by=picker, **data)
    if packed:
        book.event(shipment, FulfillmentEvent.PACKED, when.packed, by=picker, **data)
        book.event(story.order, OrderEvent.PACKED, when.packed, by=picker, **data)


def _travel(world: World, story: Story, turn: int) -> None:
    """A parcel that left the house, and how far it came."""
    when = times(world, story)
    status = {"closed": "delivered", "partly_shipped": "shipped"}.get(story.fate, story.fate)
    shipment = _shipment(world, story, status, when)
    _ship(world, story, shipment, when)
    if status == "shipped":
        return
    _send_out(world, story, shipment, when.out, turn)
    if status == "failed":
        _fail(world, story, shipment, 1, when.end)
    elif status == "delivered":
        _deliver(world, story, shipment, when)
        if story.fate == "closed":
            story.order.status = Order.Status.CLOSED
            at = world.later(when.end, 31 * 24 * 60, 33 * 24 * 60)
            world.book.event(story.order, OrderEvent.CLOSED, at, by=world.people["sales"])


def _carrier(world: World, story: Story) -> str:
    order = story.order
    if story.fate in ("out", "failed") or (order.city in FLEET_CITIES and world.chance(0.75)):
        return "fleet"
    return FAR_TRIPS.get(order.country, "post")


def _ship(world: World, story: Story, shipment: Shipment, when: Times) -> None:
    order, packer, carrier = story.order, world.people["warehouse"], _carrier(world, story)
    shipment.carrier, shipment.shipped_at = world.carriers[carrier], when.ship
    if carrier != "fleet":
        shipment.tracking_number = f"{'YQ' if carrier == 'express' else 'FS'}{world.dice.randrange(10**10):010}"
    rates.price(world, shipment, sum(line.reserved * line.product.weight_g for line in story.lines))
    pieces = 0
    for row, line in _load(world, story, shipment):
        row.picked = row.packed = line.picked = line.packed = line.shipped = row.to_pick
        pull = Pull(when.ship, line.stock, "ship", -row.to_pick, -row.to_pick, order.number, packer)
        world.pulls.append(pull)
        line.reserved, pieces = 0, pieces + row.to_pick
    _house_events(world, story, shipment, when, packed=True)
    data = {"shipment": shipment.number, "carrier": shipment.carrier.name, "tracking": shipment.tracking_number}
    world.book.event(shipment, FulfillmentEvent.SHIPPED, when.ship, by=packer, **data)
    world.book.event(order, OrderEvent.SHIPPED, when.ship, by=packer, pieces=pieces, **data)
    _seen(world, shipment, "shipped", when.ship, shipment.warehouse.name)
    if carrier != "fleet" and shipment.status != "shipped":
        _seen(world, shipment, "shipped", when.ship + (when.out - when.ship) * 0.6, world.dice.choice(HUBS))


def _seen(world: World, shipment: Shipment, status: str, at: Moment, place: str = "") -> None:
    world.book.add(TrackingEvent(shipment=shipment, status=status, place=place, at=at))


def _send_out(world: World, story: Story, shipment: Shipment, at: Moment, turn: int) -> None:
    order = story.order
    if shipment.carrier.own:
        shipment.driver = world.people["driver" if order.city == "上海" else "driver2"]
    data = {"shipment": shipment.number, "driver": str(shipment.driver or "")}
    dispatcher = world.people["dispatcher"]
    world.book.event(shipment, FulfillmentEvent.OUT, at, by=dispatcher, **data)
    world.book.event(order, OrderEvent.OUT_FOR_DELIVERY, at, by=dispatcher, **data)
    _seen(world, shipment, "out", at, order.city)


def _attempt(world: World, shipment: Shipment, number: int, outcome: str, at: Moment, **fields) -> DeliveryAttempt:
    by = shipment.driver or world.people["dispatcher"]
    row = DeliveryAttempt(shipment=shipment, number=number, outcome=outcome, by=by, at=at, key=world.key(), **fields)
    return world.book.add(row)


def _fail(world: World, story: Story, shipment: Shipment, number: int, at: Moment) -> None:
    outcome, note = world.dice.choice(FAILURES)
    row = _attempt(world, shipment, number, outcome, at, note=note)
    data = {"shipment": shipment.number, "attempt": number, "outcome": outcome, "note": note}
    world.book.event(shipment, FulfillmentEvent.FAILED, at, by=row.by, **data)
    world.book.event(story.order, OrderEvent.DELIVERY_FAILED, at, by=row.by, **data)
    _seen(world, shipment, "failed", at, story.order.city)


def _deliver(world: World, story: Story, shipment: Shipment, when: Times) -> None:
    order, number = story.order, 1
    if shipment.carrier.own and world.chance(SECOND_TRY):
        failed, again = (when.out + (when.end - when.out) * share for share in (0.3, 0.6))
        _fail(world, story, shipment, 1, failed)
        _send_out(world, story, shipment, again, 0)
        number = 2
    row = _attempt(world, shipment, number, "delivered", when.end, recipient=order.ship_name)
    data = {"shipment": shipment.number, "recipient": order.ship_name}
    pieces = sum(line.shipped for line in story.lines)
    for line in story.lines:
        line.delivered = line.shipped
    shipment.delivered_at = story.delivered_at = when.end
    world.book.event(shipment, FulfillmentEvent.DELIVERED, when.end, by=row.by, **data)
    world.book.event(order, OrderEvent.DELIVERED, when.end, by=row.by, pieces=pieces, **data)
    _seen(world, shipment, "delivered", when.end, order.city)
