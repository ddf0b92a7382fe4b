"""What was paid for orders, when and how."""

import datetime
from decimal import Decimal

from oms.money import rounded
from orders.events import OrderEvent
from orders.models import Order, Payment
from reports.demo.world import Story, World

PARTIAL = 0.03
DAY_MINUTES = 24 * 60


def settle(world: World, story: Story) -> None:
    """Most orders are paid in full; a cancelled one gets its money back."""
    order = story.order
    if story.fate == "draft" or not order.total:
        return
    moment, method = _when(world, story)
    if moment is None or moment > world.now:
        return
    share = Decimal(world.dice.choice((30, 50))) / 100 if world.chance(PARTIAL) else Decimal(1)
    pay(world, order, rounded(order.total * share, order.currency), method, moment)
    if story.fate == "cancelled":
        pay(world, order, -order.paid, method, world.later(moment, 11 * 60, 40 * 60))


def pay(world: World, order: Order, amount: Decimal, method: str, at: datetime.datetime, reference: str = "") -> None:
    """One line of the money ledger: in, or, when negative, back."""
    by = None if method == "card" and amount > 0 else world.people["sales" if amount > 0 else "support"]
    world.book.add(Payment(order=order, method=method, amount=amount, reference=reference, by=by, at=at))
    order.paid += amount
    kind = OrderEvent.PAID if amount > 0 else OrderEvent.REFUNDED
    world.book.event(order, kind, at, by=by, amount=str(abs(amount)), method=method)


def _when(world: World, story: Story) -> tuple[datetime.datetime | None, str]:
    order = story.order
    if order.channel in ("shop", "api"):
        return (order.placed_at + datetime.timedelta(minutes=1) if world.chance(0.97) else None), "card"
    if story.fate == "cancelled":
        return None, "transfer"
    if story.buyer.customer.is_company:
        delay = datetime.timedelta(days=world.dice.randint(8, 35))
        return (story.delivered_at + delay if story.delivered_at and world.chance(0.97) else None), "transfer"
    method = world.dice.choices(("transfer", "card", "cash"), (60, 25, 15))[0]
    delay = datetime.timedelta(minutes=world.dice.randint(30, 3 * DAY_MINUTES))
    return (order.placed_at + delay if world.chance(0.96) else None), method
