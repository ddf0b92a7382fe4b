"""Changing the house rules."""

from dataclasses import asdict

from django.db import transaction

from oms.context import forget
from oms.events import record
from orders.events import OrderEvent
from orders.models import OrderPolicy
from orders.priority import Weights
from orders.services.ranking import rank_open_orders


@transaction.atomic
def set_weights(weights: Weights, *, by) -> OrderPolicy:
    """Other weights of the queue; open orders are rated anew at once."""
    policy = change_policy(by=by, priority_weights=asdict(weights))
    transaction.on_commit(rank_open_orders)
    return policy


@transaction.atomic
def change_policy(*, by, **fields) -> OrderPolicy:
    """New house rules; placed orders keep what they were promised."""
    policy, _made = OrderPolicy.objects.update_or_create(pk=1, defaults=fields)
    record(policy, OrderEvent.RULES_CHANGED, by=by, **{name: str(value) for name, value in fields.items()})
    transaction.on_commit(lambda: forget(OrderPolicy))
    return policy
