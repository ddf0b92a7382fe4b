"""How much discount each role may give."""

from collections.abc import Mapping
from decimal import Decimal

from django.contrib.auth.models import Group
from django.db import transaction

from oms.events import record
from orders.events import OrderEvent
from orders.models import DiscountCeiling, OrderPolicy


@transaction.atomic
def set_ceilings(percents: Mapping[Group, Decimal | None], *, by) -> None:
    """New ceilings; None takes a role's away. Orders that are placed keep their prices."""
    DiscountCeiling.objects.filter(group__in=percents).delete()
    given = {group: percent for group, percent in percents.items() if percent is not None}
    DiscountCeiling.objects.bulk_create(DiscountCeiling(group=g, percent=percent) for g, percent in given.items())
    policy, _made = OrderPolicy.objects.get_or_create(pk=1)
    record(policy, OrderEvent.CEILINGS_CHANGED, by=by, **{g.name: f"{percent} %" for g, percent in given.items()})
