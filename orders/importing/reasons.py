"""Why a value is refused, in words: stored as code and facts, read in the language of whoever looks."""

from django.utils.translation import gettext_lazy as _

from oms.events import label

REASONS = {
    "bad_character": _("contains a character that no text has"),
    "too_long": _("is longer than %(limit)s characters"),
    "empty": _("is empty"),
    "not_number": _("is not a number"),
    "negative_quantity": _("is negative; a return or cancellation is not an order line"),
    "zero_quantity": _("is 0; at least 1 must be ordered"),
    "not_whole": _("is not a whole number"),
    "too_many": _("is more than %(limit)s"),
    "negative_price": _("is a negative price"),
    "zero_price": _("is 0; a free line cannot be told from a missing price"),
    "out_of_range": _("is out of range"),
    "too_fine": _("has more than four decimals"),
    "not_date": _("is not a date; write it like 2025-12-31"),
    "doubtful_date": _("may be two different days; write it like 2025-12-31"),
    "odd_year": _("is a year that cannot be meant"),
    "unknown_status": _("is not a status that we know"),
    "not_email": _("is not an e-mail address"),
    "not_sold": _("is no longer sold"),
    "unknown_sku": _("is no SKU that we know"),
    "no_price": _("is a new SKU and no row gives it a price"),
    "no_customer": _("the row names no customer"),
    "unknown_customer": _("is no customer that we know"),
    "no_day": _("is empty; history needs the day of the order"),
    "other_customer": _("row %(row)s of the same order names another customer"),
    "cancelled": _("is cancelled; import it as history"),
    "too_many_rows": _("has more than %(limit)s rows"),
    "mate_refused": _("row %(row)s of the same order was refused"),
    "known_reference": _("%(number)s has this reference already"),
    "touched": _("%(number)s was touched since it came in and is left as it is: %(what)s"),
    "said": _("%(sentence)s"),
}
EXPECTED = {
    "reference": _("Text of up to 80 characters; rows with one reference are one order"),
    "quantity": _("A whole number from 1 to 1,000,000, like 12"),
    "unit_price": _("A price above 0 with up to four decimals, like 12.50; empty for the list price"),
    "placed_at": _("A day or moment, like 2025-12-31 or 2025-12-31 14:30"),
    "requested_date": _("A day, like 2025-12-31"),
    "status": _("A word such as placed, shipped or cancelled"),
    "email": _("An address like name@example.com"),
    "sku": _("The SKU of a product that we sell"),
    "customer_code": _("The number of a customer whom we know"),
    "customer_name": _("The name of a customer whom we know"),
    "phone": _("The phone number of a customer whom we know"),
}
TOUCHES = {
    "picked": _("its goods are being picked"),
    "paid": _("a payment was recorded"),
    "over": _("it is closed or cancelled"),
    "on_paper": _("it stands on a pick list or return"),
    "reimported": _("a later file changed it"),
    "there_before": _("it was there before and this file changed it"),
    "other_kind": _("one of the two is history and the other is not"),
}


def sentence(code: str, facts: dict) -> str:
    """The reason in the active language."""
    if code == "touched":
        facts = facts | {"what": touch(facts["what"])}
    return str(REASONS[code]) % facts


def touch(code: str) -> str:
    """What touched an order, in words: one of ours, or the event of its timeline."""
    return str(TOUCHES.get(code) or label(code))
