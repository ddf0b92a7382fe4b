"""Orders as they are placed: who, what, at which price, with which checks, holds and promise."""

import datetime
from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate

from inventory.models import Stock
from orders import checks, pricing
from orders.events import OrderEvent
from orders.models import Check, Hold, Order, OrderLine, Promise
from orders.priority import Ranked, Weights, priority
from orders.promise import Calendar, promise
from reports.demo.words import HAND_NOTES, ORDER_NOTES
from reports.demo.world import Buyer, Pull, Story, World

RECENT = datetime.timedelta(days=8)
HOLDS = ("stock", "price", "address", "customer", "manual")
SHORT_FATES = ("waiting_stock", "partly_shipped")
CITY_FATES = ("out", "failed")  # our own drivers: one in Shanghai, one in Hong Kong
CHANNELS = {"shop": 46, "desk": 26, "api": 20, "import": 8}
PREFIX = {"shop": "W", "api": "APP-", "import": "TM-"}


@dataclass
class Counter:
    """Chooses buyers and goods; the loved ones more often."""

    world: World
    banned: Buyer
    fates: dict[str, int] = field(default_factory=dict)
    references: int = 20000

    def __post_init__(self) -> None:
        world = self.world
        self.arrived = [buyer.customer.created_at for buyer in world.buyers]
        self.loyalty = list(accumulate(min(6, world.dice.paretovariate(1.6)) for _each in world.buyers))
        self.scarce = {stock.pk for stock in world.sold_out}
        self.weights = {
            code: list(accumulate(world.popularity[s.product_id] for s in rows)) for code, rows in world.stock.items()
        }

    def count(self, fate: str) -> int:
        """How many orders of this fate came before."""
        self.fates[fate] = self.fates.get(fate, 0) + 1
        return self.fates[fate] - 1

    def buyer(self, moment: datetime.datetime, fits) -> Buyer:
        """Somebody who was a customer by then."""
        known = max(1, bisect_right(self.arrived, moment))
        chosen = self.world.buyers[0]
        for _try in range(300):
            chosen = self.world.buyers[bisect_right(self.loyalty, self.world.dice.random() * self.loyalty[known - 1])]
            if chosen is not self.banned and fits(chosen):
                break
        return chosen

    def goods(self, warehouse: str, count: int, *, scarce: bool) -> list[Stock]:
        """Different goods of a warehouse."""
        found: dict[int, Stock] = {}
        for _try in range(count * 4):
            [stock] = self.world.dice.choices(self.world.stock[warehouse], cum_weights=self.weights[warehouse])
            if len(found) < count and (scarce or stock.pk not in self.scarce):
                found[stock.pk] = stock
        return list(found.values())

    def reference(self, channel: str) -> str:
        """The number that the other system gave the order."""
        self.references += 1
        return f"{PREFIX[channel]}{self.references}" if channel in PREFIX else ""


def place(counter: Counter, moment: datetime.datetime, fate: str) -> Story:
    """One order as it stands right after it was placed."""
    world, turn = counter.world, counter.count(fate)
    hold = HOLDS[turn % len(HOLDS)] if fate == "on_hold" else ""
    buyer = _buyer(counter, moment, fate, hold, turn)
    order = _head(counter, moment, fate, buyer)
    if hold == "address":
        order.line1 = ""
    short = fate in SHORT_FATES or hold == "stock"
    lines = _lines(counter, order, buyer, short=short, cheap=hold == "price", draft=fate == "draft")
    story = Story(order, lines, fate, buyer)
    if fate != "draft":
        _judge(world, story, hold, moment)
        _reserve(world, story, moment)
    return story


def _buyer(counter: Counter, moment, fate: str, hold: str, turn: int) -> Buyer:
    if hold == "customer":
        return counter.banned
    if fate in SHORT_FATES or hold == "stock":
        return counter.buyer(moment, lambda b: b.warehouse == "SHA")
    if fate in CITY_FATES:
        city = turn < counter.world.size.open_orders["out"] * 0.6
        return counter.buyer(
            moment, lambda b: b.address.city == "上海" if city else b.address.country == "HK" and bool(b.address.line1)
        )
    return counter.buyer(moment, lambda b: True)


def _head(counter: Counter, moment, fate: str, buyer: Buyer) -> Order:
    world, customer, address = counter.world, buyer.customer, buyer.address
    channel = "desk" if fate == "draft" else world.dice.choices(list(CHANNELS), list(CHANNELS.values()))[0]
    urgent = world.chance(0.14 if fate == "to_pick" else 0.03)
    requested = moment.astimezone(world.zone).date() + datetime.timedelta(days=world.dice.randint(1, 5))
    requested = requested if world.chance(0.1) else None
    tier = customer.tier
    points, reasons = priority(
        Ranked(urgent, tier.name if tier else "", tier.importance if tier else 0, requested),
        Weights(),
        moment.astimezone(world.zone).date(),
    )
    notes = ORDER_NOTES[customer.language]
    order = Order(
        number=f"SO{world.book.next('orders_number_seq')}",
        reference=counter.reference(channel),
        customer=customer,
        channel=channel,
        urgent=urgent,
        priority=points,
        priority_reasons=reasons,
        warehouse=world.warehouses[buyer.warehouse],
        language=customer.language,
        email=customer.email,
        phone=customer.phone,
        ship_name=address.name,
        currency=world.company.currency,
        requested_date=requested,
        note=world.dice.choice(notes) if world.chance(0.08) else "",
        by=world.people["sales"] if channel in ("desk", "import") else None,
        placed_at=moment,
        **{name: getattr(address, name) for name in ("line1", "line2", "city", "region", "postcode", "country")},
    )
    return world.book.add(order)


def _lines(counter: Counter, order: Order, buyer: Buyer, *, short: bool, cheap: bool, draft: bool) -> list[OrderLine]:
    """The lines; the last one is `short` of stock, the first one too `cheap`, where that is wanted."""
    world, dice = counter.world, counter.world.dice
    count = dice.choices((1, 2, 3, 4, 5, 6), (32, 30, 19, 10, 6, 3))[0]
    goods = counter.goods(buyer.warehouse, count, scarce=world.now - order.placed_at > RECENT)
    lines = []
    for stock in goods + ([dice.choice(world.sold_out)] if short else []):
        wanted = (
            dice.randint(4, 16) if buyer.customer.is_company else dice.choices((1, 2, 3, 4, 6), (52, 27, 10, 7, 4))[0]
        )
        lines.append(_line(world, order, len(lines) + 1, stock, wanted, cheap=cheap and not lines))
        lines[-1].reserved = 0 if draft or (short and stock in world.sold_out) else wanted
    order.add_up(lines)
    whole = sum(not line.short for line in lines)
    order.warehouse_reason = {
        "code": "most_lines" if short else "whole_order",
        "warehouse": order.warehouse.name,
        "full": whole,
        "lines": len(lines),
    }
    return lines


def _line(world: World, order: Order, position: int, stock: Stock, wanted: int, *, cheap: bool) -> OrderLine:
    product, tier = stock.product, order.customer.tier
    price = pricing.unit_price(
        product.price,
        by_hand=(product.price * Decimal("0.7")).quantize(Decimal("0.01")) if cheap else None,
        tier=tier.name if tier else "",
        discount=tier.discount if tier else Decimal(0),
    )
    amounts = pricing.line_amounts(price.unit, wanted, Decimal(product.tax_rate), order.currency)
    line = OrderLine(
        order=order,
        position=position,
        product=product,
        stock=stock,
        sku=product.sku,
        name=product.name,
        spec=product.spec,
        unit=product.unit,
        list_price=price.list_price,
        unit_price=price.unit,
        price_reasons=price.reasons,
        tax_rate=product.tax_rate,
        net=amounts.net,
        tax=amounts.tax,
        ordered=wanted,
    )
    return world.book.add(line)


def _judge(world: World, story: Story, hold: str, moment) -> None:
    """Checks, holds, promise and the first entries of the timeline."""
    order, lines, book = story.order, story.lines, world.book
    order.status = Order.Status.PLACED
    book.event(order, OrderEvent.PLACED, moment, by=order.by, total=str(order.total), lines=len(lines))
    findings = checks.run(
        checks.Checked(
            [checks.CheckedLine(x.sku, x.ordered, x.short, x.unit_price, x.product.floor_price) for x in lines],
            {name: getattr(order, name) for name in checks.NEEDED},
            hold == "customer",
            order.warehouse.name,
        )
    )
    for found in findings:
        book.add(Check(order=order, name=found.name, outcome=found.outcome, reasons=found.reasons, at=moment))
        if found.outcome == "hold":
            book.add(Hold(order=order, kind=found.name, reasons=found.reasons, placed_at=moment))
            book.event(order, OrderEvent.HELD, moment, by=order.by, kind=found.name, reasons=found.reasons)
    if hold == "manual":
        _hold_by_hand(world, order, world.later(moment, 10, 60))
    _promise(world, order, lines, moment)


def _hold_by_hand(world: World, order: Order, at) -> None:
    person, note = world.people["sales"], world.dice.choice(HAND_NOTES)
    reasons = [{"code": "held_by_hand"}]
    world.book.add(Hold(order=order, kind="manual", reasons=reasons, note=note, by=person, placed_at=at))
    world.book.event(order, OrderEvent.HELD, at, by=person, kind="manual", note=note)


def _promise(world: World, order: Order, lines: list[OrderLine], moment) -> None:
    rules = world.policy
    late = max(((x.product.supplier.lead_time_days, x.sku) for x in lines if x.short), default=None)
    dates = promise(
        moment.astimezone(world.zone),
        Calendar(rules.cut_off, rules.handling_days, rules.transit_days, rules.working_days),
        waiting=(late[1], late[0]) if late else None,
        requested=order.requested_date,
    )
    order.ship_by, order.promised_date = dates.ship_by, dates.deliver_by
    row = Promise(order=order, ship_by=dates.ship_by, deliver_by=dates.deliver_by, reasons=dates.reasons, at=moment)
    world.book.add(row)


def _reserve(world: World, story: Story, moment) -> None:
    for line in story.lines:
        if line.reserved:
            pull = Pull(moment, line.stock, "reserve", 0, line.reserved, story.order.number, story.order.by)
            world.pulls.append(pull)
