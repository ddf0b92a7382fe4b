"""Undoing an import: its orders are cancelled, their stock is free again, their history stays."""

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory import services as inventory
from oms.errors import DomainError
from oms.events import record, record_many
from oms.locking import lock
from orders.events import ImportEvent, OrderEvent
from orders.importing.earlier import touches
from orders.importing.reasons import touch
from orders.models import Hold, ImportFile, ImportRow, Order, OrderLine

NAMED = 10


@transaction.atomic
def undo_import(file: ImportFile, *, by, reason: str) -> int:
    """Cancel every order that a file brought; how many they were. DomainError names those that somebody touched.

    Their references are free again, so that the file can be imported anew.
    """
    file = lock(file)
    _refuse_unfit(file, reason)
    orders = list(Order.objects.select_for_update(no_key=True).filter(imported_from=file).order_by("pk"))
    _refuse_touched(file, orders)
    _release_stock(orders, by=by, reason=reason)
    keys = [order.pk for order in orders]
    OrderLine.objects.filter(order__in=keys).update(
        cancelled=F("ordered"), reserved=0, picked=0, packed=0, shipped=0, delivered=0
    )
    Hold.objects.filter(order__in=keys, released_at=None).update(
        released_at=timezone.now(), released_by=by, release_note=reason[:300]
    )
    Order.objects.filter(pk__in=keys).update(
        status=Order.Status.CANCELLED,
        stage=Order.Stage.CANCELLED,
        reference="",
        version=F("version") + 1,
        updated_at=timezone.now(),
    )
    record_many([_happening(order, reason) for order in orders], by=by)
    file.refused.filter(state__in=ImportRow.OPEN).update(state=ImportRow.State.DROPPED, version=F("version") + 1)
    file.undone_at = timezone.now()
    file.save(update_fields=["undone_at"])
    record(file, ImportEvent.UNDONE, by=by, reason=reason, orders=len(orders))
    return len(orders)


def _refuse_unfit(file: ImportFile, reason: str) -> None:
    if not reason.strip():
        raise DomainError(_("Say why the import is undone."))
    if file.undone_at:
        raise DomainError(_("This import was undone already."))
    if not file.is_begun or not file.job.is_over:
        raise DomainError(_("This file is not imported, or its import is still running."))


def _refuse_touched(file: ImportFile, orders: list[Order]) -> None:
    """Orders that people worked on, or that were there before the file and were changed by it."""
    found = touches([order.pk for order in orders])
    named = [f"{order.number} ({touch(found[order.pk])})" for order in orders if order.pk in found]
    named += [
        f"{order.number} ({touch('reimported')})" for order in orders if order.updated_from_id and order.pk not in found
    ]
    changed = Order.objects.filter(updated_from=file).order_by("pk").values_list("number", flat=True)
    named += [f"{number} ({touch('there_before')})" for number in changed]
    if named:
        more = len(named) - NAMED
        shown = ", ".join(named[:NAMED]) + (f" + {more}" if more > 0 else "")
        raise DomainError(
            _("This import can no longer be undone. Orders that are not as it made them: %(orders)s.")
            % {"orders": shown}
        )


def _release_stock(orders: list[Order], *, by, reason: str) -> None:
    numbers = {order.pk: order.number for order in orders}
    lines = OrderLine.objects.filter(order__in=numbers, reserved__gt=0).order_by()
    claims = lines.values_list("order", "stock").annotate(pieces=Sum("reserved"))
    inventory.release_many([(numbers[pk], {stock: n}) for pk, stock, n in claims], reason=reason[:200], by=by)


def _happening(order: Order, reason: str):
    # customers are told of living orders only; of history nobody ever heard
    kind = OrderEvent.IMPORT_UNDONE if order.history else OrderEvent.CANCELLED
    return order, kind, {"reason": reason, "reference": order.reference}
