"""What the order desk prints."""

from collections import defaultdict
from decimal import Decimal

from oms.pdf import render_pdf
from orders.models import Invoice

NUMBERS = ("unit_price", "tax_rate", "discount", "net", "tax")


def invoice_pdf(invoice: Invoice) -> bytes:
    """An invoice or credit note in the customer's language; the same row always prints the same paper."""
    lines = [line | {name: Decimal(line.get(name, 0)) for name in NUMBERS} for line in invoice.lines]
    taxes: dict[Decimal, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in lines:
        taxes[line["tax_rate"]][0] += line["net"]
        taxes[line["tax_rate"]][1] += line["tax"]
    context = {"invoice": invoice, "order": invoice.order, "lines": lines, "taxes": sorted(taxes.items())}
    context["discounted"] = any(line["discount"] for line in lines)
    return render_pdf("documents/invoice.html", context, invoice.order.language)
