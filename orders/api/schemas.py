"""What goes in and out of the API; the OpenAPI document is made from these."""

import datetime
from decimal import Decimal
from typing import Annotated, Literal

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints


def _printable(text: str) -> str:
    """PostgreSQL stores no NUL, and no name has one."""
    if "\x00" in text:
        raise ValueError("must not contain the NUL character")
    return text


def _email(value: str) -> str:
    """An address by Django's own rule, as everywhere else; nothing is nothing."""
    if value:
        try:
            EmailValidator()(value)
        except ValidationError as error:
            raise ValueError("is not an e-mail address") from error
    return value


def text(limit: int, *, least: int = 0):
    """A text without surrounding blanks, of a bounded length."""
    return Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=least, max_length=limit), AfterValidator(_printable)
    ]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class CustomerIn(Strict):
    """Who orders; found again by e-mail, else by phone, else made."""

    name: text(160, least=1)
    email: Annotated[str, AfterValidator(_email)] = ""
    phone: text(40) = ""
    language: Literal["en", "zh-hans", "zh-hant"] = "en"


class AddressIn(Strict):
    """Where it goes; what is missing here holds the order, it does not refuse it."""

    name: text(160) = ""
    line1: text(200) = ""
    line2: text(200) = ""
    city: text(100) = ""
    region: text(100) = ""
    postcode: text(20) = ""
    country: text(60) = ""


class LineIn(Strict):
    """One product; without a price the price list's is taken."""

    sku: text(60, least=1)
    quantity: int = Field(ge=1, le=1_000_000)
    unit_price: Decimal | None = Field(None, ge=0, le=10**8, max_digits=12, decimal_places=4)


class OrderIn(Strict):
    """An order as another system sends it."""

    reference: text(80) = ""
    customer: CustomerIn
    ship_to: AddressIn
    lines: list[LineIn] = Field(min_length=1, max_length=500)
    requested_date: datetime.date | None = None
    promotion_code: text(40) = ""
    note: text(2000) = ""


class LineChange(Strict):
    """A product with the pieces that are wanted of it from now on; 0 takes it off, a new SKU is added."""

    sku: text(60, least=1)
    quantity: int = Field(ge=0, le=1_000_000)
    unit_price: Decimal | None = Field(None, ge=0, le=10**8, max_digits=12, decimal_places=4)


class ChangeIn(Strict):
    """What is to be different; what is left out stays. `version` is that of the order as it was read."""

    version: int = Field(ge=1, le=2**31 - 1)
    lines: list[LineChange] = Field([], max_length=500)
    ship_to: AddressIn | None = None
    phone: text(40) | None = None
    requested_date: datetime.date | None = None
    note: text(2000) | None = None


class CancelIn(Strict):
    """Why the order is cancelled."""

    reason: text(200, least=1)


class LineOut(Schema):
    sku: str
    name: str
    quantity: int
    unit_price: Decimal
    tax_included: bool
    discount: Decimal
    net: Decimal
    tax: Decimal
    cancelled: int
    reserved: int
    shipped: int
    delivered: int
    returned: int


class HoldOut(Schema):
    kind: str
    reasons: list[str]


class PromotionOut(Schema):
    """A promotion that the order has, or was refused, and why."""

    name: str
    code: str
    applied: bool
    amount: Decimal
    reason: str


class TotalsOut(Schema):
    currency: str
    shipping: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal
    paid: Decimal


class OrderOut(Schema):
    """An order as it stands now."""

    number: str
    reference: str
    channel: str
    status: str
    stage: str
    version: int
    holds: list[HoldOut]
    promotions: list[PromotionOut]
    lines: list[LineOut]
    totals: TotalsOut
    ship_by: datetime.date | None
    promised_date: datetime.date | None
    public_url: str
    placed_at: datetime.datetime
    updated_at: datetime.datetime


class OrderPage(Schema):
    """Orders, the longest unchanged first; `next` is the cursor of the following page, null on the last one."""

    orders: list[OrderOut]
    next: str | None


class StockOut(Schema):
    sku: str
    warehouse: str
    on_hand: int
    reserved: int
    available: int


class ProductOut(Schema):
    sku: str
    name: str
    barcode: str
    unit: str
    price: Decimal
    tax_rate: Decimal
    active: bool


class FieldProblem(Schema):
    field: str
    message: str


class Problem(Schema):
    """RFC 9457 problem details; `errors` names the fields at fault."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []
