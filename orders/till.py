"""The counter's basket, and the notes that a guest may hand over."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from decimal import ROUND_CEILING, Decimal

from django.contrib.sessions.backends.base import SessionBase

from orders.shelf import Asked

KEY = "counter"
MAX_LINES, MAX_PIECES = 60, 99
NOTES = (5, 10, 20, 50, 100)


@dataclass
class Entry:
    """A line of the basket; `stated` is the size, "no onion" and the like."""

    product_id: int
    quantity: int
    stated: dict[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> Asked:
        return Asked(self.product_id, self.quantity, stated=self.stated)


def entries(session: SessionBase) -> list[Entry]:
    """What lies in this clerk's basket."""
    return [Entry(**kept) for kept in session.get(KEY, ())]


def keep(session: SessionBase, found: Sequence[Entry]) -> None:
    """Remember the basket without its empty lines."""
    session[KEY] = [asdict(entry) for entry in found if entry.quantity > 0]


def add(session: SessionBase, product_id: int, quantity: int, stated: dict[str, str]) -> None:
    """Pieces into the basket, onto the line that states the same; a full basket stays as it is."""
    found = entries(session)
    same = next((e for e in found if (e.product_id, e.stated) == (product_id, stated)), None)
    if same is None:
        same = Entry(product_id, 0, stated)
        found.append(same)
    same.quantity = max(0, min(MAX_PIECES, same.quantity + quantity))
    keep(session, found[:MAX_LINES])


def step(session: SessionBase, index: int, by: int) -> None:
    """One more or one less of a line."""
    found = entries(session)
    if 0 <= index < len(found):
        found[index].quantity = min(MAX_PIECES, found[index].quantity + by)
    keep(session, found)


def next_notes(total: Decimal, notes: Sequence[int] = NOTES) -> list[Decimal]:
    """The round sums above `total` that a guest is likely to hand over: for each note, enough of that note."""
    sums = {(total / note).to_integral_value(ROUND_CEILING) * note for note in notes}
    return sorted(amount for amount in sums if amount > total)[:4]
