"""Statements of the audit about papers: receipts, transfers, counts, routes, invoices, parcels, consignments."""

PURCHASE_RECEIVED = """
SELECT 'purchase line.received', o.number || ' ' || p.sku, l.received, coalesce(r.received, 0)
FROM inventory_purchaseline l
JOIN inventory_purchaseorder o ON o.id = l.order_id
JOIN inventory_product p ON p.id = l.product_id
LEFT JOIN (
    SELECT purchase_line_id, sum(quantity) AS received FROM inventory_receiptline GROUP BY purchase_line_id
) r ON r.purchase_line_id = l.id
WHERE l.received <> coalesce(r.received, 0) ORDER BY l.id
"""

RECEIPT_STOCK = """
SELECT 'receipt.pieces in the ledger', r.number || ' ' || p.sku, coalesce(l.pieces, 0), coalesce(m.pieces, 0)
FROM (
    SELECT receipt_id, product_id, sum(quantity) AS pieces FROM inventory_receiptline GROUP BY receipt_id, product_id
) l
JOIN inventory_receipt r ON r.id = l.receipt_id
JOIN inventory_product p ON p.id = l.product_id
LEFT JOIN (
    SELECT m.cause, s.product_id, s.warehouse_id, sum(m.on_hand) AS pieces
    FROM inventory_movement m JOIN inventory_stock s ON s.id = m.stock_id
    WHERE m.kind = 'receive' GROUP BY m.cause, s.product_id, s.warehouse_id
) m ON m.cause = r.number AND m.product_id = l.product_id AND m.warehouse_id = r.warehouse_id
WHERE l.pieces <> coalesce(m.pieces, 0) ORDER BY r.id
"""

TAX_CLASSES = """
SELECT 'product.tax_rate', p.sku, p.tax_rate, c.rate
FROM inventory_product p JOIN inventory_taxclass c ON c.id = p.tax_class_id
WHERE p.tax_rate <> c.rate ORDER BY p.id
"""

TRANSFERS = """
SELECT 'transfer.' || c.counter, t.number || ' ' || p.sku, c.stored, c.summed
FROM inventory_transferline l
JOIN inventory_transfer t ON t.id = l.transfer_id
JOIN inventory_product p ON p.id = l.product_id
LEFT JOIN (
    SELECT m.cause, s.product_id,
        -coalesce(sum(m.on_hand) FILTER (WHERE m.kind = 'out'), 0) AS sent,
        coalesce(sum(m.on_hand) FILTER (WHERE m.kind = 'in'), 0) AS received
    FROM inventory_movement m JOIN inventory_stock s ON s.id = m.stock_id
    WHERE m.cause IN (SELECT number FROM inventory_transfer) AND m.kind IN ('out', 'in')
    GROUP BY m.cause, s.product_id
) m ON m.cause = t.number AND m.product_id = l.product_id
CROSS JOIN LATERAL (VALUES
    ('sent', l.sent, coalesce(m.sent, 0)), ('received', l.received, coalesce(m.received, 0))
) AS c(counter, stored, summed)
WHERE c.stored <> c.summed ORDER BY l.id
"""

COUNTS = """
SELECT 'count difference', c.number || ' ' || p.sku, w.wanted, coalesce(m.posted, 0)
FROM inventory_countline l
JOIN inventory_count c ON c.id = l.count_id
JOIN inventory_stock s ON s.id = l.stock_id
JOIN inventory_product p ON p.id = s.product_id
LEFT JOIN (
    SELECT cause, stock_id, sum(on_hand) AS posted FROM inventory_movement WHERE kind = 'count' GROUP BY cause, stock_id
) m ON m.cause = c.number AND m.stock_id = l.stock_id
CROSS JOIN LATERAL (VALUES (CASE c.status WHEN 'approved' THEN coalesce(l.variance, 0) ELSE 0 END)) AS w(wanted)
WHERE coalesce(m.posted, 0) <> w.wanted ORDER BY l.id
"""

FROZEN = """
SELECT 'stock.frozen', p.sku || ' @ ' || w.code, s.frozen, l.id IS NOT NULL
FROM inventory_stock s
JOIN inventory_product p ON p.id = s.product_id
JOIN inventory_warehouse w ON w.id = s.warehouse_id
LEFT JOIN (
    inventory_countline l JOIN inventory_count c
        ON c.id = l.count_id AND c.mode = 'freeze' AND c.status IN ('open', 'counted')
) ON l.stock_id = s.id AND l.open
WHERE s.frozen <> (l.id IS NOT NULL) ORDER BY s.id
"""

ROUTE_PLANS = """
SELECT 'route plan.' || c.total, w.name || ' ' || p.date, c.stored, c.summed
FROM fulfillment_routeplan p
JOIN inventory_warehouse w ON w.id = p.warehouse_id
LEFT JOIN (
    SELECT plan_id, sum(metres) AS metres, sum(seconds) AS seconds, sum(cost) AS cost
    FROM fulfillment_route GROUP BY plan_id
) r ON r.plan_id = p.id
LEFT JOIN (
    SELECT plan_id, count(*) FILTER (WHERE late > 0 AND route_id IS NOT NULL) AS late
    FROM fulfillment_routestop GROUP BY plan_id
) s ON s.plan_id = p.id
CROSS JOIN LATERAL (VALUES
    ('metres', p.metres, coalesce(r.metres, 0)), ('seconds', p.seconds, coalesce(r.seconds, 0)),
    ('cost', p.cost, coalesce(r.cost, 0)), ('late', p.late, coalesce(s.late, 0))
) AS c(total, stored, summed)
WHERE c.stored <> c.summed ORDER BY p.id
"""

INVOICES = """
SELECT 'invoice.' || c.amount, i.number, c.stored, c.summed
FROM orders_invoice i
CROSS JOIN LATERAL (
    SELECT sum((line->>'net')::numeric) AS net, sum((line->>'tax')::numeric) AS tax
    FROM jsonb_array_elements(i.lines) line
) l
CROSS JOIN LATERAL (VALUES ('net', i.net, l.net), ('tax', i.tax, l.tax)) AS c(amount, stored, summed)
WHERE c.stored <> c.summed
UNION ALL
SELECT 'invoice numbers', s.name, s.last, count(i.id)
FROM oms_numberseries s LEFT JOIN orders_invoice i ON i.number LIKE s.name || '-%'
WHERE s.name ~ '^(INV|CN)-' GROUP BY s.name, s.last HAVING s.last <> count(i.id)
"""

# A shipment recorded from elsewhere may have been packed without parcels; one that has some has all its pieces in them.
PARCEL_CONTENTS = """
SELECT 'shipment line.packed', s.number || ' ' || l.sku, sl.packed, coalesce(p.pieces, 0)
FROM fulfillment_shipmentline sl
JOIN fulfillment_shipment s ON s.id = sl.shipment_id
JOIN orders_orderline l ON l.id = sl.order_line_id
LEFT JOIN (
    SELECT shipment_line_id, sum(pieces) AS pieces FROM fulfillment_parcelline GROUP BY shipment_line_id
) p ON p.shipment_line_id = sl.id
WHERE sl.packed <> coalesce(p.pieces, 0)
  AND EXISTS (SELECT FROM fulfillment_parcel b WHERE b.shipment_id = s.id) ORDER BY sl.id
"""

CONSIGNMENTS = """
SELECT 'consignment.' || c.what, n.number, c.stored, c.summed
FROM fulfillment_consignment n
LEFT JOIN (
    SELECT consignment_id, sum(cash) AS cash, count(*) FILTER (WHERE outcome = 'delivered') AS handed
    FROM fulfillment_consignmentattempt GROUP BY consignment_id
) a ON a.consignment_id = n.id
CROSS JOIN LATERAL (VALUES
    ('cash', CASE WHEN n.status = 'delivered' THEN coalesce(n.cash_due, 0) ELSE 0 END, coalesce(a.cash, 0)),
    ('delivered', (n.status = 'delivered')::int, coalesce(a.handed, 0))
) AS c(what, stored, summed)
WHERE c.stored <> c.summed ORDER BY n.id
"""

PROMOTIONS = """
SELECT 'promotion.used', p.name, p.used, count(u.id)
FROM orders_promotion p
LEFT JOIN orders_orderpromotion u ON u.promotion_id = p.id AND u.applied
WHERE p.max_uses IS NOT NULL OR p.max_uses_each IS NOT NULL
GROUP BY p.id HAVING p.used <> count(u.id) ORDER BY p.id
"""
