"""Issuing invoices and credit notes; what is issued is never edited."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.money import rounded
from oms.numbering import gapless
from orders.events import OrderEvent
from orders.models import Invoice, Order, OrderLine

KEPT = ("sku", "name", "spec", "unit", "unit_price", "tax_rate")


@transaction.atomic
def issue_invoice(order: Order, *, by) -> Invoice:
    """Invoice what is wanted of an order; an order has one invoice that is not credited in full."""
    order = lock(order)
    if order.status in (Order.Status.DRAFT, Order.Status.CANCELLED) or order.history:
        raise DomainError(
            _("%(number)s is not invoiced, it is %(stage)s.")
            % {"number": order.number, "stage": order.get_stage_display()}
        )
    for invoice in order.invoices.filter(kind=Invoice.Kind.INVOICE):
        if uncredited(invoice):
            raise DomainError(
                _("%(number)s is invoiced already by %(invoice)s.") % {"number": order.number, "invoice": invoice}
            )
    lines = [_line(line) for line in order.lines.all() if line.left]
    if not lines:
        raise DomainError(_("Nothing is left of %(number)s.") % {"number": order.number})
    if order.shipping:
        lines.append(_shipping(order))
    return _issue(order, Invoice.Kind.INVOICE, lines, by=by)


def _line(line: OrderLine) -> dict:
    kept = {name: str(getattr(line, name)) for name in KEPT}
    told = {"line": line.pk, "quantity": line.left, "tax_included": line.tax_included}
    return kept | told | {name: str(getattr(line, name)) for name in ("discount", "net", "tax")}


def _shipping(order: Order) -> dict:
    """The fee for shipping as a line without a SKU; no order line has the number 0."""
    rate = rounded(order.shipping_tax * 100 / order.shipping, order.currency)
    kept = {"sku": "", "spec": "", "unit": "", "unit_price": str(order.shipping), "tax_rate": f"{rate:f}"}
    with override(order.language):
        name = _("Shipping")
    money = {"discount": "0.00", "net": str(order.shipping), "tax": str(order.shipping_tax)}
    return kept | {"name": name, "line": 0, "quantity": 1, "tax_included": False} | money


@transaction.atomic
def credit_invoice(invoice: Invoice, *, by, reason: str, pieces: Mapping[int, int] | None = None) -> Invoice:
    """Take an invoice back, in whole or some pieces of it, {order line: count}; never more than was invoiced."""
    order = lock(invoice.order)
    if invoice.kind != Invoice.Kind.INVOICE:
        raise DomainError(_("%(number)s is a credit note itself.") % {"number": invoice})
    if not reason.strip():
        raise DomainError(_("Say why it is credited."))
    credited = _credited(invoice)
    lines = []
    for line in invoice.lines:
        left = line["quantity"] - credited.get(line["line"], 0)
        count = left if pieces is None else pieces.get(line["line"], 0)
        if not 0 <= count <= left:
            raise DomainError(_("%(sku)s: %(left)s pieces can still be credited.") % {"sku": line["sku"], "left": left})
        if count:
            lines.append(_credit_line(line, count, credited.get(line["line"], 0), order.currency))
    if not lines:
        raise DomainError(_("Nothing of %(number)s is left to be credited.") % {"number": invoice})
    return _issue(order, Invoice.Kind.CREDIT, lines, by=by, credits=invoice, reason=reason[:300])


def _credit_line(line: dict, count: int, before: int, currency: str) -> dict:
    """A line with `count` of its pieces, negative; the parts of a line that is credited piecewise add up to it."""

    def share(name: str) -> Decimal:
        whole = Decimal(line.get(name, 0))
        upto, already = (rounded(whole * n / line["quantity"], currency) for n in (before + count, before))
        return already - upto

    return line | {
        "quantity": -count,
        "discount": str(share("discount")),
        "net": str(share("net")),
        "tax": str(share("tax")),
    }


def _credited(invoice: Invoice) -> dict[int, int]:
    """Pieces that are credited already, by order line."""
    found: dict[int, int] = {}
    for note in invoice.credit_notes.all():
        for line in note.lines:
            found[line["line"]] = found.get(line["line"], 0) - line["quantity"]
    return found


def uncredited(invoice: Invoice) -> Decimal:
    """What is left of an invoice after its credit notes."""
    return invoice.total + (invoice.credit_notes.aggregate(sum=Sum("total"))["sum"] or Decimal(0))


def _issue(order: Order, kind: Invoice.Kind, lines: list[dict], *, by, **fields) -> Invoice:
    net, tax = (sum((Decimal(line[name]) for line in lines), Decimal(0)) for name in ("net", "tax"))
    event = OrderEvent.INVOICED if kind == Invoice.Kind.INVOICE else OrderEvent.CREDITED
    prefix = "INV" if kind == Invoice.Kind.INVOICE else "CN"
    series = f"{prefix}-{timezone.localdate().year}"
    invoice = Invoice.objects.create(
        number=f"{series}-{gapless(series):06}",
        kind=kind,
        order=order,
        bill_to=[order.customer.name, *[line for line in order.address_lines if line != order.customer.name]],
        lines=lines,
        currency=order.currency,
        net=net,
        tax=tax,
        total=net + tax,
        by=by,
        **fields,
    )
    record(order, event, by=by, number=invoice.number, total=str(invoice.total), currency=order.currency)
    return invoice
