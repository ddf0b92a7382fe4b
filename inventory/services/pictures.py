"""The verbs of a product's pictures: they stand in a row, and the first one is the product's face."""

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from inventory.events import ProductEvent
from inventory.models import Product, ProductImage
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock

MAX_PICTURES = 12


@transaction.atomic
def add_picture(product: Product, *, by, image: File, alt: str = "") -> ProductImage:
    """One more picture, the last in the row."""
    product = lock(product)
    row = _row(product)
    if len(row) >= MAX_PICTURES:
        raise DomainError(_("A product can have %(limit)s pictures at most.") % {"limit": MAX_PICTURES})
    picture = ProductImage.objects.create(product=product, image=image, alt=alt, position=len(row) + 1)
    _line_up(product, [*row, picture])
    record(product, ProductEvent.PICTURES, by=by)
    return picture


@transaction.atomic
def describe_picture(picture: ProductImage, *, by, alt: str) -> ProductImage:
    """Say in words what a picture shows."""
    lock(picture.product)
    picture = lock(picture)
    picture.alt = alt
    picture.save(update_fields=["alt"])
    record(picture.product, ProductEvent.PICTURES, by=by)
    return picture


def show_earlier(picture: ProductImage, *, by) -> ProductImage:
    """Change places with the picture before it."""
    return _move(picture, -1, by=by)


def show_later(picture: ProductImage, *, by) -> ProductImage:
    """Change places with the picture after it."""
    return _move(picture, 1, by=by)


@transaction.atomic
def remove_picture(picture: ProductImage, *, by) -> None:
    """Take a picture out of the row; its file stays, because others may show the same one."""
    product = lock(picture.product)
    ProductImage.objects.filter(pk=picture.pk).delete()
    _line_up(product, _row(product))
    record(product, ProductEvent.PICTURES, by=by)


def keep_face(product: Product) -> None:
    """Put the image that a product was just given, if it is a new one, before its other pictures."""
    row = _row(product)
    if not product.image or any(picture.image.name == product.image.name for picture in row):
        return
    face = ProductImage.objects.create(product=product, image=product.image.name, position=len(row) + 1)
    _line_up(product, [face, *row])


@transaction.atomic
def _move(picture: ProductImage, step: int, *, by) -> ProductImage:
    product = lock(picture.product)
    row = _row(product)
    here = row.index(picture)
    there = here + step
    if not 0 <= there < len(row):
        raise DomainError(_("This picture cannot go any further."))
    row[here], row[there] = row[there], row[here]
    _line_up(product, row)
    record(product, ProductEvent.PICTURES, by=by)
    return picture


def _row(product: Product) -> list[ProductImage]:
    return list(ProductImage.objects.filter(product=product))


def _line_up(product: Product, row: list[ProductImage]) -> None:
    for position, picture in enumerate(row, 1):
        picture.position = position
    ProductImage.objects.bulk_update(row, ["position"])
    product.image = row[0].image.name if row else ""
    product.save(update_fields=["image"])
