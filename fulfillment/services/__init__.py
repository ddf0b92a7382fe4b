"""The verbs of shipments."""

from fulfillment.services.batches import finish_batch, give_me_work, put_aside, scan_batch
from fulfillment.services.delivering import deliver, fail_delivery, send_out
from fulfillment.services.packing import finish_packing, scan_pack, ship
from fulfillment.services.papers import is_paper, print_paper, read_paper
from fulfillment.services.parcels import asks_for_weight, close_parcel, suggest_carton
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
from fulfillment.services.waves import MAX_ORDERS, plan_wave, release_wave

__all__ = [
    "MAX_ORDERS",
    "MOVES",
    "Choice",
    "Reason",
    "asks_for_weight",
    "cancel_shipment",
    "close_parcel",
    "deliver",
    "fail_delivery",
    "finish_batch",
    "finish_packing",
    "finish_picking",
    "give_me_work",
    "is_paper",
    "may_move",
    "pick",
    "pick_all",
    "plan_wave",
    "print_paper",
    "put_aside",
    "put_back",
    "read_paper",
    "release_wave",
    "scan_batch",
    "scan_pack",
    "send_out",
    "ship",
    "short_pick",
    "start_picking",
    "suggest_carton",
]
