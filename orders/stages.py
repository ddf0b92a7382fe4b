"""The headline of an order: one pure function of status, holds and line counters."""

from dataclasses import dataclass

from orders.models import Order

Stage, Status = Order.Stage, Order.Status


@dataclass(frozen=True)
class Units:
    """Sums of the line counters."""

    wanted: int
    reserved: int
    picked: int
    packed: int
    shipped: int
    delivered: int
    returned: int
    to_make: int = 0


def units(lines) -> Units:
    """The sums over an order's lines; `wanted` is ordered less cancelled."""
    return Units(
        sum(line.ordered - line.cancelled for line in lines),
        *(
            sum(getattr(line, name) for line in lines)
            for name in ("reserved", "picked", "packed", "shipped", "delivered", "returned", "to_make")
        ),
    )


def stage_of(status: str, held: bool, u: Units) -> str:
    """The stage, most final fact first; a hold matters while something is still to ship."""
    if status in (Status.DRAFT, Status.CANCELLED, Status.CLOSED):
        return {"draft": Stage.DRAFT, "cancelled": Stage.CANCELLED, "closed": Stage.CLOSED}[status].value
    if u.shipped and u.shipped >= u.wanted:
        return _after_shipping(u)
    if held:
        return Stage.ON_HOLD.value
    if status == Status.PLACED:
        return Stage.TO_REVIEW.value
    return _in_the_house(u)


def _after_shipping(u: Units) -> str:
    if u.returned >= u.shipped:
        return Stage.RETURNED.value
    return Stage.DELIVERED.value if u.delivered >= u.shipped else Stage.SHIPPED.value


def _in_the_house(u: Units) -> str:
    # packing begins when picking is over: what is packed now is all that leaves on this trip
    if u.shipped < u.packed == u.picked:
        return Stage.TO_SHIP.value
    if u.picked > u.shipped:
        return Stage.PICKING.value
    if u.to_make and u.to_make == u.wanted - u.shipped - u.reserved:
        return Stage.TO_MAKE.value
    if u.reserved == 0 or u.reserved < u.wanted - u.shipped:
        return Stage.PARTLY_SHIPPED.value if u.shipped else Stage.WAITING_STOCK.value
    return Stage.TO_PICK.value
