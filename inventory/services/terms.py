"""The terms on which suppliers sell a product."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.events import ProductEvent
from inventory.models import Product, Supplier, SupplierItem
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock


@transaction.atomic
def add_terms(*, by, supplier: Supplier, product: Product, **terms: Any) -> SupplierItem:
    """A supplier sells the product on these terms; a preferred one takes the place of the one before."""
    product = lock(product)
    if SupplierItem.objects.filter(supplier=supplier, product=product).exists():
        raise DomainError(
            _("%(supplier)s already has terms for %(product)s.") % {"supplier": supplier, "product": product}
        )
    _step_back(product, terms)
    item = SupplierItem.objects.create(supplier=supplier, product=product, **terms)
    record(product, ProductEvent.TERMS, by=by, supplier=str(supplier), price=str(item.price))
    return item


@transaction.atomic
def change_terms(item: SupplierItem, *, by, **terms: Any) -> SupplierItem:
    """Other terms; orders that were sent keep theirs."""
    product = lock(item.product)
    item = lock(item)
    changed = {
        name: [str(getattr(item, name)), str(value)] for name, value in terms.items() if getattr(item, name) != value
    }
    if changed:
        _step_back(product, terms)
        for name, value in terms.items():
            setattr(item, name, value)
        item.save()
        record(product, ProductEvent.TERMS, by=by, supplier=str(item.supplier), changed=changed)
    return item


@transaction.atomic
def remove_terms(item: SupplierItem, *, by) -> None:
    """The supplier does not sell it any more."""
    record(item.product, ProductEvent.TERMS_REMOVED, by=by, supplier=str(item.supplier))
    item.delete()


def _step_back(product: Product, terms: dict[str, Any]) -> None:
    if terms.get("preferred"):
        product.supplier_items.filter(preferred=True).update(preferred=False)
