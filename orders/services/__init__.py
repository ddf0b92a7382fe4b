"""The verbs of orders."""

from orders.services.ceilings import set_ceilings
from orders.services.changing import Change, Effect, change_order, preview_change
from orders.services.claims import move_claim
from orders.services.drafts import save_draft, throw_away_draft
from orders.services.entering import enter_order
from orders.services.expiring import free_unpaid
from orders.services.invoicing import credit_invoice, issue_invoice
from orders.services.payments import record_payment, refund
from orders.services.placing import place_order, place_orders
from orders.services.policy import change_policy, set_weights
from orders.services.pricelists import save_price_list, save_promotion, set_list_prices
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
from orders.services.ranking import preview_ranking, rank_open_orders
from orders.services.relocating import serve_from
from orders.services.review import (
    add_note,
    cancel_order,
    close_order,
    confirm_order,
    hold_order,
    release_hold,
    release_order,
)
from orders.services.rules import apply_rules, move_down, move_up, save_rule, switch_off, switch_on
from orders.services.setbacks import give_up, record_came_back, record_undelivered
from orders.services.shop import change_shop, place_from_shop
from orders.services.shortening import cancel_pieces, release_pieces, unmake_pieces
from orders.services.splitting import merge_orders, reopen_order, reship_order, split_order, why_not_merge
from orders.services.tagging import tag_order, untag_order
from orders.services.trying import apply_to_open, run_application, run_trial, try_rule
from orders.services.webhooks import (
    TOLD,
    queue_webhooks,
    replay,
    rotate_secret,
    save_endpoint,
    send_webhooks,
    switch_endpoint_off,
    switch_endpoint_on,
)

__all__ = [
    "TOLD",
    "Change",
    "Effect",
    "add_note",
    "apply_rules",
    "apply_to_open",
    "cancel_order",
    "cancel_pieces",
    "change_order",
    "change_policy",
    "change_shop",
    "close_order",
    "confirm_order",
    "count_pieces",
    "credit_invoice",
    "enter_order",
    "free_unpaid",
    "give_up",
    "hold_order",
    "issue_invoice",
    "merge_orders",
    "move_claim",
    "move_down",
    "move_up",
    "place_from_shop",
    "place_order",
    "place_orders",
    "preview_change",
    "preview_ranking",
    "queue_webhooks",
    "rank_open_orders",
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
    "release_pieces",
    "reopen_order",
    "replay",
    "reserve_missing",
    "reship_order",
    "rotate_secret",
    "run_application",
    "run_trial",
    "save_draft",
    "save_endpoint",
    "save_price_list",
    "save_promotion",
    "save_rule",
    "send_webhooks",
    "serve_from",
    "set_ceilings",
    "set_list_prices",
    "set_weights",
    "split_order",
    "switch_endpoint_off",
    "switch_endpoint_on",
    "switch_off",
    "switch_on",
    "tag_order",
    "throw_away_draft",
    "try_rule",
    "uncount_pieces",
    "unmake_pieces",
    "untag_order",
    "why_not_merge",
]
