"""Price lists and promotions as they stand for the articles and customers of some orders."""

import datetime
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db.models import Count, Q
from django.utils import timezone

from customers.models import Customer
from inventory.models import Category
from orders.models import ListPrice, OrderPolicy, OrderPromotion, Promotion
from orders.pricing import Listed, best_listed
from orders.promotions import Article, Offer, Outcome, evaluate


@dataclass
class PriceBook:
    """What is read once for any number of orders; uses that they take are counted on the way."""

    listed: dict[int, list[tuple[int | None, Listed]]] = field(default_factory=dict)  # product → (tier, entry)
    offers: list[Offer] = field(default_factory=list)
    each: dict[int, int] = field(default_factory=dict)  # promotion → orders that one customer may have it in
    categories: dict[int, frozenset[int]] = field(default_factory=dict)  # category → itself and those above
    taken: Counter = field(default_factory=Counter)  # (promotion, customer) → orders that have it

    @classmethod
    def read(
        cls, product_ids: Collection[int], customer_ids: Collection[int], policy: OrderPolicy, *, but: int | None = None
    ) -> "PriceBook":
        """Nothing for a house without lists and promotions, else at most six statements; `but` is an order whose own
        uses do not count."""
        book = cls()
        if policy.uses_price_lists:
            book.listed = _listed(product_ids)
        if policy.uses_promotions:
            rows = list(Promotion.objects.filter(active=True).prefetch_related("tiers", "products", "categories"))
            book.offers = [_offer(row) for row in rows]
            book.each = {row.pk: row.max_uses_each for row in rows if row.max_uses_each is not None}
            if any(offer.categories for offer in book.offers):
                book.categories = _ancestors()
            if book.each:
                book.taken = _taken(book.each, customer_ids, but)
            if but:
                book._return_uses(but)
        return book

    def listed_price(self, product_id: int, tier_id: int | None, quantity: int, tax_rate: Decimal) -> Listed | None:
        """The price list's entry that counts, if any."""
        fitting = [x for tier, x in self.listed.get(product_id, ()) if tier is None or tier == tier_id]
        return best_listed(fitting, quantity, tax_rate)

    def promote(
        self,
        articles: list[Article],
        customer: Customer,
        *,
        code: str,
        now: datetime.datetime,
        currency: str,
        shipping: Decimal,
    ) -> list[Outcome]:
        """Decide about all offers for one order of a customer; those it gets are counted as used."""
        offers = [self._as_left_for(offer, customer) for offer in self.offers]
        found = evaluate(
            articles, offers, code=code, tier=customer.tier_id, now=now, currency=currency, shipping=shipping
        )
        for outcome in found:
            if outcome.applied:
                self._use(outcome.offer.pk, customer)
        return found

    def _as_left_for(self, offer: Offer, customer: Customer) -> Offer:
        if offer.pk not in self.each:
            return offer
        return replace(offer, left_for_customer=self.each[offer.pk] - self.taken[offer.pk, customer.pk])

    def _use(self, promotion_id: int, customer: Customer) -> None:
        self.taken[promotion_id, customer.pk] += 1
        self.offers = [
            replace(x, left=x.left - 1) if x.pk == promotion_id and x.left is not None else x for x in self.offers
        ]

    def _return_uses(self, order_id: int) -> None:
        own = set(OrderPromotion.objects.filter(order=order_id, applied=True).values_list("promotion_id", flat=True))
        self.offers = [replace(x, left=x.left + 1) if x.pk in own and x.left is not None else x for x in self.offers]


def _listed(product_ids: Collection[int]) -> dict[int, list[tuple[int | None, Listed]]]:
    today = timezone.localdate()
    valid = Q(price_list__starts_on=None) | Q(price_list__starts_on__lte=today)
    valid &= Q(price_list__ends_on=None) | Q(price_list__ends_on__gte=today)
    rows = ListPrice.objects.filter(valid, price_list__active=True, product__in=list(product_ids)).values_list(
        "product_id", "price_list__tier_id", "price_list__name", "minimum", "price", "price_list__tax_included"
    )
    found: dict[int, list[tuple[int | None, Listed]]] = {}
    for product, tier, name, minimum, price, included in rows.order_by("id"):
        entry = Listed(name, minimum, price, own=tier is not None, tax_included=included)
        found.setdefault(product, []).append((tier, entry))
    return found


def _offer(row: Promotion) -> Offer:
    return Offer(
        pk=row.pk,
        name=row.name,
        kind=row.kind,
        value=row.value,
        code=row.code,
        buy=row.buy,
        free=row.free,
        minimum=row.minimum,
        starts=row.starts_at,
        ends=row.ends_at,
        tiers=frozenset(x.pk for x in row.tiers.all()),
        products=frozenset(x.pk for x in row.products.all()),
        categories=frozenset(x.pk for x in row.categories.all()),
        alone=row.alone,
        active=row.active,
        left=None if row.max_uses is None else row.max_uses - row.used,
    )


def _ancestors() -> dict[int, frozenset[int]]:
    above = dict(Category.objects.values_list("pk", "parent_id"))
    found = {}
    for pk in above:
        chain, at = set(), pk
        while at and at not in chain:
            chain.add(at)
            at = above[at]
        found[pk] = frozenset(chain)
    return found


def _taken(each: Collection[int], customer_ids: Collection[int], but: int | None) -> Counter:
    rows = OrderPromotion.objects.filter(
        applied=True, promotion__in=list(each), order__customer__in=[pk for pk in customer_ids if pk]
    ).exclude(order=but)
    counted = rows.values_list("promotion_id", "order__customer_id").annotate(count=Count("id")).order_by()
    return Counter({(promotion, customer): count for promotion, customer, count in counted})
