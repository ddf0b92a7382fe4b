"""Two people on one order: what changed under the second one's hands, beside what she typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core import signing
from django.utils.translation import gettext as _

from oms.pages import Text
from orders.models import Order

SALT = "order-as-seen"


@dataclass(frozen=True)
class Clash:
    """One thing that somebody changed meanwhile; `typed` is what the second one wants instead, "" for nothing."""

    label: Text
    before: str
    now: str
    typed: str = ""


def as_seen(order: Order, names: Iterable[str]) -> dict[str, str]:
    """The order as its form shows it: head fields and quantities by the names of their inputs."""
    shown = {name: _input(getattr(order, name)) for name in names}
    return shown | {f"quantity_{line.pk}": str(line.left) for line in order.lines.all()}


def seal(seen: Mapping[str, str]) -> str:
    """For the form's hidden field, so that nobody can be shown what was never there."""
    return signing.dumps(dict(seen), salt=SALT, compress=True)


def unseal(text: str) -> dict[str, str]:
    """What the person had before her; nothing when the field was tampered with."""
    try:
        return signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return {}


def merged(seen: Mapping[str, str], now: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """What the form shows next: what she left alone as it is now, what she typed as she typed it."""
    return {name: now[name] for name in now if _plain(typed.get(name, "")) == seen.get(name, now[name])}


def clashes(
    order: Order, seen: Mapping[str, str], now: Mapping[str, str], typed: Mapping[str, str], labels: Mapping[str, Text]
) -> list[Clash]:
    """What is different since she opened the order, line by line and field by field."""
    lines = {f"quantity_{line.pk}": line.sku for line in order.lines.all()}
    found = []
    for name, value in now.items():
        if name in seen and seen[name] == value:
            continue
        label = labels.get(name) or _("Quantity of %(sku)s") % {"sku": lines[name]}
        own = _plain(typed.get(name, ""))
        mine = name in seen and own not in (seen[name], value)
        found.append(Clash(label, _words(seen.get(name, "")), _words(value), _words(own) if mine else ""))
    return found


def _input(value) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else _plain(str(value))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _words(text: str) -> str:
    return _("yes") if text == "on" else text or "–"
