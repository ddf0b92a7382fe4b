"""The verbs of shipments."""

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
from fulfillment.services.packing import finish_packing, scan_pack, ship
from fulfillment.services.picking import (
    cancel_shipment,
    finish_picking,
    pick,
    pick_all,
    put_back,
    start_picking,
)
from fulfillment.services.reopening import REOPEN_MINUTES, last_attempt, may_reopen, reopen_attempt
from fulfillment.services.steps import MOVES, may_move
from fulfillment.services.wishes import accept_wish, decline_wish, make_wish, possible_wishes

__all__ = [
    "MOVES",
    "REOPEN_MINUTES",
    "Back",
    "NextAttempt",
    "accept_wish",
    "answer_claim",
    "arrive",
    "cancel_shipment",
    "claim_against_carrier",
    "count_back",
    "decline_wish",
    "deliver",
    "fail_delivery",
    "finish_packing",
    "finish_picking",
    "give_up_pieces",
    "last_attempt",
    "make_wish",
    "may_move",
    "may_reopen",
    "pick",
    "pick_all",
    "possible_wishes",
    "put_back",
    "reopen_attempt",
    "report_exception",
    "reship",
    "resume_delivery",
    "scan_pack",
    "send_out",
    "ship",
    "start_picking",
]
