"""Writing price lists and promotions; what was placed before keeps its prices."""

import datetime
from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from inventory.models import Product
from oms.context import forget
from oms.events import record
from oms.locking import lock
from orders.events import PriceEvent
from orders.models import ListPrice, OrderPolicy, OrderPromotion, PriceList, Promotion

LINKS = ("tiers", "products", "categories")


@transaction.atomic
def save_price_list(price_list: PriceList | None = None, *, by, version: int | None = None, **fields) -> PriceList:
    """Make a price list, or give one another name, other days, another tier."""
    price_list = lock(price_list, version=version) if price_list else PriceList(version=0)
    return _save(price_list, PriceEvent.LIST_SAVED, by=by, **fields)


@transaction.atomic
def set_list_prices(
    price_list: PriceList, *, by, prices: Iterable[tuple[Product, int, Decimal]], version: int | None = None
) -> PriceList:
    """Replace all prices of a list, given as (product, from pieces, price of one piece)."""
    price_list = lock(price_list, version=version)
    price_list.prices.all().delete()
    rows = [ListPrice(price_list=price_list, product=p, minimum=n, price=price) for p, n, price in prices]
    ListPrice.objects.bulk_create(rows)
    return _save(price_list, PriceEvent.PRICES_SET, by=by, told={"prices": len(rows)})


@transaction.atomic
def save_promotion(promotion: Promotion | None = None, *, by, version: int | None = None, **fields) -> Promotion:
    """Make or change a promotion. Its uses are counted anew, since only one with a limit counts them."""
    promotion = lock(promotion, version=version) if promotion else Promotion(version=0)
    links = {name: list(fields.pop(name)) for name in LINKS if name in fields}
    promotion.used = _uses(promotion, fields)
    promotion = _save(promotion, PriceEvent.PROMOTION_SAVED, by=by, **fields)
    for name, rows in links.items():
        getattr(promotion, name).set(rows)
    return promotion


def _uses(promotion: Promotion, fields: dict) -> int:
    """Orders that have it, as far as a limit wants them counted; a limit below them stops it at what it is."""
    limited = any(fields.get(name, getattr(promotion, name)) is not None for name in ("max_uses", "max_uses_each"))
    return OrderPromotion.objects.filter(promotion=promotion, applied=True).count() if limited and promotion.pk else 0


def _plain(value) -> str:
    """A value as the timeline shows it."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime.datetime) else str(value)


def _save(row, event: PriceEvent, *, by, told: dict | None = None, **fields):
    told = told or {name: _plain(value) for name, value in fields.items() if value not in (None, "", False)}
    for name, value in fields.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    record(row, event, by=by, **told)
    flag = "uses_promotions" if isinstance(row, Promotion) else "uses_price_lists"
    OrderPolicy.objects.update_or_create(pk=1, defaults={flag: True})
    transaction.on_commit(lambda: forget(OrderPolicy))
    return row
