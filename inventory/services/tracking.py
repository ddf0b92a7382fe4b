"""Lots with an expiry and serial numbers: which pieces came, and which left."""

import datetime
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Lot, Product, Serial, Stock
from oms.errors import DomainError

Tracking = Product.Tracking


def lot_of(product: Product, code: str, expires: datetime.date | None) -> int | None:
    """The key of the lot, made when it is new; None for a product that is not tracked by lot."""
    if product.tracking != Tracking.LOT:
        return None
    if not code.strip():
        raise DomainError(_("%(sku)s is tracked by lot: say which one came.") % {"sku": product.sku})
    lot, _made = Lot.objects.get_or_create(product=product, code=code.strip(), defaults={"expires": expires})
    if expires and lot.expires != expires:
        raise DomainError(
            _("Lot %(lot)s of %(sku)s is on file with another expiry date: %(date)s.")
            % {"lot": lot.code, "sku": product.sku, "date": lot.expires or "–"}
        )
    return lot.pk


def take_in(stock: Stock, quantity: int, numbers: Sequence[str], *, cause: str) -> None:
    """Note the serial numbers of pieces that came in; one for each, none of them in the house already."""
    product = stock.product
    if product.tracking != Tracking.SERIAL:
        return
    numbers = [number.strip() for number in numbers if number.strip()]
    if len(set(numbers)) != quantity or len(numbers) != quantity:
        raise DomainError(
            _("%(sku)s is tracked by serial number: %(quantity)s different numbers are needed, not %(count)s.")
            % {"sku": product.sku, "quantity": quantity, "count": len(set(numbers))}
        )
    known = {s.number: s for s in Serial.objects.select_for_update().filter(product=product, number__in=numbers)}
    here = sorted(number for number, serial in known.items() if serial.stock_id)
    if here:
        raise DomainError(_("In the house already: %(numbers)s.") % {"numbers": ", ".join(here)})
    Serial.objects.filter(pk__in=[s.pk for s in known.values()]).update(stock=stock, cause=cause, at=timezone.now())
    Serial.objects.bulk_create(
        Serial(product=product, number=number, stock=stock, cause=cause) for number in numbers if number not in known
    )


@transaction.atomic
def send_serial(product: Product, number: str, *, cause: str) -> Serial:
    """Note with which paper a numbered piece leaves; one that is not in the house is refused."""
    serial = Serial.objects.select_for_update().filter(product=product, number__iexact=number.strip()).first()
    if serial is None or serial.stock_id is None:
        raise DomainError(
            _("No piece of %(sku)s with the serial number %(number)s is in the house.")
            % {"sku": product.sku, "number": number.strip()}
        )
    serial.stock, serial.cause, serial.at = None, cause, timezone.now()
    serial.save(update_fields=["stock", "cause", "at"])
    return serial


@transaction.atomic
def take_back(cause: str, places: Mapping[int, int | None]) -> int:
    """Numbered pieces that were to leave with a paper stay after all, {product: stock row}; returns how many."""
    gone = Serial.objects.select_for_update().filter(cause=cause, stock=None)
    return sum(
        gone.filter(product=product).update(stock=stock, cause="", at=timezone.now())
        for product, stock in places.items()
        if stock
    )
