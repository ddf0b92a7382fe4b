"""Batches: a cart full of orders for one picker, who scans the product and then the tote."""

import re

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment import queries
from fulfillment.batching import Job, choose
from fulfillment.events import FulfillmentEvent
from fulfillment.models import Batch, Cart, Shipment
from fulfillment.services.picking import finish_picking, pick
from fulfillment.services.steps import refuse_foreign
from oms.errors import DomainError
from oms.events import record_many
from oms.locking import lock
from oms.models import User
from oms.numbering import next_number

LOOKED_AT = 10  # candidates for each tote, the most important ones


@transaction.atomic
def give_me_work(*, by, cart: Cart) -> Batch:
    """A batch for this picker within her cart's limits; the one that she has not finished comes first."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    open_batch = Batch.objects.filter(picker=by, status=Batch.Status.PICKING).first()
    if open_batch:
        return open_batch
    cart = lock(cart)
    _refuse_taken(cart)
    shipments = _take(cart)
    if not shipments:
        raise DomainError(
            _("Nothing waits in %(warehouse)s that fits on %(cart)s. Release a wave first.")
            % {"warehouse": cart.warehouse, "cart": cart}
        )
    batch = Batch.objects.create(number=next_number("fulfillment_batch_seq", "B"), cart=cart, picker=by)
    for tote, shipment in enumerate(shipments, start=1):
        shipment.batch, shipment.tote, shipment.picker = batch, tote, by
    Shipment.objects.bulk_update(shipments, ["batch", "tote", "picker"])
    record_many([(s, FulfillmentEvent.BATCHED, {"batch": batch.number, "tote": s.tote}) for s in shipments], by=by)
    return batch


def _refuse_taken(cart: Cart) -> None:
    other = cart.batches.filter(status=Batch.Status.PICKING).select_related("picker").first()
    if other:
        raise DomainError(
            _("%(cart)s is with %(who)s: batch %(number)s is not finished.")
            % {"cart": cart, "who": other.picker, "number": other.number}
        )


def _take(cart: Cart) -> list[Shipment]:
    """Lock the best jobs; those that another picker takes at this moment are passed over."""
    passed: set[int] = set()
    while True:
        jobs = [job for job in _jobs(cart) if job.key not in passed]
        chosen = choose(jobs, cart.totes, cart.max_weight_g)
        if not chosen:
            return []
        free = queries.to_give_out(cart.warehouse_id).filter(pk__in=chosen)
        locked = {s.pk: s for s in free.select_for_update(no_key=True, skip_locked=True, of=("self",))}
        if locked:
            return [locked[pk] for pk in chosen if pk in locked]
        passed |= set(chosen)


def _jobs(cart: Cart) -> list[Job]:
    keys = list(queries.to_give_out(cart.warehouse_id).values_list("pk", flat=True)[: cart.totes * LOOKED_AT])
    found: dict[int, list] = {key: [0, set()] for key in keys}
    for key, bin, weight in queries.loads(keys):
        found[key][0] += weight
        found[key][1].add(bin)
    return [Job(key, weight, frozenset(bins)) for key, (weight, bins) in found.items()]


@transaction.atomic
def scan_batch(batch: Batch, *, by, code: str) -> Batch:
    """One scan: first the product, then the tote that it goes into, which takes all that it wants of it."""
    batch = lock(batch)
    _refuse_done(batch)
    if batch.in_hand:
        _put_down(batch, code, by=by)
    else:
        batch.in_hand = _found(batch, code)
    batch.save(update_fields=["in_hand"])
    return batch


@transaction.atomic
def put_aside(batch: Batch, *, by) -> Batch:
    """The picker lays back what she scanned last without a tote."""
    batch = lock(batch)
    _refuse_done(batch)
    batch.in_hand = ""
    batch.save(update_fields=["in_hand"])
    return batch


def _refuse_done(batch: Batch) -> None:
    if batch.status != Batch.Status.PICKING:
        raise DomainError(_("%(number)s is finished.") % {"number": batch.number})


def _found(batch: Batch, code: str) -> str:
    lines = [line for line in queries.lines_on(batch) if line.answers_to(code)]
    if not lines:
        refuse_foreign(code, batch.number)
    sku = lines[0].order_line.sku
    if not any(line.missing for line in lines):
        count = sum(line.to_pick for line in lines)
        raise DomainError(_("%(sku)s: all %(count)s are picked already.") % {"sku": sku, "count": count})
    return sku


def _put_down(batch: Batch, code: str, *, by) -> None:
    tote, sku = _tote_of(code), batch.in_hand
    wanting = [line for line in queries.lines_on(batch) if line.order_line.sku == sku and line.missing]
    here = [line for line in wanting if line.shipment.tote == tote]
    if not here:
        totes = ", ".join(
            _("tote %(tote)s × %(count)s") % {"tote": x.shipment.tote, "count": x.missing} for x in wanting
        )
        words = {"code": code.strip()[:60], "sku": sku, "totes": totes}
        raise DomainError(_("Wrong tote %(code)s: %(sku)s goes into %(totes)s.") % words)
    pick(here[0].shipment, by=by, code=sku, quantity=sum(line.missing for line in here))
    if len(here) == len(wanting):
        batch.in_hand = ""


def _tote_of(code: str) -> int | None:
    """The number on a tote's label: T3, or 3 typed by hand."""
    found = re.fullmatch(r"[Tt]?0*(\d{1,4})", code.strip())
    return int(found[1]) if found else None


@transaction.atomic
def finish_batch(batch: Batch, *, by) -> Batch:
    """Hand all totes over to packing; refused while a piece is neither picked nor reported missing."""
    batch = lock(batch)
    _refuse_done(batch)
    missing = [line for line in queries.lines_on(batch) if line.missing]
    if missing:
        what = ", ".join(f"{line.order_line.sku} × {line.missing} (T{line.shipment.tote})" for line in missing)
        raise DomainError(_("Not picked yet: %(what)s.") % {"what": what})
    for shipment in batch.shipments.filter(status=Shipment.Status.PICKING).order_by("order_id"):
        finish_picking(shipment, by=by)
    batch.status, batch.done_at, batch.in_hand = Batch.Status.DONE, timezone.now(), ""
    batch.save(update_fields=["status", "done_at", "in_hand"])
    return batch
