"""How dates, quantities and amounts read on a page, in the person's language (CLDR, by Babel)."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache

from babel.dates import format_skeleton, get_datetime_format
from babel.numbers import NumberPattern, format_compact_decimal, get_currency_precision, parse_pattern
from django.utils import timezone

from oms.money import babel_locale


def day(value: date | datetime | None) -> str:
    """A day with its year: `Sep 30, 2025`, `2025年9月30日`; of a moment, its day in the business's zone."""
    return "—" if value is None else _shaped("yMMMd", _local(value))


def moment(value: datetime | None) -> str:
    """A day and time in the business's zone; the year only when it is not the present one."""
    if value is None:
        return "—"
    local = _local(value)
    shape = "MMMd" if local.year == timezone.localdate().year else "yMMMd"
    order = str(get_datetime_format("medium", locale=babel_locale()))
    return order.replace("{1}", _shaped(shape, local)).replace("{0}", _shaped("Hm", local))


def quantity(value: Decimal | int | float | None) -> str:
    """A number with the language's separators and no needless zeros."""
    return "—" if value is None else _pattern("#,##0.###").apply(value, babel_locale())


def amount(value: Decimal | None, currency: str) -> str:
    """An amount without its currency, with all the currency's decimals."""
    return "—" if value is None else _pattern(_money_shape(currency)).apply(value, babel_locale())


def short(value: int | float) -> str:
    """A rounded number for the scale of a chart: 1.2K, 3M, 1.2万."""
    return format_compact_decimal(value, fraction_digits=1, locale=babel_locale()).strip()


@cache
def _pattern(shape: str) -> NumberPattern:
    return parse_pattern(shape)


@cache
def _money_shape(currency: str) -> str:
    digits = get_currency_precision(currency)
    return "#,##0" + ("." + "0" * digits if digits else "")


def _local(value: date | datetime) -> datetime:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    return datetime(value.year, value.month, value.day)


def _shaped(skeleton: str, value: datetime) -> str:
    return _in_locale(skeleton, value.replace(second=0, microsecond=0), babel_locale())


@lru_cache(maxsize=4096)
def _in_locale(skeleton: str, value: datetime, locale: str) -> str:
    return format_skeleton(skeleton, value, locale=locale)


def listed(text: str) -> list[str]:
    """The words of a list that somebody typed, with commas of any script between them."""
    return [word.strip() for word in re.split("[,，、]", text) if word.strip()]
