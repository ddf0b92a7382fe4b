"""Transition tables as data: verbs check them, pages read them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from oms.errors import DomainError


@dataclass(frozen=True)
class Move:
    """A verb's permitted starting states and where it leads."""

    sources: frozenset[str]
    target: str


def move(sources: str, target: str) -> Move:
    """`move("placed confirmed", "cancelled")`: from either of the two to the third."""
    return Move(frozenset(sources.split()), target)


def may(moves: Mapping[str, Move], verb: str, state: str) -> bool:
    """Whether `verb` is allowed from `state`."""
    return state in moves[verb].sources


def target(moves: Mapping[str, Move], verb: str, state: str, *, shown: str, what: str) -> str:
    """Where `verb` leads from `state`; DomainError, naming `what` and its `shown` state, when it may not."""
    if not may(moves, verb, state):
        raise DomainError(_("%(what)s is %(state)s; this is not possible now.") % {"what": what, "state": shown})
    return moves[verb].target
