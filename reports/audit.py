"""The audit of the books: totals, counters and stages computed anew from the ledgers that explain them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from orders.models import Hold, Order
from orders.stages import Units, stage_of
from reports import papers

STUCK = "6 hours"
CHUNK = 5000


@dataclass(frozen=True)
class Difference:
    """One stored value that is not what its ledger says; both as text."""

    what: str
    where: str
    stored: str
    recomputed: str

    def __str__(self) -> str:
        return f"{self.what}  {self.where}: stored {self.stored}, recomputed {self.recomputed}"


@dataclass(frozen=True)
class Check:
    """What is compared with what, as a statement that returns only differences: what, where, stored, recomputed."""

    name: str
    meaning: str
    sql: str

    def differences(self) -> Iterator[Difference]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql)
            for row in cursor:
                yield Difference(*map(str, row))


STOCK_LEDGER = """
SELECT 'stock.' || c.total, p.sku || ' @ ' || w.code, c.stored, c.summed
FROM inventory_stock s
JOIN inventory_product p ON p.id = s.product_id
JOIN inventory_warehouse w ON w.id = s.warehouse_id
LEFT JOIN (
    SELECT stock_id, sum(on_hand) AS on_hand, sum(reserved) AS reserved, sum(quarantined) AS quarantined
    FROM inventory_movement GROUP BY stock_id
) m ON m.stock_id = s.id
CROSS JOIN LATERAL (VALUES
    ('on_hand', s.on_hand, coalesce(m.on_hand, 0)), ('reserved', s.reserved, coalesce(m.reserved, 0)),
    ('quarantined', s.quarantined, coalesce(m.quarantined, 0))
) AS c(total, stored, summed)
WHERE c.stored <> c.summed ORDER BY s.id
"""

STOCK_PLACES = """
SELECT 'stock.' || c.total || ' in bins', p.sku || ' @ ' || w.code, c.stored, c.summed
FROM inventory_stock s
JOIN inventory_product p ON p.id = s.product_id
JOIN inventory_warehouse w ON w.id = s.warehouse_id
LEFT JOIN (
    SELECT stock_id, sum(pieces) AS pieces, sum(quarantined) AS quarantined FROM inventory_holding GROUP BY stock_id
) h ON h.stock_id = s.id
CROSS JOIN LATERAL (VALUES
    ('on_hand', s.on_hand, coalesce(h.pieces, 0)), ('quarantined', s.quarantined, coalesce(h.quarantined, 0))
) AS c(total, stored, summed)
WHERE c.stored <> c.summed ORDER BY s.id
"""

STOCK_LOTS = """
SELECT 'bin ' || h.bin || ' ' || coalesce(l.code, ''), p.sku || ' @ ' || w.code, h.pieces, coalesce(m.pieces, 0)
FROM inventory_holding h
JOIN inventory_stock s ON s.id = h.stock_id
JOIN inventory_product p ON p.id = s.product_id
JOIN inventory_warehouse w ON w.id = s.warehouse_id
LEFT JOIN inventory_lot l ON l.id = h.lot_id
LEFT JOIN (
    SELECT stock_id, bin, lot_id, sum(on_hand) AS pieces FROM inventory_movement GROUP BY stock_id, bin, lot_id
) m ON m.stock_id = h.stock_id AND m.bin = h.bin AND m.lot_id IS NOT DISTINCT FROM h.lot_id
WHERE h.lot_id IS NOT NULL AND h.pieces <> coalesce(m.pieces, 0) ORDER BY h.id
"""

STOCK_CLAIMS = """
SELECT 'stock.reserved by orders', coalesce(p.sku || ' @ ' || w.code, 'no stock row'), coalesce(s.reserved, 0),
       coalesce(l.reserved, 0)
FROM inventory_stock s
JOIN inventory_product p ON p.id = s.product_id
JOIN inventory_warehouse w ON w.id = s.warehouse_id
FULL JOIN (
    SELECT stock_id, sum(reserved) AS reserved FROM orders_orderline WHERE reserved > 0 GROUP BY stock_id
) l ON l.stock_id = s.id
WHERE coalesce(s.reserved, 0) <> coalesce(l.reserved, 0) ORDER BY s.id
"""

# Pieces counted back from the road left the house once, though their line no longer counts them as shipped.
STOCK_SHIPPED = """
SELECT 'stock.shipped for order', o.number, coalesce(m.shipped, 0), coalesce(l.shipped, 0) + coalesce(x.pieces, 0)
FROM orders_order o
LEFT JOIN (SELECT order_id, sum(shipped) AS shipped FROM orders_orderline GROUP BY order_id) l ON l.order_id = o.id
LEFT JOIN (
    SELECT s.order_id, sum(xl.pieces) AS pieces
    FROM fulfillment_exceptionline xl
    JOIN fulfillment_deliveryexception e ON e.id = xl.exception_id AND e.status = 'settled'
    JOIN fulfillment_shipment s ON s.id = e.shipment_id GROUP BY s.order_id
) x ON x.order_id = o.id
LEFT JOIN (
    SELECT cause, -sum(on_hand) AS shipped FROM inventory_movement WHERE kind = 'ship' GROUP BY cause
) m ON m.cause = o.number
WHERE NOT o.history AND coalesce(m.shipped, 0) <> coalesce(l.shipped, 0) + coalesce(x.pieces, 0) ORDER BY o.id
"""

ORDER_MONEY = """
SELECT 'order.' || c.amount, o.number, c.stored, c.summed
FROM orders_order o
LEFT JOIN (
    SELECT order_id, sum(net) AS net, sum(tax) AS tax FROM orders_orderline GROUP BY order_id
) l ON l.order_id = o.id
CROSS JOIN LATERAL (VALUES
    ('net', o.net, coalesce(l.net, 0) + o.shipping), ('tax', o.tax, coalesce(l.tax, 0) + o.shipping_tax),
    ('total', o.total, coalesce(l.net, 0) + coalesce(l.tax, 0) + o.shipping + o.shipping_tax)
) AS c(amount, stored, summed)
WHERE c.stored <> c.summed ORDER BY o.id
"""

ORDER_PAID = """
SELECT 'order.paid', o.number, o.paid, coalesce(p.paid, 0)
FROM orders_order o
LEFT JOIN (SELECT order_id, sum(amount) AS paid FROM orders_payment GROUP BY order_id) p ON p.order_id = o.id
WHERE o.paid <> coalesce(p.paid, 0) ORDER BY o.id
"""

# An order recorded as history never went through our own warehouse, so it may have counters without shipments.
LINE_COUNTERS = """
SELECT 'line.' || c.counter, o.number || ' line ' || l.position || ' ' || l.sku, c.stored, c.summed
FROM orders_orderline l
JOIN orders_order o ON o.id = l.order_id
LEFT JOIN (
    SELECT sl.order_line_id,
        coalesce(sum(sl.picked) FILTER (WHERE s.status NOT IN ('cancelled', 'returned', 'lost')), 0) AS picked,
        coalesce(sum(sl.packed) FILTER (WHERE s.status NOT IN ('cancelled', 'returned', 'lost')), 0) AS packed,
        coalesce(sum(sl.packed) FILTER (WHERE s.status IN ('shipped', 'out', 'delivered', 'failed')), 0) AS shipped,
        coalesce(sum(sl.packed) FILTER (WHERE s.status = 'delivered'), 0) AS delivered
    FROM fulfillment_shipmentline sl JOIN fulfillment_shipment s ON s.id = sl.shipment_id
    GROUP BY sl.order_line_id
) m ON m.order_line_id = l.id
LEFT JOIN (
    SELECT order_line_id, sum(received) AS returned FROM aftersales_returnline GROUP BY order_line_id
) r ON r.order_line_id = l.id
CROSS JOIN LATERAL (VALUES
    ('picked', l.picked, coalesce(m.picked, 0), m.order_line_id),
    ('packed', l.packed, coalesce(m.packed, 0), m.order_line_id),
    ('shipped', l.shipped, coalesce(m.shipped, 0), m.order_line_id),
    ('delivered', l.delivered, coalesce(m.delivered, 0), m.order_line_id),
    ('returned', l.returned, coalesce(r.returned, 0), r.order_line_id)
) AS c(counter, stored, summed, explained)
WHERE c.stored <> c.summed AND NOT (o.history AND c.explained IS NULL) ORDER BY l.id
"""

RETURN_MONEY = """
SELECT 'return.refunded', r.number, r.refunded, coalesce(p.refunded, 0)
FROM aftersales_return r
LEFT JOIN (
    SELECT order_id, reference, -sum(amount) AS refunded FROM orders_payment WHERE amount < 0
    GROUP BY order_id, reference
) p ON p.order_id = r.order_id AND p.reference = r.number
WHERE r.refunded <> coalesce(p.refunded, 0) ORDER BY r.id
"""

RETURN_STOCK = """
SELECT 'return.restocked', r.number, coalesce(m.restocked, 0), coalesce(l.sound, 0)
FROM aftersales_return r
LEFT JOIN (SELECT rma_id, sum(sound) AS sound FROM aftersales_returnline GROUP BY rma_id) l ON l.rma_id = r.id
LEFT JOIN (
    SELECT cause, sum(on_hand) AS restocked FROM inventory_movement WHERE kind = 'return' GROUP BY cause
) m ON m.cause = r.number
WHERE coalesce(m.restocked, 0) <> coalesce(l.sound, 0) ORDER BY r.id
"""

EXCEPTION_STOCK = """
SELECT 'exception.' || c.total, e.number, coalesce(c.moved, 0), coalesce(c.counted, 0)
FROM fulfillment_deliveryexception e
LEFT JOIN (
    SELECT exception_id, sum(sound) AS sound, sum(damaged) AS damaged FROM fulfillment_exceptionline
    GROUP BY exception_id
) l ON l.exception_id = e.id
LEFT JOIN (
    SELECT cause, sum(on_hand) AS sound, sum(quarantined) AS damaged FROM inventory_movement WHERE kind = 'return'
    GROUP BY cause
) m ON m.cause = e.number
CROSS JOIN LATERAL (VALUES ('sound', m.sound, l.sound), ('damaged', m.damaged, l.damaged)) AS c(total, moved, counted)
WHERE coalesce(c.moved, 0) <> coalesce(c.counted, 0) ORDER BY e.id
"""

SHIPMENT_ENDS = """
SELECT 'shipment.status', s.number, s.status, coalesce(e.status, 'no exception')
FROM fulfillment_shipment s
LEFT JOIN fulfillment_deliveryexception e ON e.shipment_id = s.id AND e.status = 'settled'
WHERE (s.status IN ('returned', 'lost')) <> (e.id IS NOT NULL) ORDER BY s.id
"""

PROMISES = """
SELECT 'order.' || c.day, o.number, coalesce(c.stored::text, 'nothing'), coalesce(c.last::text, 'nothing')
FROM orders_order o
LEFT JOIN (
    SELECT DISTINCT ON (order_id) order_id, ship_by, deliver_by FROM orders_promise ORDER BY order_id, id DESC
) p ON p.order_id = o.id
CROSS JOIN LATERAL (VALUES
    ('ship_by', o.ship_by, p.ship_by), ('promised_date', o.promised_date, p.deliver_by)
) AS c(day, stored, last)
WHERE c.stored IS DISTINCT FROM c.last ORDER BY o.id
"""

ALERTS = """
SELECT 'stock alerts open', p.sku || ' @ ' || w.code, count(*), 1
FROM inventory_stockalert a
JOIN inventory_stock s ON s.id = a.stock_id
JOIN inventory_product p ON p.id = s.product_id
JOIN inventory_warehouse w ON w.id = s.warehouse_id
WHERE a.over_at IS NULL GROUP BY s.id, p.sku, w.code HAVING count(*) > 1 ORDER BY s.id
"""

STUCK_DELIVERIES = f"""
SELECT 'delivery due', d.reaction || ' of event ' || d.event_id, d.state || ' since ' || d.next_at, 'done'
FROM oms_delivery d WHERE d.state = 'pending' AND d.next_at < now() - interval '{STUCK}' ORDER BY d.id
"""

STUCK_MESSAGES = f"""
SELECT 'message due', m.template || ' to ' || m."to" || ' (' || m.id || ')', m.state || ' since ' || m.next_at, 'sent'
FROM oms_message m
WHERE m.state IN ('queued', 'sending') AND m.next_at < now() - interval '{STUCK}' ORDER BY m.id
"""


class StageCheck:
    """The stage of every order against the one pure function that makes it."""

    name = "stages"
    meaning = "order stage = stage of its status, holds and line counters"
    counters = ("reserved", "picked", "packed", "shipped", "delivered", "returned")

    def differences(self) -> Iterator[Difference]:
        for number, status, stage, held, wanted, *sums in self._orders().iterator(chunk_size=CHUNK):
            computed = stage_of(status, held, Units(wanted, *sums))
            if stage != computed:
                yield Difference("order.stage", number, stage, computed)

    def _orders(self) -> QuerySet:
        def total(expression):
            return Coalesce(Sum(expression), Value(0))

        to_make = F("lines__ordered") - F("lines__cancelled") - F("lines__shipped") - F("lines__reserved")
        open_holds = Hold.objects.filter(order=OuterRef("pk"), released_at=None)
        return (
            Order.objects.order_by("pk")
            .annotate(
                held=Exists(open_holds),
                wanted=total("lines__ordered") - total("lines__cancelled"),
                **{f"sum_{name}": total(f"lines__{name}") for name in self.counters},
                sum_to_make=Coalesce(Sum(to_make, filter=Q(lines__made_to_order=True)), Value(0)),
            )
            .values_list(
                "number", "status", "stage", "held", "wanted", *(f"sum_{name}" for name in self.counters), "sum_to_make"
            )
        )


CHECKS: list[Check | StageCheck] = [
    Check("stock_ledger", "stock on hand, reserved and quarantined = sum of its movements", STOCK_LEDGER),
    Check("stock_places", "stock on hand and quarantined = sum of what lies in its bins", STOCK_PLACES),
    Check("stock_lots", "pieces of a lot in a bin = sum of their movements", STOCK_LOTS),
    Check("stock_claims", "stock reserved = sum of what order lines reserve", STOCK_CLAIMS),
    Check("stock_shipped", "stock shipped for an order = pieces its lines count as shipped", STOCK_SHIPPED),
    Check("order_money", "order net, tax and total = sum of its lines and shipping", ORDER_MONEY),
    Check("promotions", "uses of a promotion with a limit = orders that have it", papers.PROMOTIONS),
    Check("order_paid", "order paid = sum of its payments", ORDER_PAID),
    Check("line_counters", "line counters = sums of its shipments and returns", LINE_COUNTERS),
    Check("invoices", "invoices = sum of their lines, and their numbers have no gap", papers.INVOICES),
    Check("parcel_contents", "pieces packed = pieces in the shipment's parcels", papers.PARCEL_CONTENTS),
    Check("return_money", "return refunded = sum of its refunds", RETURN_MONEY),
    Check("return_stock", "stock restocked by a return = its sound pieces", RETURN_STOCK),
    Check("exception_stock", "stock that a delivery exception brought back = its counted pieces", EXCEPTION_STOCK),
    Check("shipment_ends", "a shipment came back or was lost = its exception is settled", SHIPMENT_ENDS),
    Check("tax_classes", "tax rate of a product = that of its class", papers.TAX_CLASSES),
    Check("promises", "dates on the order = its last promise", PROMISES),
    Check("purchase_received", "purchase lines received = sum of their receipts", papers.PURCHASE_RECEIVED),
    Check("receipt_stock", "pieces of a goods receipt = stock received with its number", papers.RECEIPT_STOCK),
    Check("transfers", "pieces sent and received by a transfer = sums of its movements", papers.TRANSFERS),
    Check("counts", "differences of an approved count = its movements, none before", papers.COUNTS),
    Check("frozen", "stock stands still = an open count asks for it", papers.FROZEN),
    Check(
        "route_plans",
        "distance, time, cost and late stops of a plan = sums of its routes and stops",
        papers.ROUTE_PLANS,
    ),
    Check("alerts", "one open alert for a stock row at most", ALERTS),
    Check("consignments", "cash due of delivered consignments = cash taken at the door", papers.CONSIGNMENTS),
    Check("stuck_deliveries", f"no delivery is due for more than {STUCK}", STUCK_DELIVERIES),
    Check("stuck_messages", f"no message is due for more than {STUCK}", STUCK_MESSAGES),
    StageCheck(),
]


def differences() -> Iterator[Difference]:
    """All differences, check by check, as one moment saw the books: what others write meanwhile is not mixed in."""
    with _one_moment():
        for check in CHECKS:
            yield from check.differences()


@contextmanager
def _one_moment() -> Iterator[None]:
    inside = connection.in_atomic_block
    with transaction.atomic():
        if not inside:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
