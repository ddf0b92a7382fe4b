"""What is asked for, and the shelf it is asked of: products, stock, prices and house rules."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from customers.models import Customer
from inventory.models import Warehouse
from inventory.queries import Item, parts_of, read_shelf
from oms.context import current
from oms.models import Company
from orders.checks import Habit, wants_habits
from orders.habits import habits_of
from orders.models import ImportFile, Order, OrderPolicy
from orders.pricebook import PriceBook


@dataclass(frozen=True)
class Asked:
    """A line as asked for; a price given here goes before the list's. `stated` answers what the product asks for."""

    product_id: int
    quantity: int
    unit_price: Decimal | None = None
    stated: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """An order as asked for. With `allow_short` an order that stock does not cover is held, else it is refused."""

    customer: Customer
    lines: list[Asked]
    address: dict[str, str] = field(default_factory=dict)
    channel: str = Order.Channel.DESK
    handover: str = Order.Handover.DELIVERY
    reference: str = ""
    urgent: bool = False
    requested_date: datetime.date | None = None
    note: str = ""
    email: str = ""
    phone: str = ""
    warehouse: Warehouse | None = None
    allow_short: bool = True
    price_source: str = "price_by_hand"
    imported_from: ImportFile | None = None
    import_digest: str = ""  # of the file's rows, by which a corrected file is known
    unchecked_allowed: bool = False  # products that this import has just made, which nobody has looked at
    promotion_code: str = ""
    expected_total: Decimal | None = None  # what the customer was shown; another total is refused
    shipping: Decimal | None = None  # a fee agreed upon; None for what the house rules say


@dataclass
class Shelf:
    """Products asked for, stock that could serve them and the house rules; composing reduces what is `left`."""

    company: Company
    policy: OrderPolicy
    items: dict[int, Item]  # product_id →
    places: dict[tuple[int, int], int]  # (warehouse_id, product_id) → stock_id
    warehouses: list[Warehouse]
    kits: dict[int, dict[int, int]]  # kit → {part: pieces in one kit}
    left: dict[int, int]  # stock_id → pieces
    kept: dict[int, int]  # stock_id → pieces that only key customers get
    book: PriceBook = field(default_factory=PriceBook)
    habits: dict[int, Habit] = field(default_factory=dict)  # customer →

    @classmethod
    def read(cls, product_ids: Iterable[int], customers: Iterable[Customer] = (), *, lock: bool = False) -> "Shelf":
        """One statement, two more when kits are among them, and those of the price book; without `customers` no book.

        With `lock` the stock rows, those of parts too, stay locked in primary-key order until the transaction ends.
        """
        wanted = set(product_ids)
        items, places = read_shelf(wanted)
        kits = parts_of(wanted) if any(item.kind == "kit" for item in items) else {}
        if kits or lock:
            items, places = read_shelf(wanted.union(*kits.values()), lock=lock)
        houses = {place.warehouse for place in places}
        if any(item.made_to_order for item in items):
            houses.update(Warehouse.objects.filter(active=True))
        policy, buyers = current(OrderPolicy), {customer.pk for customer in customers}
        return cls(
            company=current(Company),
            policy=policy,
            book=PriceBook.read(wanted, buyers, policy) if buyers else PriceBook(),
            habits=habits_of(buyers, policy) if wants_habits(policy.checks) else {},
            items={item.product_id: item for item in items},
            places={(place.warehouse.pk, place.product_id): place.stock_id for place in places},
            warehouses=sorted(houses, key=lambda w: (w.rank, w.code)),
            kits=kits,
            left={place.stock_id: place.available for place in places},
            kept={place.stock_id: place.kept for place in places},
        )

    def available(self, warehouse: Warehouse | None, product_id: int, key: bool) -> int:
        """Pieces of a product still to be had in a warehouse, by a key customer or by any other."""
        stock_id = self.places.get((warehouse.pk, product_id)) if warehouse else None
        return max(0, self.left[stock_id] - (0 if key else self.kept[stock_id])) if stock_id else 0
