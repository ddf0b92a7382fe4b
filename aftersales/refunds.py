"""What returned pieces are worth; pure."""

from decimal import Decimal

from oms.money import rounded


def worth(total: Decimal, ordered: int, *, before: int, count: int, currency: str) -> Decimal:
    """The part of a line's `total` that `count` of its `ordered` pieces cost, when `before` came back earlier.

    It is the difference of two rounded shares of the total, so the pieces of a line always sum to it, in whatever
    portions they come back: the last piece gets the remainder.
    """

    def share(pieces: int) -> Decimal:
        return rounded(total * pieces / ordered, currency)

    return share(before + count) - share(before)
