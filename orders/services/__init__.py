"""The verbs of orders."""

from orders.services.claims import move_claim
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
from orders.services.setbacks import give_up, record_came_back, record_undelivered

__all__ = [
    "add_note",
    "cancel_order",
    "change_policy",
    "close_order",
    "confirm_order",
    "count_pieces",
    "give_up",
    "hold_order",
    "move_claim",
    "place_order",
    "place_orders",
    "record_came_back",
    "record_delivered",
    "record_on_order",
    "record_packed",
    "record_payment",
    "record_picked",
    "record_returned",
    "record_shipped",
    "record_undelivered",
    "record_unpicked",
    "refund",
    "refuse_stopped",
    "release_hold",
    "release_order",
    "reserve_missing",
    "uncount_pieces",
]
