"""When goods are counted: the rules of the house, and the class of each stock row."""

import datetime

from django.db import connection, transaction
from django.utils import timezone

from inventory.events import CountEvent
from inventory.models import CountPolicy
from oms.context import forget
from oms.events import record

CLASSIFY = """
WITH shipped AS (
    SELECT s.id, coalesce(sum(-m.on_hand), 0) * p.cost AS value
    FROM inventory_stock s
    JOIN inventory_product p ON p.id = s.product_id
    LEFT JOIN inventory_movement m ON m.stock_id = s.id AND m.kind = 'ship' AND m.at >= %(since)s
    GROUP BY s.id, p.cost
), ranked AS (
    SELECT id, value, sum(value) OVER (PARTITION BY 1) AS whole,
        sum(value) OVER (ORDER BY value DESC, id ROWS UNBOUNDED PRECEDING) - value AS above
    FROM shipped
)
INSERT INTO inventory_countclass AS c (stock_id, value, abc)
SELECT id, value, CASE WHEN value = 0 THEN 'C' WHEN above < whole * 0.80 THEN 'A' WHEN above < whole * 0.95 THEN 'B'
    ELSE 'C' END
FROM ranked
ON CONFLICT (stock_id) DO UPDATE SET value = excluded.value, abc = excluded.abc
WHERE (c.value, c.abc) IS DISTINCT FROM (excluded.value, excluded.abc)
"""


@transaction.atomic
def change_count_policy(*, by, **fields) -> CountPolicy:
    """Change the house rules for counting."""
    policy = CountPolicy.objects.select_for_update().filter(pk=1).first() or CountPolicy(pk=1)
    changed = {name: [str(getattr(policy, name)), str(value)] for name, value in fields.items()}
    for name, value in fields.items():
        setattr(policy, name, value)
    policy.save()
    record(policy, CountEvent.POLICY_CHANGED, by=by, changed={k: v for k, v in changed.items() if v[0] != v[1]})
    transaction.on_commit(lambda: forget(CountPolicy))
    return policy


def classify_stock(period_days: int) -> int:
    """Sort all stock rows into A, B and C by shipped value at cost; returns how many changed.

    Rows in falling order of value: A make the first 80 %, B the next 15 %, C the last 5 % and all that nothing left
    from. The 80/15/5 split is the usual one of ABC analysis: H. F. Dickie, "ABC Inventory Analysis Shoots for
    Dollars, Not Pennies", Factory Management and Maintenance 109, 1951.
    """
    since = timezone.now() - datetime.timedelta(days=period_days)
    with connection.cursor() as cursor:
        cursor.execute(CLASSIFY, {"since": since})
        return cursor.rowcount
