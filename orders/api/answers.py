"""An order as other systems see it."""

from orders.models import Order
from orders.reasons import sentence


def as_out(order: Order) -> dict:
    """An order as the API shows it."""
    return {
        **{
            name: getattr(order, name)
            for name in (
                "number",
                "reference",
                "channel",
                "status",
                "stage",
                "ship_by",
                "promised_date",
                "public_url",
                "version",
                "placed_at",
                "updated_at",
            )
        },
        "holds": [
            {"kind": hold.kind, "reasons": [sentence(reason) for reason in hold.reasons]}
            for hold in order.holds.all()
            if hold.released_at is None
        ],
        "promotions": [
            {
                "name": row.promotion.name if row.promotion else "",
                "code": row.code,
                "applied": row.applied,
                "amount": row.amount,
                "reason": sentence(row.reason),
            }
            for row in order.promotions.all()
        ],
        "lines": [
            {
                "quantity": line.ordered,
                **{
                    name: getattr(line, name)
                    for name in (
                        "sku",
                        "name",
                        "unit_price",
                        "tax_included",
                        "discount",
                        "net",
                        "tax",
                        "cancelled",
                        "reserved",
                        "shipped",
                        "delivered",
                        "returned",
                    )
                },
            }
            for line in order.lines.all()
        ],
        "totals": {name: getattr(order, name) for name in ("currency", "shipping", "net", "tax", "total", "paid")},
    }
