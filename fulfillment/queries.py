"""The work queues: questions about orders and shipments, not copies of them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from fulfillment.models import Batch, Carrier, Cart, Consignment, Shipment, ShipmentLine, Wave
from inventory.models import Product, Stock
from oms.formats import listed
from oms.models import User
from orders.models import Order, OrderLine
from orders.queries import finds_orders

Status = Shipment.Status


@finds_orders
def orders_of_parcel(text: str) -> QuerySet:
    """Keys of the orders with a parcel of this tracking number, or a shipment of this number."""
    meant = Q(tracking_number=text) | Q(number=text.upper())
    return Shipment.objects.filter(meant).order_by().values("order_id")


IN_QUEUE = (Order.Stage.TO_PICK, Order.Stage.WAITING_STOCK, Order.Stage.PARTLY_SHIPPED)
MOST_IMPORTANT = ("-priority", "promised_date", "id")


def pick_queue(*stages: str) -> QuerySet[Order]:
    """Orders nobody works on yet, complete or not, the most important first; the partial index `order_pick_queue`."""
    return _untouched(Order.objects.filter(stage__in=stages or IN_QUEUE)).order_by(*MOST_IMPORTANT)


def ready_to_pick() -> QuerySet[Order]:
    """Orders nobody works on yet, the most important first; served by the partial index of the pick queue."""
    return _untouched(Order.objects.filter(stage=Order.Stage.TO_PICK)).order_by(*MOST_IMPORTANT)


def _untouched(orders: QuerySet[Order]) -> QuerySet[Order]:
    in_house = Shipment.objects.filter(order=OuterRef("pk"), status__in=Shipment.IN_HOUSE)
    return orders.filter(~Exists(in_house))


def ready_for(wave: Wave) -> QuerySet[Order]:
    """The complete orders that a wave would take."""
    return _fitting(wave, ready_to_pick())


def left_behind(wave: Wave, limit: int) -> list[dict]:
    """Orders that fit a wave but cannot be picked, with the reason; `limit` of each kind."""
    waiting = _fitting(wave, pick_queue(Order.Stage.WAITING_STOCK, Order.Stage.PARTLY_SHIPPED))
    held = _fitting(wave, Order.objects.filter(stage=Order.Stage.ON_HOLD, status=Order.Status.CONFIRMED)).order_by("id")
    return [
        {"order": number, "code": code}
        for code, orders in (("waiting", waiting), ("held", held))
        for number in orders.values_list("number", flat=True)[:limit]
    ]


def _fitting(wave: Wave, orders: QuerySet[Order]) -> QuerySet[Order]:
    wanted = wave.criteria
    orders = orders.filter(warehouse_id=wave.warehouse_id)
    if wanted.get("ship_by"):
        orders = orders.filter(ship_by__lte=datetime.date.fromisoformat(wanted["ship_by"]))
    if wanted.get("min_priority") is not None:
        orders = orders.filter(priority__gte=wanted["min_priority"])
    if zones := listed(wanted.get("zone", "")):
        orders = orders.filter(reduce(or_, map(_in_zone, zones)))
    if wanted.get("single_line"):
        orders = orders.filter(~Exists(OrderLine.objects.filter(order=OuterRef("pk"), position__gt=1)))
    return orders


def _in_zone(zone: str) -> Q:
    return Q(city__istartswith=zone) | Q(region__istartswith=zone) | Q(postcode__istartswith=zone)


def to_give_out(warehouse_id: int) -> QuerySet[Shipment]:
    """Shipments of released waves that no picker has yet, the most important first; not those that are stopped."""
    return Shipment.objects.filter(
        status=Status.PICKING, batch=None, picker=None, warehouse=warehouse_id, order__stage=Order.Stage.TO_PICK
    ).order_by("-order__priority", "order__promised_date", "order_id")


def free_carts() -> QuerySet[Cart]:
    """Carts that nobody pushes now."""
    return Cart.objects.filter(active=True).exclude(batches__status=Batch.Status.PICKING)


def loads(shipments: Iterable[int]) -> QuerySet:
    """(shipment, bin, weight in g) of each line of these shipments."""
    lines = ShipmentLine.objects.filter(shipment__in=list(shipments))
    return lines.values_list("shipment_id", "bin", F("to_pick") * F("order_line__product__weight_g")).order_by("id")


def lines_on(batch: Batch) -> list[ShipmentLine]:
    """What a batch still picks, with what it shows, in the order of the way through the bins."""
    lines = ShipmentLine.objects.filter(shipment__batch=batch, shipment__status=Status.PICKING)
    return sorted(lines.select_related("shipment__order", "order_line__product"), key=ShipmentLine.pick_path)


def picking() -> QuerySet[Shipment]:
    """Shipments that somebody picks right now, the oldest first."""
    return _queue(status=Status.PICKING)


def packing() -> QuerySet[Shipment]:
    """Trolleys at the packing table, the order's priority first."""
    return _queue(status=Status.PICKED).order_by("-order__priority", "id")


def in_house(code: str) -> Shipment | None:
    """What waits at the packing table or for a carrier under this number: of a shipment, an order or a parcel."""
    named = Q(number__iexact=code) | Q(order__number__iexact=code) | Q(parcels__code__iexact=code)
    return Shipment.objects.filter(named, status__in=[Status.PICKED, Status.PACKED]).first()


def to_ship() -> QuerySet[Shipment]:
    """Parcels that wait for a carrier."""
    return _queue(status=Status.PACKED)


def to_send_out() -> QuerySet[Shipment]:
    """Parcels for our own fleet, and those that could not be delivered, by place so that a driver gets neighbours."""
    waiting = Q(status=Status.SHIPPED, carrier__own=True) | Q(status=Status.FAILED)
    return (
        Shipment.objects.filter(waiting)
        .select_related("order", "carrier", "driver")
        .order_by("order__city", "order__line1", "id")
    )


def out_for_delivery() -> QuerySet[Shipment]:
    """Shipments on the road with one of our drivers, driver by driver."""
    return (
        Shipment.objects.filter(status=Status.OUT, driver__isnull=False)
        .select_related("order", "driver")
        .order_by("driver", "id")
    )


def deliveries_of(driver: User) -> QuerySet[Shipment]:
    """Everything that was ever given to this driver; nothing else is hers to see."""
    return Shipment.objects.filter(driver=driver).select_related("order", "carrier")


def board_of(driver: User) -> QuerySet[Shipment]:
    """What this driver has on board, in the order of her round; what nobody has placed comes last."""
    return deliveries_of(driver).filter(status=Status.OUT).order_by(F("stop_order").asc(nulls_last=True), "id")


def done_today(driver: User) -> QuerySet[Shipment]:
    """What this driver delivered or failed to deliver since midnight in the business's zone."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    visited = deliveries_of(driver).filter(attempts__at__gte=midnight, status__in=[Status.DELIVERED, Status.FAILED])
    return visited.distinct().order_by("-id")


def drivers() -> QuerySet[User]:
    """People who may deliver, by role or by a permission of their own."""
    return User.objects.with_perm(
        "fulfillment.deliver_own", include_superusers=False, backend="django.contrib.auth.backends.ModelBackend"
    ).order_by("first_name", "username")


def claims_on(product: Product) -> QuerySet[OrderLine]:
    """Order lines that hold stock of a product, in the order in which they will be picked."""
    return (
        OrderLine.objects.filter(product=product, reserved__gt=0)
        .select_related("order__customer", "stock__warehouse")
        .order_by("-order__priority", "order__promised_date", "id")
    )


def _queue(**conditions) -> QuerySet[Shipment]:
    return Shipment.objects.filter(**conditions).select_related("order", "warehouse", "picker").order_by("id")


def manifest_days(carrier: Carrier, days: int = 14) -> list[tuple[datetime.date, int]]:
    """The last days in the business's zone on which parcels left with a carrier, and how many; the newest first."""
    since = timezone.now() - datetime.timedelta(days=days)
    rows = (
        Shipment.objects.filter(carrier=carrier, shipped_at__gte=since)
        .annotate(day=TruncDate("shipped_at"))
        .values_list("day")
        .annotate(Count("pk"))
        .order_by("-day")
    )
    return list(rows)


def manifest_of(carrier: Carrier, day: datetime.date) -> QuerySet[Shipment]:
    """What left with a carrier on a day of the business's zone."""
    start = timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
    end = start + datetime.timedelta(days=1)
    return (
        Shipment.objects.filter(carrier=carrier, shipped_at__gte=start, shipped_at__lt=end)
        .select_related("order", "service")
        .prefetch_related("lines__order_line__product")
        .order_by("id")
    )


def to_collect(driver: User) -> QuerySet[Consignment]:
    """Consignments that this driver is to fetch, by place."""
    return Consignment.objects.filter(collector=driver, status=Consignment.Status.BOOKED).order_by(
        "sender_city", "sender_line1", "id"
    )


def on_board(driver: User) -> QuerySet[Consignment]:
    """Consignments that this driver has loaded or is bringing."""
    on_board_now = [Consignment.Status.LOADED, Consignment.Status.OUT]
    return Consignment.objects.filter(driver=driver, status__in=on_board_now).order_by(
        "recipient_city", "recipient_line1", "id"
    )


def consignments_of(driver: User) -> QuerySet[Consignment]:
    """Everything that this driver collects or delivers; nothing else is hers to see."""
    return Consignment.objects.filter(Q(collector=driver) | Q(driver=driver))


@dataclass(frozen=True)
class Stop:
    """One bin on the way of a batch: a product, and how many pieces of it go into which tote."""

    lines: list[ShipmentLine]

    @property
    def item(self) -> OrderLine:
        return self.lines[0].order_line

    @property
    def bin(self) -> str:
        return self.lines[0].bin

    @property
    def sku(self) -> str:
        return self.item.sku

    @property
    def missing(self) -> int:
        return sum(line.missing for line in self.lines)

    @property
    def wanted(self) -> int:
        return sum(line.to_pick for line in self.lines)


def stops(lines: Iterable[ShipmentLine]) -> list[Stop]:
    """The lines of a batch, in pick-path order, gathered by bin and product."""
    found: dict[tuple[str, str], list[ShipmentLine]] = {}
    for line in lines:
        found.setdefault((line.bin, line.order_line.sku), []).append(line)
    return [Stop(sorted(lines, key=lambda line: line.shipment.tote or 0)) for lines in found.values()]


def substitutes_for(product: Product, warehouse_id: int, limit: int = 8) -> list[tuple[Product, int]]:
    """What can be sent instead and how many: successor, then family, then category, the nearest price first."""
    alike = Q(pk=product.successor_id) | Q(family__isnull=False, family=product.family_id)
    alike |= Q(category__isnull=False, category=product.category_id)
    rows = (
        Stock.objects.filter(warehouse=warehouse_id, frozen=False, on_hand__gt=F("reserved"))
        .filter(
            product__in=Product.objects.filter(alike, active=True, kind=Product.Kind.STOCKED).exclude(pk=product.pk)
        )
        .select_related("product")
    )
    found = [(row.product, row.available) for row in rows if not row.product.ask_for]
    found.sort(
        key=lambda pair: (
            pair[0].pk != product.successor_id,
            pair[0].family_id != product.family_id or not product.family_id,
            abs(pair[0].price - product.price),
            pair[0].sku,
        )
    )
    return found[:limit]
