"""An order from the desk: placed with its line discounts and payment terms, and its draft is over."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from customers.services import add_address
from oms.context import current
from oms.errors import DomainError
from orders.composing import compose
from orders.models import Order, OrderDraft, OrderLine, OrderPolicy
from orders.pricing import HUNDRED, PLACES, before_tax
from orders.queries import discount_ceiling
from orders.services.placing import place_order, refuse_impossible
from orders.shelf import Request, Shelf

BOOK = ("line1", "line2", "city", "region", "postcode", "country")


@transaction.atomic
def enter_order(
    request: Request,
    *,
    by,
    percents: Sequence[Decimal] = (),
    terms: str = "",
    key: str = "",
    keep_address: bool = False,
) -> Order:
    """Place an order as typed; `percents` are the discounts of its lines, `key` the form's, whose draft ends here."""
    refuse_discounts(percents, by=by)
    usual = _usual(request) if any(percents) else []
    order = place_order(discounted(request, usual, percents), by=by)
    if usual:
        lines = list(order.lines.all())
        explain_discounts(_grouped(lines, usual), usual, percents)
        OrderLine.objects.bulk_update(lines, ["price_reasons"])
    if terms:
        Order.objects.filter(pk=order.pk).update(payment_terms=terms)
    if key:
        OrderDraft.objects.filter(by=by, key=key).delete()
    if keep_address:
        _keep_address(request, by=by)
    return order


def refuse_discounts(percents: Sequence[Decimal], *, by) -> None:
    """DomainError when a discount is beyond what this person's roles may give."""
    largest = max(percents, default=Decimal(0))
    if largest and largest > (ceiling := discount_ceiling(by)):
        raise DomainError(
            _("%(percent)s %% is more than you may give: at most %(ceiling)s %%.")
            % {"percent": f"{largest.normalize():f}", "ceiling": f"{ceiling.normalize():f}"}
        )


def usual_lines(request: Request, shelf: Shelf) -> list[list[OrderLine]]:
    """The lines as they would be without a discount, unsaved, as they were asked for; the shelf stays as it is."""
    return compose(request, replace(shelf, left=dict(shelf.left))).by_asked


def discounted(request: Request, usual: Sequence[list[OrderLine]], percents: Sequence[Decimal]) -> Request:
    """The request with the unit prices that the discounts leave of the usual ones."""
    if not usual:
        return request
    lines = [
        replace(asked, unit_price=_less(lines[0], percent)) if percent else asked
        for asked, lines, percent in zip(request.lines, usual, percents, strict=True)
    ]
    return replace(request, lines=lines)


def explain_discounts(by_asked, usual: Sequence[list[OrderLine]], percents: Sequence[Decimal]) -> None:
    """Write on the discounted lines what the price would have been and why, and the discount."""
    for lines, before, percent in zip(by_asked, usual, percents, strict=True):
        if not percent:
            continue
        reason = {"code": "discount_by_hand", "percent": f"{percent.normalize():f}"}
        for line, was in zip(lines, before, strict=True):
            reasons = [r for r in was.price_reasons if r["code"] != "in_kit"]
            line.price_reasons = [*reasons, reason, *was.price_reasons[len(reasons) :]]


def _usual(request: Request) -> list[list[OrderLine]]:
    shelf = Shelf.read([asked.product_id for asked in request.lines], [request.customer])
    refuse_impossible(request, shelf)
    return usual_lines(request, shelf)


def _less(line: OrderLine, percent: Decimal) -> Decimal:
    """The price less the discount, with or without tax as prices entered by hand are."""
    unit = Decimal(line.kit["price"]) if line.kit else line.unit_price
    if line.tax_included != (by_hand := current(OrderPolicy).prices_include_tax):
        unit = unit * (HUNDRED + line.tax_rate) / HUNDRED if by_hand else before_tax(unit, line.tax_rate, True)
    return (unit * (HUNDRED - percent) / HUNDRED).quantize(PLACES)


def _grouped(lines: Sequence[OrderLine], usual: Sequence[list[OrderLine]]) -> list[list[OrderLine]]:
    """The saved lines as they were asked for: in the same order, kits in as many parts."""
    rest = iter(lines)
    return [[next(rest) for _line in together] for together in usual]


def _keep_address(request: Request, *, by) -> None:
    """One more address in the customer's book, unless it is there already or has no street."""
    fields = {name: request.address.get(name, "") for name in BOOK}
    if fields["line1"] and not request.customer.addresses.filter(**fields).exists():
        name = request.address.get("ship_name") or request.customer.name
        add_address(request.customer, by=by, name=name, phone=request.phone, **fields)
