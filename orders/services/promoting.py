"""Promotions of placed orders: uses counted within their limits, given back, and priced again after a change."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from inventory.models import Product
from oms.errors import DomainError
from orders.costing import charge, discounted
from orders.models import Order, OrderLine, OrderPromotion, Promotion
from orders.pricebook import PriceBook
from orders.shelf import Shelf

LIMITED = Q(max_uses__isnull=False) | Q(max_uses_each__isnull=False)


class PromotionGone(DomainError):
    """Somebody else took the last use in between."""


def count_uses(rows: Iterable[OrderPromotion]) -> None:
    """Count the applied promotions among just written `rows`; PromotionGone when a limit would be passed.

    Only promotions with a limit are counted, so that an offer without one is no row that every order waits for.
    """
    wanted = Counter(row.promotion_id for row in rows if row.applied)
    if not wanted:
        return
    for pk, each in Promotion.objects.filter(LIMITED, pk__in=wanted).order_by("pk").values_list("pk", "max_uses_each"):
        room = Q(max_uses=None) | Q(max_uses__gte=F("used") + wanted[pk])
        taken = Promotion.objects.filter(room, pk=pk).update(used=F("used") + wanted[pk])
        if not taken or (each is not None and _too_often(pk, each)):
            raise PromotionGone(_("This promotion has just been used up."))


def _too_often(promotion_id: int, each: int) -> bool:
    """Whether a customer has it more often than allowed, now that its row is locked."""
    uses = OrderPromotion.objects.filter(applied=True, promotion=promotion_id)
    return uses.values("order__customer").annotate(count=Count("id")).filter(count__gt=each).order_by().exists()


def give_back(order: Order) -> None:
    """A cancelled order no longer counts as a use of its promotions."""
    rows = list(order.promotions.filter(applied=True))
    for row in rows:
        row.applied, row.reason = False, {"code": "promotion_given_back", "promotion": row.reason["promotion"]}
    OrderPromotion.objects.bulk_update(rows, ["applied", "reason"])
    _uncount(rows)


def _uncount(rows: Iterable[OrderPromotion]) -> None:
    for pk in sorted({row.promotion_id for row in rows}):
        Promotion.objects.filter(LIMITED, pk=pk, used__gt=0).update(used=F("used") - 1)


def promote_again(order: Order, lines: Sequence[OrderLine]) -> None:
    """Decide about the promotions of a changed order anew, as of the day it was placed; the lines are saved.

    An order that has none keeps its prices, and so does the fee for shipping.
    """
    before = list(order.promotions.select_related("promotion"))
    if not before:
        return
    kits = Product.objects.filter(sku__in=[line.kit["sku"] for line in lines if line.kit]).values_list("pk", flat=True)
    shelf = Shelf.read([*(line.product_id for line in lines), *kits])
    shelf.book = PriceBook.read(list(shelf.items), [order.customer_id], shelf.policy, but=order.pk)
    used = [row for row in before if row.applied]
    _uncount(used)
    OrderPromotion.objects.filter(order=order).delete()
    for line in lines:
        line.price_reasons = [reason for reason in line.price_reasons if reason["code"] != "promotion"]
        discounted(line, Decimal("0.00"), order.currency)
    code = next((row.code for row in before if row.code), "")
    by_asked = _together([line for line in lines if line.left])
    fee = _fee(order, used, shelf)
    rows = charge(order, by_asked, shelf, code=code, fee=fee, now=order.placed_at)
    OrderPromotion.objects.bulk_create(rows)
    OrderLine.objects.bulk_update(lines, ["price_reasons", "discount", "net", "tax"])
    count_uses(rows)


def _fee(order: Order, used: Iterable[OrderPromotion], shelf: Shelf) -> Decimal:
    """What the order pays for shipping, or would pay without the promotion that took it off."""
    if any(row.promotion.kind == Promotion.Kind.SHIPPING for row in used):
        return shelf.policy.shipping_fee
    return order.shipping + (order.shipping_tax if shelf.policy.prices_include_tax else 0)


def _together(lines: Sequence[OrderLine]) -> list[list[OrderLine]]:
    """The lines as they were asked for, a kit's parts together."""
    found: dict[object, list[OrderLine]] = {}
    for line in lines:
        found.setdefault(str(line.kit) if line.kit else line.position, []).append(line)
    return list(found.values())
