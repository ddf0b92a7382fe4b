"""Printed papers: their QR code says for which version of the order they were printed, and a stale one is refused."""

import re
from typing import Any

from django.utils.translation import gettext as _

from fulfillment.models import Paper, Shipment
from oms.errors import DomainError
from orders.models import Order

CODE = re.compile(r"(?P<number>S\d+)/(?P<version>\d{1,9})", re.IGNORECASE)


def print_paper(shipment: Shipment) -> Paper:
    """Remember what the order says now; the paper's text in a QR code is `str(paper)`, e.g. S500001/7."""
    order = shipment.order
    return Paper.objects.get_or_create(
        shipment=shipment, version=order.version, defaults={"contents": contents_of(order)}
    )[0]


def contents_of(order: Order) -> dict[str, Any]:
    """What a paper of this order depends on; counters of picking and packing are not part of it."""
    lines: dict[str, int] = {}
    for line in order.lines.all():
        lines[line.sku] = lines.get(line.sku, 0) + line.ordered - line.cancelled
    return {
        "lines": {sku: pieces for sku, pieces in lines.items() if pieces},
        "address": order.address_lines,
        "note": order.note,
    }


def is_paper(code: str) -> bool:
    """Whether a scanned code is the QR code of a paper."""
    return bool(CODE.fullmatch(code.strip()))


def read_paper(code: str) -> Shipment:
    """The shipment of a scanned paper; a stale or unknown one is refused with what has changed since."""
    found = CODE.fullmatch(code.strip())
    paper = found and (
        Paper.objects.select_related("shipment__order")
        .filter(shipment__number=found["number"].upper(), version=found["version"])
        .first()
    )
    if not paper:
        raise DomainError(_("Unknown paper %(code)s: print it again.") % {"code": code.strip()[:60]})
    changes = differences(paper.contents, contents_of(paper.shipment.order))
    if changes:
        raise DomainError(
            _("The paper of %(number)s is stale: %(changes)s. Print it again.")
            % {"number": paper.shipment.number, "changes": "; ".join(changes)}
        )
    return paper.shipment


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What changed between two contents, in words."""
    skus = sorted({*before["lines"], *after["lines"]})
    told = [
        _("%(sku)s %(before)s pieces before, %(after)s now") % {"sku": sku, "before": was, "after": now}
        for sku in skus
        if (was := before["lines"].get(sku, 0)) != (now := after["lines"].get(sku, 0))
    ]
    if before["address"] != after["address"]:
        told.append(_("the address is now %(address)s") % {"address": ", ".join(after["address"])})
    if before["note"] != after["note"]:
        told.append(_("the note is now “%(note)s”") % {"note": after["note"]})
    return told
