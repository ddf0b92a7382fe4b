"""Cooking: tickets follow the order's lines, and what is ready is stock that the order holds."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.events import FulfillmentEvent
from fulfillment.kitchen import minutes_until_ready
from fulfillment.models import Carrier, KitchenTicket, Shipment, Station
from fulfillment.services.delivering import deliver
from fulfillment.services.packing import finish_packing, scan_pack, ship
from fulfillment.services.picking import finish_picking, pick_all, start_picking
from inventory import services as inventory
from inventory.models import Category, Product
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from orders import services as orders
from orders.models import Order

State = KitchenTicket.State
OPEN = (State.WAITING, State.STARTED)


@transaction.atomic
def follow_order(order: Order) -> None:
    """Give each line that is made to order a ticket for what is still to be made; take away what nobody wants.

    Done again, it changes nothing.
    """
    order = lock(order)
    tickets = {t.line_id: t for t in KitchenTicket.objects.filter(order=order, state__in=OPEN)}
    wanted = order.status == Order.Status.CONFIRMED and not order.history
    lines = order.lines.filter(made_to_order=True).select_related("product__category")
    if order.status == Order.Status.CANCELLED:
        KitchenTicket.objects.filter(order=order, state=State.READY).update(state=State.CANCELLED)
    stations = _Stations()
    for line in lines:
        pieces, ticket = line.to_make if wanted else 0, tickets.get(line.pk)
        if ticket and not pieces:
            ticket.state = State.CANCELLED
            ticket.save(update_fields=["state"])
        elif ticket and ticket.pieces != pieces:
            ticket.pieces = pieces
            ticket.save(update_fields=["pieces"])
        elif not ticket and pieces and stations.any():
            KitchenTicket.objects.create(order=order, line=line, pieces=pieces, station=stations.of(line.product))


class _Stations:
    """Which station makes what; read once for an order."""

    def __init__(self):
        self.rows = list(Station.objects.filter(active=True).prefetch_related("products", "categories"))
        self.products = {p.pk: row for row in reversed(self.rows) for p in row.products.all()}
        self.categories = {c.pk: row for row in reversed(self.rows) for c in row.categories.all()}
        self.above = dict(Category.objects.values_list("pk", "parent_id")) if self.categories else {}

    def any(self) -> bool:
        return bool(self.rows)

    def of(self, product: Product) -> Station:
        if product.pk in self.products:
            return self.products[product.pk]
        at, seen = product.category_id, set()
        while at and at not in seen:
            if at in self.categories:
                return self.categories[at]
            seen.add(at)
            at = self.above.get(at)
        return self.rows[0]


@transaction.atomic
def start_ticket(ticket: KitchenTicket, *, by) -> KitchenTicket:
    """Somebody begins to make it; not while the order is on hold."""
    ticket = _locked(ticket, State.WAITING)
    orders.refuse_stopped(ticket.order)
    ticket.state, ticket.started_at, ticket.by = State.STARTED, timezone.now(), by
    ticket.save(update_fields=["state", "started_at", "by"])
    return ticket


@transaction.atomic
def finish_ticket(ticket: KitchenTicket, *, by) -> KitchenTicket:
    """It is made: its parts leave stock by the recipe, and the order holds the dish."""
    ticket = _locked(ticket, *OPEN)
    order, line = ticket.order, ticket.line
    orders.refuse_stopped(order)
    if order.warehouse is None:
        raise DomainError(_("%(number)s has no warehouse to make it in.") % {"number": order.number})
    if line.product.components.exists():
        inventory.assemble(line.product, order.warehouse, ticket.pieces, by=by, cause=order.number)
    else:
        inventory.receive(line.product, order.warehouse, ticket.pieces, by=by, cause=order.number, reason=_("Made"))
    orders.reserve_missing(order, by=by)
    ticket.state, ticket.ready_at, ticket.by = State.READY, timezone.now(), by
    ticket.started_at = ticket.started_at or ticket.ready_at
    ticket.save(update_fields=["state", "started_at", "ready_at", "by"])
    record(order, FulfillmentEvent.MADE, by=by, pieces=ticket.pieces, sku=line.sku)
    return ticket


@transaction.atomic
def recall_ticket(ticket: KitchenTicket, *, by) -> KitchenTicket:
    """It was not ready after all: the dish leaves stock again, its parts come back, and it is being made once more."""
    ticket = _locked(ticket, State.READY)
    order, line, station = ticket.order, ticket.line, ticket.station
    if (timezone.now() - ticket.ready_at).total_seconds() > station.recall * 60:
        raise DomainError(_("It is ready for more than %(minutes)s minutes.") % {"minutes": station.recall})
    if KitchenTicket.objects.filter(line=line, state__in=OPEN).exists():
        raise DomainError(_("More of it is being made already."))
    orders.unmake_pieces(order, {line.pk: ticket.pieces}, by=by)
    inventory.disassemble(line.product, order.warehouse, ticket.pieces, by=by, cause=order.number)
    ticket.state, ticket.ready_at, ticket.by = State.STARTED, None, by
    ticket.save(update_fields=["state", "ready_at", "by"])
    record(order, FulfillmentEvent.RECALLED, by=by, pieces=ticket.pieces, sku=line.sku)
    return ticket


@transaction.atomic
def hand_over(order: Order, *, by, key: UUID | str, recipient: str = "") -> Order:
    """Give a ready order to its customer at the counter: picked, packed, shipped and delivered in one go."""
    order = lock(order)
    states = set(KitchenTicket.objects.filter(order=order).values_list("state", flat=True))
    if State.READY not in states or states.intersection(OPEN):
        raise DomainError(_("Not everything of %(number)s is ready yet.") % {"number": order.number})
    shipment = finish_picking(pick_all(start_picking(order, by=by), by=by), by=by)
    for line in shipment.lines.select_related("order_line"):
        shipment = scan_pack(shipment, by=by, code=line.order_line.sku, quantity=line.picked)
    if shipment.status == Shipment.Status.PICKED:
        shipment = finish_packing(shipment, by=by)
    shipment = ship(shipment, by=by, carrier=_own_carrier(), cost=Decimal(0))
    deliver(shipment, by=by, recipient=recipient or order.ship_name or str(order.customer), key=key)
    hand_out(order)
    order.refresh_from_db()
    return order


def _own_carrier() -> Carrier:
    own = Carrier.objects.filter(own=True, active=True).order_by("pk").first()
    if own is None:
        raise DomainError(_("Make a carrier of your own first; what is handed over goes with it."))
    return own


def hand_out(order: Order) -> None:
    """What left the house whole is no longer on the board."""
    gone = order.lines.filter(shipped__gte=F("ordered") - F("cancelled"))
    KitchenTicket.objects.filter(line__in=gone, state=State.READY).update(state=State.HANDED)


def _locked(ticket: KitchenTicket, *states: str) -> KitchenTicket:
    """The ticket behind its locked order; DomainError when somebody was quicker."""
    order = lock(ticket.order)
    ticket = lock(ticket)
    ticket.order = order
    if ticket.state not in states:
        raise DomainError(_("%(what)s is %(state)s already.") % {"what": ticket, "state": ticket.get_state_display()})
    return ticket


def ahead_of(station_ids: set[int]) -> dict[int, int]:
    """Pieces that wait or are being made, by station; one statement."""
    found: dict[int, int] = {}
    rows = KitchenTicket.objects.filter(Q(state__in=OPEN), station__in=station_ids)
    for station, pieces in rows.values_list("station_id", "pieces"):
        found[station] = found.get(station, 0) + pieces
    return found


def minutes_for(pieces: Mapping[int, int]) -> int:
    """Minutes until so many pieces of each product (by key) would be ready, were they ordered now."""
    stations, mine = _Stations(), Counter()
    if stations.any():
        for product in Product.objects.filter(pk__in=pieces, kind=Product.Kind.MADE):
            mine[stations.of(product).pk] += pieces[product.pk]
    return minutes_until_ready(mine, ahead_of(set(mine)), {row.pk: row.minutes for row in stations.rows})
