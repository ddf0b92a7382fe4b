"""Stock as somebody counted it."""

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Product, Stock, Warehouse
from inventory.services.ledger import MAX_PIECES, stock_at
from inventory.services.places import adjust
from oms.errors import DomainError
from oms.locking import lock


@transaction.atomic
def count_stock(product: Product, warehouse: Warehouse, counted: int, *, reason: str, by) -> Stock:
    """Correct what is on hand to what was counted, in pieces; nothing happens when the books are right."""
    if product.tracking != Product.Tracking.NONE:
        raise DomainError(
            _("%(sku)s is tracked by lot or serial number; correct it on its stock page.") % {"sku": product.sku}
        )
    if product.kind == Product.Kind.KIT:
        raise DomainError(_("%(sku)s is a kit; count its parts.") % {"sku": product.sku})
    if not 0 <= counted <= MAX_PIECES:
        raise DomainError(_("The count must be between 0 and %(limit)s.") % {"limit": f"{MAX_PIECES:,}"})
    stock = lock(stock_at(product, warehouse))
    change = counted - stock.on_hand
    return adjust(stock, change, reason=reason, by=by) if change else stock
