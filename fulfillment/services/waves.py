"""Waves: many orders sent to the floor at once, in a constant number of statements."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment import queries
from fulfillment.events import FulfillmentEvent
from fulfillment.models import Shipment, ShipmentLine, Wave
from inventory.models import Warehouse
from oms import inserts
from oms.errors import DomainError
from oms.events import KEYS, record, rows_of
from oms.locking import lock
from oms.numbering import next_number
from orders.models import Order, OrderLine

NUMBERS, SHIPMENTS = "fulfillment_number_seq", "fulfillment_shipment_id_seq"
MAX_ORDERS = 2000
NAMED = 200  # of those that wait for goods, so many are named


@transaction.atomic
def plan_wave(*, by, warehouse: Warehouse, criteria: Mapping[str, Any]) -> Wave:
    """Write down which orders shall go together; nothing is given out yet. The keys are those of `WaveForm`."""
    number = next_number("fulfillment_wave_seq", "W")
    wave = Wave.objects.create(number=number, warehouse=warehouse, criteria=dict(criteria), by=by)
    record(wave, FulfillmentEvent.WAVE_PLANNED, by=by)
    return wave


@transaction.atomic
def release_wave(wave: Wave, *, by) -> Wave:
    """Open a shipment for every order that fits and is complete; who stays behind is kept with the reason.

    Orders that somebody else works on at this moment are not waited for.
    """
    wave = lock(wave)
    if wave.status != Wave.Status.OPEN:
        raise DomainError(
            _("%(number)s is %(status)s already.") % {"number": wave.number, "status": wave.get_status_display()}
        )
    wanted = list(queries.ready_for(wave).values_list("pk", "number")[: wave.criteria.get("limit") or MAX_ORDERS])
    taken = _lock_free([pk for pk, _number in wanted])
    busy = [{"order": number, "code": "busy"} for pk, number in wanted if pk not in taken]
    wave.refusals = busy + queries.left_behind(wave, NAMED)
    if not taken:
        raise DomainError(_("No order fits that could be picked now."))
    _open_shipments(wave, taken, by=by)
    wave.status, wave.released, wave.released_at = Wave.Status.RELEASED, len(taken), timezone.now()
    wave.save(update_fields=["status", "released", "released_at", "refusals"])
    record(wave, FulfillmentEvent.WAVE_RELEASED, by=by, orders=len(taken))
    return wave


def _lock_free(keys: list[int]) -> dict[int, Order]:
    """Lock those that nobody holds, then leave out what somebody has begun to pick meanwhile."""
    free = Order.objects.select_for_update(no_key=True, skip_locked=True)
    locked = {order.pk: order for order in free.filter(pk__in=keys, stage=Order.Stage.TO_PICK).order_by("pk")}
    begun = Shipment.objects.filter(order__in=locked, status__in=Shipment.IN_HOUSE).values_list("order_id", flat=True)
    for pk in begun:
        del locked[pk]
    # in the order of importance in which they were asked for
    return {pk: locked[pk] for pk in keys if pk in locked}


def _open_shipments(wave: Wave, orders: dict[int, Order], *, by) -> None:
    numbers, keys, events = inserts.take_values((NUMBERS, len(orders)), (SHIPMENTS, len(orders)), (KEYS, len(orders)))
    shipments = {
        order.pk: Shipment(
            pk=key,
            number=f"S{number}",
            order=order,
            warehouse_id=order.warehouse_id,
            wave=wave,
            carrier_id=wave.criteria.get("carrier"),
        )
        for order, number, key in zip(orders.values(), numbers, keys, strict=True)
    }
    lines = OrderLine.objects.filter(order__in=orders, reserved__gt=0).select_related("stock").order_by("pk")
    rows = [
        ShipmentLine(shipment=shipments[line.order_id], order_line=line, bin=line.stock.bin, to_pick=line.reserved)
        for line in lines
    ]
    told = [(shipment, FulfillmentEvent.WAVED, {"wave": wave.number}) for shipment in shipments.values()]
    inserts.insert([list(shipments.values()), rows, *rows_of(told, events, by=by)])


def close_wave(wave_id: int | None) -> None:
    """Mark a wave as done when nothing of it is left to pick; called while its shipment is locked."""
    if wave_id is None:
        return
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave_id)
    if not wave.shipments.filter(status=Shipment.Status.PICKING).exists():
        wave.status, wave.done_at = Wave.Status.DONE, timezone.now()
        wave.save(update_fields=["status", "done_at"])
