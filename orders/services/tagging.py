"""Tags: putting them on an order and taking them off."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from orders.events import OrderEvent
from orders.models import Order

TAGS = 20


@transaction.atomic
def tag_order(order: Order, *, by, tags: Sequence[str]) -> Order:
    """Put tags on an order; those that it has already stay where they are."""
    order = lock(order)
    added = [tag for tag in dict.fromkeys(tags) if tag not in order.tags]
    if not added:
        raise DomainError(_("%(number)s has these tags already.") % {"number": order.number})
    if len(order.tags) + len(added) > TAGS:
        raise DomainError(_("An order can have %(limit)s tags at most.") % {"limit": TAGS})
    return _retag(order, [*order.tags, *added], OrderEvent.TAGGED, added, by=by)


@transaction.atomic
def untag_order(order: Order, *, by, tags: Sequence[str]) -> Order:
    """Take tags off an order."""
    order = lock(order)
    taken = [tag for tag in order.tags if tag in tags]
    if not taken:
        raise DomainError(_("%(number)s has none of these tags.") % {"number": order.number})
    return _retag(order, [tag for tag in order.tags if tag not in taken], OrderEvent.UNTAGGED, taken, by=by)


def _retag(order: Order, tags: list[str], kind: OrderEvent, told: list[str], *, by) -> Order:
    order.tags = tags
    order.save(update_fields=["tags", "updated_at"])
    record(order, kind, by=by, tags=told)
    return order
