"""The verbs of shipments."""

from fulfillment.services.booking import book, cancel_booking
from fulfillment.services.delivering import deliver, fail_delivery, send_out
from fulfillment.services.packing import finish_packing, scan_pack, ship
from fulfillment.services.picking import (
    cancel_shipment,
    finish_picking,
    pick,
    pick_all,
    put_back,
    start_picking,
)
from fulfillment.services.rating import set_prices
from fulfillment.services.steps import MOVES, may_move
from fulfillment.services.tracking import keep_events, map_status

__all__ = [
    "MOVES",
    "book",
    "cancel_booking",
    "cancel_shipment",
    "deliver",
    "fail_delivery",
    "finish_packing",
    "finish_picking",
    "keep_events",
    "map_status",
    "may_move",
    "pick",
    "pick_all",
    "put_back",
    "scan_pack",
    "send_out",
    "set_prices",
    "ship",
    "start_picking",
]
