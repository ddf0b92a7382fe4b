"""Which promotions an order gets, how much each takes off which line, and why the others do not; pure."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from oms.money import rounded, split

HUNDRED = Decimal(100)
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Article:
    """What was asked for once: pieces and money of a line; a line with a `fixed` price takes no part."""

    product: int
    categories: frozenset[int]  # its own and those above
    quantity: int
    amount: Decimal
    fixed: bool = False


@dataclass(frozen=True)
class Offer:
    """A promotion as it stands now; `left` and `left_for_customer` are uses still to be had, None for no limit.

    Kinds: "percent" and "amount" take `value` off, "goods" gives `free` of every `buy` + `free` pieces of one article
    without a charge, "shipping" takes the shipping fee off.
    """

    pk: int
    name: str
    kind: str
    value: Decimal = NOTHING
    code: str = ""
    buy: int = 0
    free: int = 0
    minimum: Decimal = NOTHING
    starts: datetime.datetime | None = None
    ends: datetime.datetime | None = None
    tiers: frozenset[int] = frozenset()
    products: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    alone: bool = False
    active: bool = True
    left: int | None = None
    left_for_customer: int | None = None


@dataclass(frozen=True)
class Outcome:
    """An offer that was applied, with the money by article, or refused; the reason is the sentence for the reader."""

    offer: Offer | None
    code: str
    applied: bool
    reason: dict
    shares: Mapping[int, Decimal] = field(default_factory=dict)  # index of the article → money off

    @property
    def amount(self) -> Decimal:
        """Money off all articles together."""
        return sum(self.shares.values(), NOTHING)


def evaluate(
    articles: Sequence[Article],
    offers: Iterable[Offer],
    *,
    code: str = "",
    tier: int | None = None,
    now: datetime.datetime,
    currency: str,
    shipping: Decimal = NOTHING,
) -> list[Outcome]:
    """Decide about every offer, given in order of rank; offers with a code count only when it is `code`.

    Offers that combine are applied one after the other, each on what the earlier left. One that stands alone is used
    instead of all of them when it saves the customer more; where they tie, those that combine are kept.
    """
    code = code.strip().upper()
    asked = [offer for offer in offers if not offer.code or offer.code.upper() == code]
    refused = []
    if code and not any(offer.code for offer in asked):
        refused.append(Outcome(None, code, False, {"code": "promotion_unknown", "given": code}))
    open_, total = [], sum((a.amount for a in articles), NOTHING)
    for offer in asked:
        why = _why_not(offer, articles, total, tier, now)
        if why:
            refused.append(Outcome(offer, offer.code, False, why | {"promotion": offer.name}))
        else:
            open_.append(offer)
    chains = [[offer for offer in open_ if not offer.alone], *([offer] for offer in open_ if offer.alone)]
    outcomes = [_apply(chain, articles, currency, shipping) for chain in chains]
    best = max(outcomes, key=lambda found: sum((_worth(x, shipping) for x in found), NOTHING), default=[])
    winner = next((x.offer.name for x in best if x.applied), "")
    for found in outcomes:
        if found is not best:
            better = {"code": "promotion_not_combined", "better": winner}
            refused += [Outcome(x.offer, x.code, False, better | {"promotion": x.offer.name}) for x in found]
    return [*best, *refused]


def _why_not(offer: Offer, articles, total: Decimal, tier: int | None, now) -> dict | None:
    """The first reason against an offer, else None."""
    if not offer.active:
        return {"code": "promotion_off"}
    if offer.starts and now < offer.starts:
        return {"code": "promotion_not_begun", "date": offer.starts.date().isoformat()}
    if offer.ends and now >= offer.ends:
        return {"code": "promotion_over", "date": offer.ends.date().isoformat()}
    if offer.tiers and tier not in offer.tiers:
        return {"code": "promotion_other_tier"}
    if offer.left is not None and offer.left <= 0:
        return {"code": "promotion_used_up"}
    if offer.left_for_customer is not None and offer.left_for_customer <= 0:
        return {"code": "promotion_used_by_customer"}
    if total < offer.minimum:
        return {"code": "promotion_minimum", "price": str(offer.minimum), "missing": str(offer.minimum - total)}
    return None


def _apply(chain: Sequence[Offer], articles: Sequence[Article], currency: str, shipping: Decimal) -> list[Outcome]:
    left = [NOTHING if article.fixed else article.amount for article in articles]
    found, fee = [], shipping
    for offer in chain:
        meant = [i for i, article in enumerate(articles) if _covers(offer, article)]
        if offer.kind == "shipping" and meant:
            outcome, fee = _free_shipping(offer, fee), NOTHING
        else:
            shares = _shares(offer, articles, left, meant, currency)
            reason = {"code": "promotion_applied" if shares else "promotion_no_goods", "promotion": offer.name}
            if shares:
                reason |= {"amount": str(sum(shares.values()))}
            outcome = Outcome(offer, offer.code, bool(shares), reason, shares)
        for index, money in outcome.shares.items():
            left[index] -= money
        found.append(outcome)
    return found


def _free_shipping(offer: Offer, fee: Decimal) -> Outcome:
    code = "promotion_free_shipping" if fee else "promotion_no_fee"
    return Outcome(offer, offer.code, bool(fee), {"code": code, "promotion": offer.name})


def _worth(outcome: Outcome, shipping: Decimal) -> Decimal:
    if outcome.applied and outcome.offer.kind == "shipping":
        return shipping
    return outcome.amount


def _covers(offer: Offer, article: Article) -> bool:
    if article.fixed and offer.kind != "shipping":
        return False
    if not offer.products and not offer.categories:
        return True
    return article.product in offer.products or bool(article.categories & offer.categories)


def _shares(offer: Offer, articles, left: list[Decimal], meant: list[int], currency: str) -> dict[int, Decimal]:
    """Money off each article, never more than is left of it."""
    if offer.kind == "goods":
        wanted = {i: _free_goods(offer, articles[i], currency) for i in meant}
    else:
        whole = sum((left[i] for i in meant), NOTHING)
        off = whole * offer.value / HUNDRED if offer.kind == "percent" else min(offer.value, whole)
        if offer.kind == "shipping" or off <= 0:
            return {}
        wanted = dict(zip(meant, split(off, [left[i] for i in meant], currency), strict=True))
    capped = {i: min(money, left[i]) for i, money in wanted.items()}
    return {i: money for i, money in capped.items() if money > 0}


def _free_goods(offer: Offer, article: Article, currency: str) -> Decimal:
    """Buy x, get y: whole groups of x + y pieces of one article."""
    free = article.quantity // (offer.buy + offer.free) * offer.free
    return rounded(article.amount * free / article.quantity, currency)
