"""What an event's data says on the timeline."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms import formats
from oms.models import Event
from oms.money import format_money

LABELS = {
    "alert_line": gettext_lazy("Alert line"),
    "amount": gettext_lazy("Amount"),
    "attempt": gettext_lazy("Attempt"),
    "available": gettext_lazy("Available"),
    "batch": gettext_lazy("Batch"),
    "before": gettext_lazy("Before"),
    "bin": gettext_lazy("Bin"),
    "by_hand": gettext_lazy("Set by hand"),
    "automatic": gettext_lazy("Automatic"),
    "carrier": gettext_lazy("Carrier"),
    "change": gettext_lazy("Change"),
    "changed": gettext_lazy("Changed"),
    "collector": gettext_lazy("Collected by"),
    "choice": gettext_lazy("What becomes of the order"),
    "days": gettext_lazy("Days"),
    "driver": gettext_lazy("Driver"),
    "expected": gettext_lazy("Expected"),
    "from": gettext_lazy("From"),
    "hold": gettext_lazy("Hold"),
    "lines": gettext_lazy("Lines"),
    "method": gettext_lazy("Method"),
    "missing": gettext_lazy("Missing"),
    "name": gettext_lazy("Name"),
    "note": gettext_lazy("Note"),
    "number": gettext_lazy("Number"),
    "order": gettext_lazy("Order"),
    "orders": gettext_lazy("Orders"),
    "outcome": gettext_lazy("Outcome"),
    "paper": gettext_lazy("Delivery note"),
    "owner": gettext_lazy("Owner"),
    "parcel": gettext_lazy("Parcel"),
    "pieces": gettext_lazy("Pieces"),
    "place": gettext_lazy("Place"),
    "price": gettext_lazy("Price"),
    "promised": gettext_lazy("Promised"),
    "quantity": gettext_lazy("Quantity"),
    "reasons": gettext_lazy("Why"),
    "reason": gettext_lazy("Reason"),
    "recipient": gettext_lazy("Handed to"),
    "receipt": gettext_lazy("Receipt"),
    "shipment": gettext_lazy("Shipment"),
    "service_level": gettext_lazy("Service level, %"),
    "sku": gettext_lazy("SKU"),
    "step": gettext_lazy("Event"),
    "supplier": gettext_lazy("Supplier"),
    "to": gettext_lazy("To"),
    "total": gettext_lazy("Total"),
    "until": gettext_lazy("Until"),
    "tote": gettext_lazy("Tote"),
    "tracking": gettext_lazy("Tracking number"),
    "latitude": gettext_lazy("Latitude"),
    "longitude": gettext_lazy("Longitude"),
    "position": gettext_lazy("Position"),
    "stops": gettext_lazy("Stops"),
    "unassigned": gettext_lazy("Unassigned"),
    "version": gettext_lazy("Version"),
    "warehouse": gettext_lazy("Warehouse"),
    "weight": gettext_lazy("Weight, g"),
    "wave": gettext_lazy("Wave"),
}
MONEY = ("amount", "total")
_words_of: dict[str, Callable[[Any], str]] = {}


def words_for(key: str) -> Callable[[Callable[[Any], str]], Callable[[Any], str]]:
    """Decorator: this function says what the codes under `key` of an app's own events mean, in the active language."""

    def register(function: Callable[[Any], str]) -> Callable[[Any], str]:
        _words_of[key] = function
        return function

    return register


@dataclass(frozen=True)
class Detail:
    """One labelled value of an event; the free `text` of a note has no label."""

    label: str
    value: str


def details(event: Event) -> list[Detail]:
    """The event's data in words; keys that end in _id, and empty values, are for programs and left out."""
    data = event.data
    shown = [(key, value) for key, value in data.items() if _is_shown(key, value)]
    return [Detail(_label(key), _words(key, value, data)) for key, value in shown]


def _is_shown(key: str, value: Any) -> bool:
    return value not in (None, "", [], {}) and key not in ("currency", "kind") and not key.endswith("_id")


def _label(key: str) -> str:
    if key == "text":
        return ""
    return str(LABELS.get(key, key.replace("_", " ").capitalize()))


def _words(key: str, value: Any, data: dict) -> str:
    if key in _words_of and not isinstance(value, list):
        return _words_of[key](value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key in MONEY and data.get("currency"):
        return _money(value, data["currency"])
    if isinstance(value, list):
        between = " " if key in _words_of else "; "  # an app's words are whole sentences
        return between.join(_words(key, one, data) for one in value)
    if isinstance(value, dict):
        return _pairs(value)
    return formats.quantity(value) if isinstance(value, int | float) else str(value)


def _pairs(value: dict) -> str:
    if set(value) == {"sku", "quantity"}:
        return f"{value['sku']} × {formats.quantity(value['quantity'])}"
    return ", ".join(f"{_label(k)}: {_words(k, v, value)}" for k, v in value.items() if _is_shown(k, v))


def _money(value: Any, currency: str) -> str:
    try:
        return format_money(Decimal(str(value)), currency)
    except InvalidOperation:
        return str(value)
