"""The courier's consignments of the last two days, one at least in every state."""

import datetime
from decimal import Decimal

from fulfillment.events import ConsignmentEvent
from fulfillment.models import Consignment, ConsignmentAttempt
from reports.demo.world import Buyer, World

CONTENT = ["合同文件 Contracts", "样品 Samples", "茶具 Tea set", "钥匙 Keys", "图纸 Drawings", "生日蛋糕 Birthday cake"]
FATES = "booked booked collected sorted loaded out out failed delivered delivered delivered returned cancelled".split()
# what had happened by then, in order
WAYS = {
    "booked": "",
    "collected": "COLLECTED",
    "sorted": "COLLECTED SORTED",
    "loaded": "COLLECTED SORTED LOADED",
    "out": "COLLECTED SORTED LOADED OUT",
    "failed": "COLLECTED SORTED LOADED OUT FAILED",
    "delivered": "COLLECTED SORTED LOADED OUT DELIVERED",
    "returned": "COLLECTED SORTED LOADED OUT FAILED RETURNED",
    "cancelled": "CANCELLED",
}
NOBODY = "无人应答 Nobody at home"


def work(world: World) -> None:
    """Book them, and take each as far as its fate says."""
    known = [buyer for buyer in world.buyers if buyer.address.line1 and buyer.address.city]
    for number, fate in enumerate(FATES):
        sender, recipient = known[number % len(known)], known[(number + 3) % len(known)]
        at = world.now - datetime.timedelta(hours=44 - 3 * number)
        _live(world, _book(world, sender, recipient, number, fate, at), fate, at)


def _book(world: World, sender: Buyer, recipient: Buyer, number: int, fate: str, at) -> Consignment:
    price = Decimal(18 + number % 4 * 6)
    row = Consignment(
        number=f"W{world.book.next('fulfillment_consignment_seq')}",
        customer=sender.customer,
        status=fate,
        content=CONTENT[number % len(CONTENT)],
        pieces=1 + number % 3,
        weight_g=400 + 350 * number,
        cash_due=Decimal("128.00") if number % 4 == 1 else None,
        currency=world.company.currency,
        price=price,
        price_reasons=[{"code": "price_by_hand", "price": f"{price}.00"}],
        window_end=at + datetime.timedelta(hours=30),
        by=world.people["dispatcher"],
        booked_at=at,
        **_place("sender", sender),
        **_place("recipient", recipient),
    )
    if fate not in ("booked", "cancelled"):
        row.collector, row.driver = world.people["driver"], world.people["driver2" if number % 2 else "driver"]
    elif number == 0:
        row.collector = world.people["driver"]
    world.book.add(row)
    data = {"total": f"{price}.00", "currency": row.currency}
    world.book.event(row, ConsignmentEvent.BOOKED, at, by=row.by, **data)
    return row


def _place(who: str, buyer: Buyer) -> dict:
    address = buyer.address
    names = ("name", "phone", "line1", "city", "postcode", "country")
    return {f"{who}_{name}": getattr(address, name) for name in names}


def _live(world: World, row: Consignment, fate: str, at) -> None:
    for kind in WAYS[fate].split():
        at = world.later(at, 40, 90)
        by = row.driver if kind in ("COLLECTED", "FAILED", "DELIVERED") else world.people["dispatcher"]
        if kind == "COLLECTED":
            row.collected_at = at
        elif kind == "DELIVERED":
            row.delivered_at = at
            _attempt(world, row, at, "delivered", recipient=row.recipient_name, cash=row.cash_due or 0)
        elif kind == "FAILED":
            _attempt(world, row, at, "absent", note=NOBODY)
        world.book.event(row, ConsignmentEvent[kind], at, by=by)


def _attempt(world: World, row: Consignment, at, outcome: str, **fields) -> None:
    attempt = ConsignmentAttempt(consignment=row, number=1, outcome=outcome, by=row.driver, at=at, **fields)
    attempt.key = world.key()
    world.book.add(attempt)
