"""Money: one rounding rule, one way to share out a total, one way to print."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language, to_locale


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount` to the currency's smallest unit, half up; used per line, never on sums."""
    return amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency)), ROUND_HALF_UP)


def split(total: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Share `total` by `weights` in whole smallest units; the parts always sum to the rounded total.

    Largest-remainder method (Hamilton): each part is rounded down, then the units left over go to the largest
    remainders, the earlier part first where they tie. With no weight at all the first part takes everything.
    """
    if not weights:
        return []
    unit = Decimal(1).scaleb(-get_currency_precision(currency))
    units = int(rounded(total, currency) / unit)
    whole = sum(weights) or Decimal(1)
    shares = [Decimal(abs(units)) * weight / whole for weight in weights]
    parts = [int(share) for share in shares]
    if not any(weights):
        parts[0] = abs(units)
    largest = sorted(range(len(weights)), key=lambda i: (parts[i] - shares[i], i))
    for i in largest[: abs(units) - sum(parts)]:
        parts[i] += 1
    return [unit * part * (1 if units >= 0 else -1) for part in parts]


def format_money(amount: Decimal, currency: str, language: str | None = None) -> str:
    """`amount` with its currency sign as the language writes it (CLDR, by Babel)."""
    return format_currency(amount, currency, locale=babel_locale(language))


def babel_locale(language: str | None = None) -> str:
    """Babel's name of a Django language: zh-hans is zh_Hans."""
    return to_locale(language or get_language() or "en")
