"""The verbs of shipments."""

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
from fulfillment.services.shorts import Choice, Reason, short_pick
from fulfillment.services.steps import MOVES, may_move

__all__ = [
    "MOVES",
    "Choice",
    "Reason",
    "cancel_shipment",
    "deliver",
    "fail_delivery",
    "finish_packing",
    "finish_picking",
    "may_move",
    "pick",
    "pick_all",
    "put_back",
    "scan_pack",
    "send_out",
    "ship",
    "short_pick",
    "start_picking",
]
