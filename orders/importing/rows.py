"""One row of the file: its values read and every problem named by column, value and reason; no database."""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.tables import Table, as_text
from orders.importing.mapping import Mapping
from orders.importing.reasons import sentence
from orders.services.placing import MAX_PRICE, MAX_QUANTITY

LENGTHS = {
    "reference": 80,
    "customer_code": 30,
    "customer_name": 160,
    "email": 254,
    "phone": 40,
    "ship_name": 160,
    "line1": 200,
    "line2": 200,
    "city": 100,
    "region": 100,
    "postcode": 20,
    "country": 60,
    "sku": 60,
    "product_name": 200,
    "note": 2000,
}
CANCELLED = {"cancelled", "canceled", "cancel", "void", "取消", "已取消"}
LIVING = {
    *("", "new", "open", "placed", "pending", "paid", "confirmed", "processing", "shipped", "delivered", "completed"),
    *(
        "complete",
        "closed",
        "done",
        "已下单",
        "已付款",
        "已确认",
        "已发货",
        "已完成",
        "已下單",
        "已確認",
        "已發貨",
        "新订单",
    ),
}
TEXT_DATES = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y.%m.%d",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%Y年%m月%d日",
    "%Y%m%d",
)
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{1,2}):(\d{2})(?::\d{2})?)?")
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d{1,2}")


@dataclass(frozen=True)
class Problem:
    """Why a row is refused: field and heading of the column, what stands there, and the reason."""

    row: int
    field: str
    column: str
    value: str
    code: str
    facts: dict = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The reason in words."""
        return sentence(self.code, self.facts)

    @property
    def in_words(self) -> str:
        """Value and reason as one sentence."""
        return _("“%(value)s” %(reason)s.") % {"value": self.value, "reason": self.reason}


@dataclass
class Row:
    """A row of the file; `texts` are its fields as text, the typed ones beside them."""

    number: int
    cells: Sequence[Any]
    texts: dict[str, str]
    quantity: int = 0
    unit_price: Decimal | None = None
    placed_at: datetime.datetime | None = None
    requested_date: datetime.date | None = None
    cancelled: bool = False
    problems: list[Problem] = field(default_factory=list)


class _Refused(Exception):
    """A value that cannot be accepted, and the code and facts of the reason."""

    def __init__(self, code: str, **facts):
        super().__init__(code)
        self.code, self.facts = code, facts


def parse(table: Table, mapping: Mapping) -> list[Row]:
    """All rows that are not blank."""
    numbered = ((number, cells) for number, cells in enumerate(table.rows, table.first) if any(map(as_text, cells)))
    return parse_cells(table.headings, numbered, mapping)


def parse_cells(headings: Sequence[str], numbered: Iterable[tuple[int, Sequence[Any]]], mapping: Mapping) -> list[Row]:
    """The rows behind (number, cells)."""
    columns = {name: headings.index(heading) for name, heading in mapping.items()}
    return [_parse_row(number, cells, columns, mapping) for number, cells in numbered]


def _parse_row(number: int, cells: Sequence[Any], columns: dict[str, int], mapping: Mapping) -> Row:
    raw = {name: cells[at] if at < len(cells) else "" for name, at in columns.items()}
    row = Row(number, cells, {name: as_text(value) for name, value in raw.items()})
    readers = {
        "reference": _required,
        "sku": _required,
        "quantity": _quantity,
        "unit_price": _price,
        "placed_at": _moment,
        "requested_date": _day,
        "status": _status,
        "email": _email,
    }
    for name, value in raw.items():
        try:
            _bounded(name, row.texts[name])
            if name in readers:
                result = readers[name](value)
                if name == "status":
                    row.cancelled = result
                elif name in ("quantity", "unit_price", "placed_at", "requested_date"):
                    setattr(row, name, result)
        except _Refused as refusal:
            row.problems.append(Problem(number, name, mapping[name], row.texts[name][:80], refusal.code, refusal.facts))
    return row


def _bounded(name: str, text: str) -> None:
    if "\x00" in text:
        raise _Refused("bad_character")
    limit = LENGTHS.get(name)
    if limit and len(text) > limit:
        raise _Refused("too_long", limit=limit)


def _required(value: Any) -> str:
    text = as_text(value)
    if not text:
        raise _Refused("empty")
    return text


def _number(value: Any) -> Decimal:
    """A number as spreadsheets and people write it: 1,234.5 and 12,50 are clear, anything doubtful is refused."""
    text = as_text(value).lstrip("¥£$€￥ ").replace("\u00a0", "").replace(" ", "")
    if GROUPED.fullmatch(text):
        text = text.replace(",", "")
    elif DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise _Refused("not_number" if text else "empty") from error
    if not number.is_finite():
        raise _Refused("not_number")
    return number


def _quantity(value: Any) -> int:
    number = _number(value)
    if number < 0:
        raise _Refused("negative_quantity")
    if number == 0:
        raise _Refused("zero_quantity")
    if number != number.to_integral_value():
        raise _Refused("not_whole")
    if number > MAX_QUANTITY:
        raise _Refused("too_many", limit=f"{MAX_QUANTITY:,}")
    return int(number)


def _price(value: Any) -> Decimal | None:
    if not as_text(value):
        return None
    number = _number(value)
    if number < 0:
        raise _Refused("negative_price")
    if number == 0:
        raise _Refused("zero_price")
    if number > MAX_PRICE:
        raise _Refused("out_of_range")
    if -number.as_tuple().exponent > 4:
        raise _Refused("too_fine")
    return number


def _moment(value: Any) -> datetime.datetime | None:
    if isinstance(value, datetime.datetime):
        return _aware(value)
    if isinstance(value, datetime.date):
        return _aware(datetime.datetime.combine(value, datetime.time()))
    text = as_text(value)
    if not text:
        return None
    for form in TEXT_DATES:
        try:
            return _aware(datetime.datetime.strptime(text, form))
        except ValueError:
            continue
    try:
        return _aware(datetime.datetime.fromisoformat(text))
    except ValueError:
        return _slashed(text)


def _slashed(text: str) -> datetime.datetime:
    """12/31/2010 and 31/12/2010 are clear, 1/2/2010 is not."""
    match = SLASHED.fullmatch(text)
    if not match:
        raise _Refused("not_date")
    one, two, year, hour, minute = (int(part or 0) for part in match.groups())
    if one <= 12 and two <= 12 and one != two:
        raise _Refused("doubtful_date")
    month, day = (one, two) if two > 12 or one == two else (two, one)
    try:
        return _aware(datetime.datetime(year, month, day, hour, minute))
    except ValueError as error:
        raise _Refused("not_date") from error


def _aware(moment: datetime.datetime) -> datetime.datetime:
    """A moment in the business's time zone; years that no shop knows are refused."""
    if not 1990 <= moment.year <= timezone.localdate().year + 5:
        raise _Refused("odd_year")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _day(value: Any) -> datetime.date | None:
    moment = _moment(value)
    return timezone.localtime(moment).date() if moment else None


def _status(value: Any) -> bool:
    """Whether the order was cancelled; a word that we do not know is refused."""
    text = as_text(value).casefold()
    if text not in LIVING | CANCELLED:
        raise _Refused("unknown_status")
    return text in CANCELLED


def _email(value: Any) -> str:
    text = as_text(value)
    try:
        if text:
            validate_email(text)
    except ValidationError as error:
        raise _Refused("not_email") from error
    return text
