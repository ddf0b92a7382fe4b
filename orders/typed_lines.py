"""Lines as they are typed into a grid: what was meant, and what is wrong with it."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.http import QueryDict
from django.utils.translation import gettext as _

from inventory.models import Product
from orders.models import Order
from orders.services.placing import MAX_QUANTITY


@dataclass
class TypedLine:
    """A row of the grid as typed, what it means, and what is wrong with it; `row` is its place in the grid."""

    sku: str = ""
    quantity: str = "1"
    price: str = ""
    row: int = 0
    product: Product | None = None
    count: int = 0
    unit_price: Decimal | None = None
    error: str = ""
    discount: str = ""
    percent: Decimal = Decimal(0)

    @property
    def blank(self) -> bool:
        return not (self.sku or self.price)


def read_lines(post: QueryDict, *, may_price: bool, ceiling: Decimal = Decimal(0)) -> list[TypedLine]:
    """The rows that were filled in, in one query.

    A price is only heard from those who may give one, a discount up to `ceiling` percent.
    """
    columns = [post.getlist(name) for name in ("sku", "quantity", "price", "discount")]
    height = max(map(len, columns), default=0)
    cells = [([_plain(text) for text in column] + [""] * height)[:height] for column in columns]
    typed = [TypedLine(*texts[:3], row=row, discount=texts[3]) for row, texts in enumerate(zip(*cells, strict=True))]
    typed = [line for line in typed if not line.blank]
    products = _products({line.sku for line in typed})
    for line in typed:
        line.product = products.get(line.sku.casefold())
        line.error = _problem(line, may_price) or _read_discount(line, ceiling)
    return typed


def _plain(text: str) -> str:
    return text.replace("\0", "").strip()


def read_change(
    post: QueryDict, order: Order, *, may_price: bool
) -> tuple[dict[int, int], dict[int, Decimal], list[str]]:
    """What was typed into the existing lines: quantities, prices, and what is wrong with them."""
    quantities, prices, problems = {}, {}, []
    for line in order.lines.all():
        count, price = post.get(f"quantity_{line.pk}", "").strip(), post.get(f"price_{line.pk}", "").strip()
        if count and not (count.isdecimal() and int(count[:10]) <= MAX_QUANTITY):
            problems.append(f"{line.sku}: " + _("%(count)s is not a quantity.") % {"count": count})
        elif count:
            quantities[line.pk] = int(count)
        if price and may_price:
            typed = TypedLine(price=price)
            problem = _read_price(typed)
            if problem:
                problems.append(f"{line.sku}: {problem}")
            else:
                prices[line.pk] = typed.unit_price
    return quantities, prices, problems


def _products(texts: set[str]) -> dict[str, Product]:
    """Products by SKU or bar code, as typed, without regard to case."""
    wanted = [text for text in texts if text] + [text.upper() for text in texts if text]
    found = list(Product.objects.filter(sku__in=wanted)) + list(Product.objects.filter(barcode__in=wanted))
    return {key.casefold(): product for product in reversed(found) for key in (product.barcode, product.sku) if key}


def _problem(line: TypedLine, may_price: bool) -> str:
    if line.product is None:
        return _("There is no product %(sku)s.") % {"sku": line.sku}
    if not line.product.active:
        return _no_longer(line)
    if not line.quantity.isdecimal() or not 1 <= int(line.quantity) <= MAX_QUANTITY:
        return _("The quantity must be a whole number between 1 and %(limit)s.") % {"limit": f"{MAX_QUANTITY:,}"}
    line.count = int(line.quantity)
    if not line.price:
        return ""
    if not may_price:
        return _("You may not change prices.")
    return _read_price(line)


def _no_longer(line: TypedLine) -> str:
    successor = line.product.successor
    if successor:
        return _("%(sku)s is no longer sold; its successor is %(successor)s.") % {
            "sku": line.sku,
            "successor": successor,
        }
    return _("%(sku)s is no longer sold.") % {"sku": line.sku}


def _read_price(line: TypedLine) -> str:
    try:
        line.unit_price = Decimal(line.price)
    except InvalidOperation:
        return _("%(price)s is not a price.") % {"price": line.price}
    if not line.unit_price.is_finite() or line.unit_price < 0 or line.unit_price.as_tuple().exponent < -4:
        return _("%(price)s is not a price.") % {"price": line.price}
    return ""


def _read_discount(line: TypedLine, ceiling: Decimal) -> str:
    if not line.discount:
        return ""
    try:
        percent = Decimal(line.discount.removesuffix("%").strip())
    except InvalidOperation:
        percent = Decimal("NaN")
    if not percent.is_finite() or not 0 <= percent <= 100 or percent.as_tuple().exponent < -2:
        return _("%(discount)s is not a discount in percent.") % {"discount": line.discount}
    if percent > ceiling:
        return _("%(percent)s %% is more than you may give: at most %(ceiling)s %%.") % {
            "percent": f"{percent.normalize():f}",
            "ceiling": f"{ceiling.normalize():f}",
        }
    line.percent = percent
    return ""
