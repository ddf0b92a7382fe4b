"""The verbs of shipments."""

from fulfillment.services.batches import finish_batch, give_me_work, put_aside, scan_batch
from fulfillment.services.booking import book, cancel_booking
from fulfillment.services.delivering import NextAttempt, arrive, deliver, fail_delivery, send_out
from fulfillment.services.exceptions import (
    Back,
    answer_claim,
    claim_against_carrier,
    count_back,
    give_up_pieces,
    report_exception,
    reship,
    resume_delivery,
)
from fulfillment.services.kitchen import (
    finish_ticket,
    follow_order,
    hand_out,
    hand_over,
    minutes_for,
    recall_ticket,
    start_ticket,
)
from fulfillment.services.mistakes import note_refusal
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
from fulfillment.services.places import import_places, set_position
from fulfillment.services.planning import plan_day
from fulfillment.services.rating import set_prices
from fulfillment.services.reopening import REOPEN_MINUTES, last_attempt, may_reopen, reopen_attempt
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
from fulfillment.services.shorts import Choice, Reason, short_pick
from fulfillment.services.steps import MOVES, may_move
from fulfillment.services.tracking import keep_events, map_status
from fulfillment.services.waves import MAX_ORDERS, plan_wave, release_wave
from fulfillment.services.wishes import accept_wish, decline_wish, make_wish, possible_wishes

__all__ = [
    "MAX_ORDERS",
    "MOVES",
    "REOPEN_MINUTES",
    "Back",
    "Choice",
    "NextAttempt",
    "Reason",
    "accept_wish",
    "answer_claim",
    "arrive",
    "asks_for_weight",
    "book",
    "book_shift",
    "cancel_booking",
    "cancel_shift",
    "cancel_shipment",
    "change_shift",
    "claim_against_carrier",
    "close_parcel",
    "count_back",
    "decline_wish",
    "deliver",
    "fail_delivery",
    "finish_batch",
    "finish_packing",
    "finish_picking",
    "finish_ticket",
    "follow_order",
    "give_me_work",
    "give_up_pieces",
    "hand_out",
    "hand_over",
    "import_places",
    "is_paper",
    "keep_events",
    "last_attempt",
    "lock_stop",
    "make_wish",
    "map_status",
    "may_move",
    "may_reopen",
    "minutes_for",
    "move_stop",
    "note_refusal",
    "pick",
    "pick_all",
    "plan_day",
    "plan_wave",
    "possible_wishes",
    "print_paper",
    "publish",
    "put_aside",
    "put_back",
    "read_paper",
    "recall_ticket",
    "release_wave",
    "reopen",
    "reopen_attempt",
    "report_exception",
    "reship",
    "resume_delivery",
    "scan_batch",
    "scan_pack",
    "send_out",
    "send_out_routes",
    "set_position",
    "set_prices",
    "set_window",
    "ship",
    "short_pick",
    "start_picking",
    "start_ticket",
    "suggest_carton",
    "take_out",
    "unlock_stop",
]
