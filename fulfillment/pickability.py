"""Whether an order's goods are here, as a light with its reason, and why an order stayed out of a wave."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from orders.models import OrderLine

NAMED = 3
REFUSALS = {
    "busy": _("%(order)s: somebody changes it or has begun to pick it."),
    "waiting": _("%(order)s: not all of its goods are here."),
    "held": _("%(order)s: it is on hold."),
}


@dataclass(frozen=True)
class Light:
    """A tone (ok, warn, muted), its word, and the sentence that explains it."""

    tone: str
    word: str | Promise
    reason: str


def light(lines: Sequence[OrderLine]) -> Light:
    """Green when everything still to ship is reserved, amber when a part is, grey when nothing is."""
    wanted, here = sum(line.open for line in lines), sum(line.reserved for line in lines)
    words = {"here": here, "wanted": wanted, "what": _missing(lines)}
    if here >= wanted:
        sentence = ngettext("The one piece is reserved.", "All %(wanted)s pieces are reserved.", wanted)
        return Light("ok", _("All here"), sentence % words)
    if here:
        sentence = translated("%(here)s of %(wanted)s pieces are reserved; missing: %(what)s.")
        return Light("warn", _("Partly"), sentence % words)
    return Light("muted", _("Not here"), translated("Nothing is reserved; missing: %(what)s.") % words)


def _missing(lines: Sequence[OrderLine]) -> str:
    short = [f"{line.sku} × {line.short}" for line in lines if line.short]
    more = len(short) - NAMED
    if more > 0:
        return translated("%(what)s and %(more)s more") % {"what": ", ".join(short[:NAMED]), "more": more}
    return ", ".join(short)


def refusal_sentence(refusal: dict) -> str:
    """Why an order is not in the wave."""
    return str(REFUSALS[refusal["code"]]) % refusal
