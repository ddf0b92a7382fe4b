"""The verbs of the catalogue."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.events import ProductEvent
from inventory.models import Product
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock


@transaction.atomic
def create_product(*, by, **fields) -> Product:
    """A new product; its stock rows are made when goods arrive."""
    _refuse_floor(fields)
    if Product.objects.filter(sku=fields["sku"]).exists():
        raise DomainError(_("There is already a product with the SKU %(sku)s.") % {"sku": fields["sku"]})
    product = Product.objects.create(**fields)
    record(product, ProductEvent.CREATED, by=by)
    return product


@transaction.atomic
def change_product(product: Product, *, by, **fields) -> Product:
    """Change a product's own data; orders keep what they were sold at. The event keeps old and new values."""
    product = lock(product)
    _refuse_floor({"price": product.price, "floor_price": product.floor_price, **fields})
    before = _in_words(product, fields)
    for name, value in fields.items():
        Product._meta.get_field(name).save_form_data(product, value)
    product.save()
    after = _in_words(product, fields)
    changed = {name: [before[name], after[name]] for name in fields if before[name] != after[name]}
    if changed:
        record(product, ProductEvent.CHANGED, by=by, changed=changed)
    return product


def _in_words(product: Product, names: Iterable[str]) -> dict[str, str]:
    values = {name: getattr(product, name) for name in names}
    return {
        name: f"{value.normalize():f}" if isinstance(value, Decimal) else str(value or "")
        for name, value in values.items()
    }


def _refuse_floor(fields: dict) -> None:
    if fields.get("floor_price", 0) > fields["price"]:
        raise DomainError(_("The price floor is above the price."))
