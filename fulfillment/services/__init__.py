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
from fulfillment.services.places import import_places, set_position
from fulfillment.services.planning import plan_day
from fulfillment.services.rating import set_prices
from fulfillment.services.routes import (
    lock_stop,
    move_stop,
    publish,
    reopen,
    send_out_routes,
    set_window,
    take_out,
    unlock_stop,
)
from fulfillment.services.shifts import book_shift, cancel_shift, change_shift
from fulfillment.services.steps import MOVES, may_move
from fulfillment.services.tracking import keep_events, map_status

__all__ = [
    "MOVES",
    "book",
    "book_shift",
    "cancel_booking",
    "cancel_shift",
    "cancel_shipment",
    "change_shift",
    "deliver",
    "fail_delivery",
    "finish_packing",
    "finish_picking",
    "import_places",
    "keep_events",
    "lock_stop",
    "map_status",
    "may_move",
    "move_stop",
    "pick",
    "pick_all",
    "plan_day",
    "publish",
    "put_back",
    "reopen",
    "scan_pack",
    "send_out",
    "send_out_routes",
    "set_position",
    "set_prices",
    "set_window",
    "ship",
    "start_picking",
    "take_out",
    "unlock_stop",
]
