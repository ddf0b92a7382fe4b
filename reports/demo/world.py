"""What every part of the demo shares: the dice, the clock, the book, and who and what there is."""

import datetime
import random
import uuid
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from customers.models import Address, Customer
from fulfillment.models import Carrier, CarrierService
from fulfillment.quoting import Offer
from inventory.models import Product, Stock, Warehouse
from oms.models import Company, User
from orders.models import Order, OrderLine, OrderPolicy
from reports.demo.book import Book


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    orders: int
    customers: int
    products: int
    months: int
    returns: int
    tickets: int
    feedback: int
    messages: int
    open_orders: dict[str, int]  # what lies between placing and delivery, by fate


FULL = Size(
    orders=3000,
    customers=300,
    products=1000,
    months=18,
    returns=70,
    tickets=60,
    feedback=700,
    messages=30,
    open_orders={
        "draft": 4,
        "on_hold": 12,
        "to_review": 6,
        "waiting_stock": 8,
        "to_pick": 40,
        "picking": 6,
        "to_ship": 8,
        "partly_shipped": 6,
        "shipped": 18,
        "out": 13,
        "failed": 3,
    },
)
SMALL = Size(
    orders=60,
    customers=20,
    products=25,
    months=4,
    returns=7,
    tickets=7,
    feedback=8,
    messages=6,
    open_orders={
        "draft": 1,
        "on_hold": 5,
        "to_review": 1,
        "waiting_stock": 2,
        "to_pick": 5,
        "picking": 2,
        "to_ship": 1,
        "partly_shipped": 1,
        "shipped": 2,
        "out": 3,
        "failed": 1,
    },
)


@dataclass
class Story:
    """One order with its lines and what became of it."""

    order: Order
    lines: list[OrderLine]
    fate: str
    buyer: "Buyer"
    delivered_at: datetime.datetime | None = None


@dataclass(frozen=True)
class Buyer:
    """A customer with her default address and the warehouse (by code) that usually serves her."""

    customer: Customer
    address: Address
    warehouse: str


@dataclass(frozen=True)
class Pull:
    """A change of a stock row that an order or a return causes."""

    at: datetime.datetime
    stock: Stock
    kind: str
    on_hand: int
    reserved: int
    cause: str
    by: User | None = None
    reason: str = ""


@dataclass
class World:
    """Everything the parts hand on to each other."""

    size: Size
    now: datetime.datetime
    dice: random.Random
    company: Company
    policy: OrderPolicy
    people: dict[str, User]
    book: Book = field(default_factory=Book)
    warehouses: dict[str, Warehouse] = field(default_factory=dict)
    carriers: dict[str, Carrier] = field(default_factory=dict)
    offers: list[Offer] = field(default_factory=list)
    services: dict[int, CarrierService] = field(default_factory=dict)  # by primary key
    products: list[Product] = field(default_factory=list)
    popularity: dict[int, float] = field(default_factory=dict)  # by product
    stock: dict[str, list[Stock]] = field(default_factory=dict)  # by warehouse code
    sold_out: list[Stock] = field(default_factory=list)
    buyers: list[Buyer] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.company.time_zone)

    @property
    def today(self) -> datetime.date:
        return self.now.astimezone(self.zone).date()

    @property
    def start(self) -> datetime.date:
        """The first day of trading."""
        return self.today - datetime.timedelta(days=self.size.months * 30)

    def at(self, day: datetime.date, since: float, until: float) -> datetime.datetime:
        """Some moment of a day between two hours."""
        second = int(self.dice.uniform(since, until) * 3600)
        midnight = datetime.datetime.combine(day, datetime.time(), self.zone)
        return midnight + datetime.timedelta(seconds=second)

    def later(self, moment: datetime.datetime, least: float, most: float) -> datetime.datetime:
        """Some minutes later, but not after now."""
        return min(moment + datetime.timedelta(seconds=int(self.dice.uniform(least, most) * 60)), self.now)

    def key(self) -> uuid.UUID:
        return uuid.UUID(int=self.dice.getrandbits(128), version=4)

    def chance(self, probability: float) -> bool:
        return self.dice.random() < probability
