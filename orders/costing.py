"""The lines of an order with their money: price, kit, discount, shipping; unsaved."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils import timezone

from inventory.queries import Item
from oms.money import rounded, split
from orders import pricing
from orders.models import Order, OrderLine, OrderPromotion
from orders.promotions import Article, Outcome
from orders.shelf import Asked, Request, Shelf

FIXED = ("price_by_hand", "price_from_file", "price_from_channel", "free_reship", "discount_by_hand")


def lines_of(asked: Asked, request: Request, shelf: Shelf, quantity: int) -> list[OrderLine]:
    """The line of an article, or those of a kit's parts, which share out its price.

    `quantity` is how many the whole order asks for: breaks of a price list count all its lines of the product.
    """
    product, currency = shelf.items[asked.product_id], shelf.company.currency
    price = _price(product, asked, request, shelf, quantity)
    parts = shelf.kits.get(product.product_id)
    if not parts:
        line = _line(product, asked.quantity, price, rounded(price.unit * asked.quantity, currency), currency)
        line.stated = asked.stated
        return [line]
    items = [shelf.items[pk] for pk in parts]
    whole = rounded(price.unit * asked.quantity, currency)
    snapshot = {"sku": product.sku, "name": product.name, "quantity": asked.quantity, "price": str(price.unit)}
    lines = []
    for item, share in zip(items, split(whole, pricing.kit_weights(items, parts), currency), strict=True):
        count = parts[item.product_id] * asked.quantity
        unit = (share / count).quantize(pricing.PLACES)
        part = replace(price, unit=unit, list_price=item.price, reasons=[*price.reasons, _in_kit(product)])
        line = _line(item, count, part, share, currency)
        line.kit, line.stated = snapshot, asked.stated
        lines.append(line)
    return lines


def _in_kit(product: Item) -> dict:
    return {"code": "in_kit", "kit": product.name, "price": f"{product.price.normalize():f}"}


def _price(product: Item, asked: Asked, request: Request, shelf: Shelf, quantity: int) -> pricing.Price:
    tier = request.customer.tier
    return pricing.unit_price(
        product.price,
        by_hand=asked.unit_price,
        source=request.price_source,
        tier=tier.name if tier else "",
        discount=tier.discount if tier else Decimal(0),
        listed=shelf.book.listed_price(product.product_id, tier and tier.pk, quantity, product.tax_rate),
        tax_included=shelf.policy.prices_include_tax,
    )


def _line(product: Item, quantity: int, price: pricing.Price, amount: Decimal, currency: str) -> OrderLine:
    amounts = pricing.amounts_of(amount, product.tax_rate, currency, price.tax_included)
    return OrderLine(
        product_id=product.product_id,
        sku=product.sku,
        name=product.name,
        spec=product.spec,
        unit=product.unit,
        made_to_order=product.made_to_order,
        list_price=price.list_price,
        unit_price=price.unit,
        price_reasons=price.reasons,
        tax_rate=product.tax_rate,
        tax_included=price.tax_included,
        discount=Decimal("0.00"),
        net=amounts.net,
        tax=amounts.tax,
        ordered=quantity,
    )


def charge(
    order: Order,
    by_asked: Sequence[Sequence[OrderLine]],
    shelf: Shelf,
    *,
    code: str,
    fee: Decimal,
    now=None,
) -> list[OrderPromotion]:
    """Take the promotions off the lines, add shipping, sum up; what came of each promotion, unsaved."""
    book, found = shelf.book, []
    if book.offers or code:
        found = book.promote(
            [_article(lines, shelf) for lines in by_asked],
            order.customer,
            code=code,
            now=now or timezone.now(),
            currency=order.currency,
            shipping=fee,
        )
        _take_off(by_asked, found, order.currency)
    free = any(x.applied and x.offer.kind == "shipping" for x in found)
    _charge_shipping(order, shelf, Decimal(0) if free else fee)
    order.add_up(line for lines in by_asked for line in lines)
    return [_row(order, outcome) for outcome in found]


def shipping_fee(request: Request, by_asked: Sequence[Sequence[OrderLine]], shelf: Shelf) -> Decimal:
    """What delivery costs by the house rules, or what was agreed; orders from files come with their own prices."""
    if request.shipping is not None:
        return request.shipping
    if request.channel == Order.Channel.IMPORT or request.price_source == "free_reship":
        return Decimal(0)
    goods = sum((line.amount for lines in by_asked for line in lines), Decimal(0))
    limit = shelf.policy.free_shipping_from
    return Decimal(0) if limit is not None and goods >= limit else shelf.policy.shipping_fee


def _charge_shipping(order: Order, shelf: Shelf, fee: Decimal) -> None:
    policy = shelf.policy
    amounts = pricing.amounts_of(
        rounded(fee, order.currency), policy.shipping_tax_rate, order.currency, policy.prices_include_tax
    )
    order.shipping, order.shipping_tax = amounts.net, amounts.tax


def _article(lines: Sequence[OrderLine], shelf: Shelf) -> Article:
    """What was asked for once, a kit as one."""
    first = lines[0]
    product = first.product_id
    if first.kit:
        product = next((pk for pk, item in shelf.items.items() if item.sku == first.kit["sku"]), product)
    item = shelf.items[product]
    return Article(
        product=product,
        categories=shelf.book.categories.get(item.category_id, frozenset()),
        quantity=first.kit["quantity"] if first.kit else first.left,
        amount=sum((line.amount for line in lines), Decimal(0)),
        fixed=any(reason["code"] in FIXED for reason in first.price_reasons),
    )


def _take_off(by_asked: Sequence[Sequence[OrderLine]], found: Sequence[Outcome], currency: str) -> None:
    for outcome in found:
        for index, money in outcome.shares.items():
            lines = by_asked[index]
            for line, share in zip(lines, split(money, [line.amount for line in lines], currency), strict=True):
                told = {"code": "promotion", "promotion": outcome.offer.name, "amount": str(share)}
                line.price_reasons = [*line.price_reasons, told]
                discounted(line, line.discount + share, currency)


def discounted(line: OrderLine, discount: Decimal, currency: str) -> None:
    """Set a line's discount, and the net and tax that follow."""
    amount = line.amount
    line.discount = discount
    amounts = pricing.amounts_of(amount - discount, line.tax_rate, currency, line.tax_included)
    line.net, line.tax = amounts.net, amounts.tax


def _row(order: Order, outcome: Outcome) -> OrderPromotion:
    return OrderPromotion(
        order=order,
        promotion_id=outcome.offer.pk if outcome.offer else None,
        code=outcome.code[:40],
        applied=outcome.applied,
        amount=outcome.amount,
        reason=outcome.reason,
    )
