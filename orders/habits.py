"""What customers did before, for the checks that compare; one statement for any number of customers."""

from collections.abc import Collection

from django.db import connection

from orders.checks import Habit
from orders.models import OrderPolicy
from orders.queries import OWED

SQL = f"""
SELECT c.id, s.orders, coalesce(s.mean, 0), coalesce(s.deviation, 0), r.recent, c.credit_limit, d.open, d.overdue
FROM customers_customer c
CROSS JOIN LATERAL (
    SELECT count(*) AS orders, avg(total) AS mean, stddev_samp(total) AS deviation FROM (
        SELECT total FROM orders_order WHERE customer_id = c.id AND status <> 'cancelled' AND id <> %(but)s
        ORDER BY placed_at DESC, id DESC LIMIT 50
    ) last
) s
CROSS JOIN LATERAL (
    SELECT coalesce(json_object_agg(o.number, o.pieces), '{{}}') AS recent FROM (
        SELECT o.number, (
            SELECT json_object_agg(sku, pieces) FROM (
                SELECT sku, sum(ordered - cancelled) AS pieces FROM orders_orderline WHERE order_id = o.id GROUP BY sku
            ) l
        ) AS pieces
        FROM orders_order o
        WHERE o.customer_id = c.id AND o.status <> 'cancelled' AND NOT o.history AND o.id <> %(but)s
        AND o.origin_kind = '' AND o.placed_at > now() - make_interval(hours => %(hours)s)
        ORDER BY o.placed_at DESC LIMIT 20
    ) o
) r
CROSS JOIN LATERAL (
    {OWED} AND o.id <> %(but)s AND c.credit_limit IS NOT NULL
) d
WHERE c.id = ANY(%(ids)s)
"""


def habits_of(customer_ids: Collection[int], policy: OrderPolicy, *, but: int = 0) -> dict[int, Habit]:
    """{customer: what she did before}, without the order `but`; what she owes only of those with a credit limit."""
    ids = sorted(pk for pk in set(customer_ids) if pk)
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SQL, {"ids": ids, "hours": policy.duplicate_hours, "but": but})
        return {pk: Habit(*rest) for pk, *rest in cursor.fetchall()}
