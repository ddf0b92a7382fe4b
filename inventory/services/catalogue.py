"""The verbs of the catalogue."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.events import ProductEvent
from inventory.models import Barcode, Component, Product, TaxClass
from inventory.queries import product_by_code
from inventory.services.pictures import keep_face
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock

Barcodes = Mapping[str, int]  # {code: pieces}
Parts = Mapping[int, int]  # {product_id: pieces}


@transaction.atomic
def create_product(*, by, barcodes: Barcodes | None = None, parts: Parts | None = None, **fields) -> Product:
    """A new product with its further barcodes and parts; its stock rows are made when goods arrive."""
    _refuse_floor(fields)
    fields = _taxed(fields)
    if Product.objects.filter(sku=fields["sku"]).exists():
        raise DomainError(_("There is already a product with the SKU %(sku)s.") % {"sku": fields["sku"]})
    product = Product.objects.create(**fields)
    _set_barcodes(product, barcodes or {})
    _set_parts(product, parts or {})
    keep_face(product)
    record(product, ProductEvent.CREATED, by=by)
    return product


@transaction.atomic
def change_product(
    product: Product, *, by, barcodes: Barcodes | None = None, parts: Parts | None = None, **fields
) -> Product:
    """Change a product's own data; orders keep what they were sold at. The event keeps old and new values.

    `barcodes` and `parts` replace those on file; None leaves them.
    """
    product = lock(product)
    _refuse_floor({"price": product.price, "floor_price": product.floor_price, **fields})
    fields = _taxed(fields)
    before = _in_words(product, fields)
    for name, value in fields.items():
        Product._meta.get_field(name).save_form_data(product, value)
    product.unchecked = False
    product.save()
    keep_face(product)
    if barcodes is not None:
        _set_barcodes(product, barcodes)
    if parts is not None or "kind" in fields:
        _set_parts(product, _parts_of(product) if parts is None else parts)
    after = _in_words(product, fields)
    changed = {name: [before[name], after[name]] for name in fields if before[name] != after[name]}
    if changed:
        record(product, ProductEvent.CHANGED, by=by, changed=changed)
    return product


@transaction.atomic
def set_tax_class(tax_class: TaxClass | None = None, *, by, name: str, rate: Decimal) -> TaxClass:
    """Make or change a tax class; its products have the new rate from now on, placed orders keep theirs."""
    tax_class = lock(tax_class) if tax_class else TaxClass()
    before = str(tax_class.rate or "")
    tax_class.name, tax_class.rate = name, rate
    tax_class.save()
    tax_class.products.exclude(tax_rate=rate).update(tax_rate=rate)
    record(tax_class, ProductEvent.TAX_CLASS, by=by, changed={"rate": [before, str(rate)]})
    return tax_class


def _taxed(fields: dict) -> dict:
    """The fields with the rate of the tax class, where one is given."""
    tax_class = fields.get("tax_class")
    return fields | ({"tax_rate": tax_class.rate} if tax_class else {})


def _set_barcodes(product: Product, barcodes: Barcodes) -> None:
    for code in barcodes:
        owner = product_by_code(code)
        if owner and owner != product:
            raise DomainError(
                _("The barcode %(code)s already belongs to %(product)s.") % {"code": code, "product": owner}
            )
    product.barcodes.all().delete()
    Barcode.objects.bulk_create(
        Barcode(product=product, code=code, pieces=pieces)
        for code, pieces in barcodes.items()
        if code != product.barcode
    )


def _parts_of(product: Product) -> dict[int, int]:
    return dict(product.components.values_list("part_id", "quantity"))


def _set_parts(product: Product, parts: Parts) -> None:
    if product.kind == Product.Kind.KIT and not parts:
        raise DomainError(_("A kit needs at least one part."))
    for part in Product.objects.filter(pk__in=parts).exclude(kind=Product.Kind.STOCKED):
        raise DomainError(_("%(sku)s is not stocked and cannot be a part.") % {"sku": part.sku})
    if product.pk in parts:
        raise DomainError(_("%(sku)s cannot be a part of itself.") % {"sku": product.sku})
    if product.kind != Product.Kind.STOCKED and product.part_of.exists():
        raise DomainError(_("%(sku)s is a part of other products and must be stocked.") % {"sku": product.sku})
    if parts == _parts_of(product):
        return
    product.components.all().delete()
    Component.objects.bulk_create(
        Component(product=product, part_id=pk, quantity=quantity) for pk, quantity in parts.items()
    )


def _in_words(product: Product, names: Iterable[str]) -> dict[str, str]:
    values = {name: getattr(product, name) for name in names}
    return {
        name: f"{value.normalize():f}" if isinstance(value, Decimal) else str(value or "")
        for name, value in values.items()
    }


def _refuse_floor(fields: dict) -> None:
    if fields.get("floor_price", 0) > fields["price"]:
        raise DomainError(_("The price floor is above the price."))
