"""Did you mean: what stands in our books and looks like a value that was refused, by its trigrams."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection

SUGGESTED = 3
SKUS = ("unknown_sku", "not_sold")
CUSTOMERS = ("unknown_customer", "other_customer")
# The operator % is served by the trigram indexes on upper(name), upper(sku) and upper(email); 0.3 is its threshold.
ALIKE = """
SELECT w.field, w.value, s.text FROM unnest(%(fields)s::text[], %(values)s::text[]) AS w(field, value)
CROSS JOIN LATERAL (
    (SELECT sku AS text,
        greatest(similarity(upper(sku), upper(w.value)), similarity(upper(name), upper(w.value))) AS near
     FROM inventory_product WHERE w.field = 'sku' AND active
       AND (upper(sku) %% upper(w.value) OR upper(name) %% upper(w.value)) ORDER BY near DESC, sku LIMIT %(limit)s)
    UNION ALL
    (SELECT code, greatest(similarity(upper(code), upper(w.value)), similarity(upper(name), upper(w.value))) AS near
     FROM customers_customer WHERE w.field = 'customer_code'
       AND (upper(code) %% upper(w.value) OR upper(name) %% upper(w.value)) ORDER BY near DESC, code LIMIT %(limit)s)
    UNION ALL
    (SELECT name, similarity(upper(name), upper(w.value)) AS near FROM customers_customer
     WHERE w.field IN ('customer_name', 'ship_name') AND upper(name) %% upper(w.value) ORDER BY near DESC, name
     LIMIT %(limit)s)
    UNION ALL
    (SELECT email, similarity(upper(email), upper(w.value)) AS near FROM customers_customer
     WHERE w.field = 'email' AND upper(email) %% upper(w.value) ORDER BY near DESC, email LIMIT %(limit)s)
    UNION ALL
    (SELECT phone, similarity(phone_digits, regexp_replace(w.value, '\\D', '', 'g')) AS near FROM customers_customer
     WHERE w.field = 'phone' AND phone_digits %% regexp_replace(w.value, '\\D', '', 'g') ORDER BY near DESC, phone
     LIMIT %(limit)s)
) s ORDER BY s.near DESC
"""

Wrong = tuple[str, str]  # field, value


def suggestions(wrong: Iterable[Wrong]) -> dict[Wrong, list[str]]:
    """What each wrong value may have been meant to be, the likeliest first; one statement for all."""
    asked = sorted({(name, value) for name, value in wrong if value})
    found: dict[Wrong, list[str]] = defaultdict(list)
    if not asked:
        return found
    fields, values = zip(*asked, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, {"fields": list(fields), "values": list(values), "limit": SUGGESTED})
        for name, value, text in cursor.fetchall():
            if text not in found[name, value]:
                found[name, value].append(text)
    return found
