"""Changing the house rules."""

from django.db import transaction

from oms.context import forget
from oms.events import record
from orders.events import OrderEvent
from orders.models import OrderPolicy


@transaction.atomic
def change_policy(*, by, **fields) -> OrderPolicy:
    """New house rules; placed orders keep what they were promised."""
    policy, _made = OrderPolicy.objects.update_or_create(pk=1, defaults=fields)
    record(policy, OrderEvent.RULES_CHANGED, by=by, **{name: str(value) for name, value in fields.items()})
    transaction.on_commit(lambda: forget(OrderPolicy))
    return policy
