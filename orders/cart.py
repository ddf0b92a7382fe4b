"""A stranger's cart: kept in her session, bounded, and composed by the rules by which orders are placed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext as _

from customers.models import Customer
from inventory.models import Product
from oms.context import current
from orders.composing import Composed, compose
from orders.models import OrderLine, ShopSettings
from orders.reasons import sentence
from orders.services.shop import Stranger, Wish, wished
from orders.shelf import Asked, Shelf
from orders.showcase import for_sale, pieces_left

KEY = "cart"
MAX_LINES, MAX_PIECES, MAX_STATED = 40, 999, 60


@dataclass
class Entry:
    """A line of the cart; `stated` answers what the product asks for."""

    product_id: int
    quantity: int
    stated: dict[str, str] = field(default_factory=dict)


@dataclass
class Row:
    """A line of the cart with its product, its money and what is to be said about stock; `enough` lets it be placed."""

    entry: Entry
    product: Product
    net: Decimal
    total: Decimal
    sentence: str = ""
    enough: bool = True


@dataclass
class Basket:
    """The cart as it would be placed now; `gone` names what is no longer sold and was left out."""

    rows: list[Row]
    gone: list[str]
    composed: Composed | None = None

    @property
    def problems(self) -> list[str]:
        """Why it cannot be placed as it is."""
        return [row.sentence for row in self.rows if not row.enough]

    @property
    def saved(self) -> list[str]:
        """The promotions that she gets, in words."""
        rows = self.composed.promotions if self.composed else []
        return [sentence(row.reason) for row in rows if row.applied]

    @property
    def refused(self) -> list[str]:
        """Why the code that she typed saves nothing."""
        rows = self.composed.promotions if self.composed else []
        return [sentence(row.reason) for row in rows if row.code and not row.applied]

    @property
    def goods(self) -> Decimal:
        """The lines' money with tax."""
        return sum((row.total for row in self.rows), Decimal(0))

    @property
    def shipping(self) -> Decimal:
        """The fee for shipping with tax."""
        return self.composed.order.shipping + self.composed.order.shipping_tax

    @property
    def asked(self) -> list[Asked]:
        return [asked(row.entry) for row in self.rows]


def asked(entry: Entry) -> Asked:
    """A line as the services want it."""
    return Asked(entry.product_id, entry.quantity, stated=entry.stated)


def entries(session: SessionBase) -> list[Entry]:
    """What lies in the cart."""
    return [Entry(**kept) for kept in session.get(KEY, ())]


def keep(session: SessionBase, found: list[Entry]) -> None:
    """Remember the cart; an empty one leaves nothing behind."""
    kept = [vars(entry) for entry in found if entry.quantity > 0]
    if kept:
        session[KEY] = kept
    else:
        session.pop(KEY, None)


def pieces(session: SessionBase) -> int:
    """How many pieces lie in the cart."""
    return sum(entry.quantity for entry in entries(session))


def put(session: SessionBase, product: Product, quantity: int, stated: dict[str, str]) -> str:
    """Put pieces into the cart; the sentence says why not, when there is no room."""
    found = entries(session)
    same = next((e for e in found if e.product_id == product.pk and e.stated == stated), None)
    if same is None and len(found) >= MAX_LINES:
        return _("The cart is full: %(limit)s lines at most.") % {"limit": MAX_LINES}
    if same is None:
        same = Entry(product.pk, 0, stated)
        found.append(same)
    same.quantity = min(MAX_PIECES, same.quantity + quantity)
    keep(session, found)
    return ""


def change(session: SessionBase, typed: Mapping[str, str]) -> None:
    """Take over the quantities that were typed (`quantity_0` …) and a line's removal; what is no number is ignored."""
    found = entries(session)
    for index, entry in enumerate(found):
        text = typed.get(f"quantity_{index}", "").strip()
        if text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_PIECES)):
            entry.quantity = int(text)
        if typed.get("remove") == str(index):
            entry.quantity = 0
    keep(session, found)


def basket_of(
    session: SessionBase, wish: Wish | None = None, who: Stranger | None = None, customer: Customer | None = None
) -> Basket:
    """The cart composed against the shelf; what is no longer sold leaves it.

    A customer on file is named only after somebody tried to order as her: her own uses of a promotion count then.
    """
    found = entries(session)
    products = for_sale().in_bulk([entry.product_id for entry in found])
    lost = [entry.product_id for entry in found if entry.product_id not in products]
    gone = list(Product.objects.filter(pk__in=lost).values_list("name", flat=True)) if lost else []
    found = [entry for entry in found if entry.product_id in products]
    if lost:
        keep(session, found)
    if not found:
        return Basket([], gone)
    wish = replace(wish or Wish([]), lines=[asked(entry) for entry in found])
    request = wished(wish, who or Stranger(), customer)
    shelf = Shelf.read([entry.product_id for entry in found], [request.customer])
    composed = compose(request, shelf)
    rows = []
    for entry, made in zip(found, composed.by_asked, strict=True):
        net, tax = sum(line.net for line in made), sum(line.tax for line in made)
        row = Row(entry, products[entry.product_id], net, net + tax)
        row.sentence, row.enough = _said(row, made, pieces_left(shelf, entry.product_id, but=composed.order.warehouse))
        rows.append(row)
    return Basket(rows, gone, composed)


def _said(row: Row, made: list[OrderLine], elsewhere: int | None) -> tuple[str, bool]:
    """What is to be said about a line's stock, and whether it can be placed."""
    wanted = row.entry.quantity
    short = any(line.short > line.to_make for line in made)
    if not short:
        return "", True
    name = row.product.name
    here = min((line.reserved * wanted // line.ordered for line in made if not line.to_make), default=wanted)
    if current(ShopSettings).backorders:
        facts = {"left": here, "name": name, "wanted": wanted}
        return _("%(name)s: %(left)s of %(wanted)s are in stock; your order waits for the rest.") % facts, True
    if elsewhere is not None and elsewhere >= wanted:
        return _("%(name)s lies in another warehouse than the rest; please order it separately.") % {
            "name": name
        }, False
    if not here:
        return _("%(name)s is sold out.") % {"name": name}, False
    return _("Only %(left)s of %(name)s are left.") % {"left": here, "name": name}, False
