"""The verbs of orders."""

from orders.services.claims import move_claim
from orders.services.expiring import free_unpaid
from orders.services.payments import record_payment, refund
from orders.services.placing import place_order, place_orders
from orders.services.policy import change_policy
from orders.services.progress import (
    count_pieces,
    record_delivered,
    record_on_order,
    record_packed,
    record_picked,
    record_returned,
    record_shipped,
    record_unpicked,
    refuse_stopped,
    reserve_missing,
    uncount_pieces,
)
from orders.services.review import (
    add_note,
    cancel_order,
    close_order,
    confirm_order,
    hold_order,
    release_hold,
    release_order,
)
from orders.services.shortening import cancel_pieces, release_pieces

__all__ = [
    "add_note",
    "cancel_order",
    "cancel_pieces",
    "change_policy",
    "close_order",
    "confirm_order",
    "count_pieces",
    "free_unpaid",
    "hold_order",
    "move_claim",
    "place_order",
    "place_orders",
    "record_delivered",
    "record_on_order",
    "record_packed",
    "record_payment",
    "record_picked",
    "record_returned",
    "record_shipped",
    "record_unpicked",
    "refund",
    "refuse_stopped",
    "release_hold",
    "release_order",
    "release_pieces",
    "reserve_missing",
    "uncount_pieces",
]
