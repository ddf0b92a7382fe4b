"""The verbs of stock and of the catalogue."""

from inventory.services.alerts import check_alert_lines, handle_alert, snooze_alert
from inventory.services.catalogue import change_product, create_product
from inventory.services.ledger import (
    MAX_PIECES,
    Entry,
    OutOfStock,
    lock_stock,
    placed,
    post,
    receive,
    refuse_quantity,
    release,
    reserve,
    restock,
    ship,
    stock_at,
)
from inventory.services.places import adjust, assemble, put_away, quarantine, scrap, set_place, unblock
from inventory.services.purchasing import (
    Pick,
    Wanted,
    cancel_purchase,
    cancel_rest,
    change_purchase,
    close_purchase,
    create_purchase,
    draft_purchases,
    expect_purchase,
    send_purchase,
)
from inventory.services.receiving import Arrived, Details, receive_blind, receive_purchase
from inventory.services.replenishing import compute_reorder_points, set_reorder
from inventory.services.terms import add_terms, change_terms, remove_terms
from inventory.services.tracking import send_serial

__all__ = [
    "MAX_PIECES",
    "Arrived",
    "Details",
    "Entry",
    "OutOfStock",
    "Pick",
    "Wanted",
    "add_terms",
    "adjust",
    "assemble",
    "cancel_purchase",
    "cancel_rest",
    "change_product",
    "change_purchase",
    "change_terms",
    "check_alert_lines",
    "close_purchase",
    "compute_reorder_points",
    "create_product",
    "create_purchase",
    "draft_purchases",
    "expect_purchase",
    "handle_alert",
    "lock_stock",
    "placed",
    "post",
    "put_away",
    "quarantine",
    "receive",
    "receive_blind",
    "receive_purchase",
    "refuse_quantity",
    "release",
    "remove_terms",
    "reserve",
    "restock",
    "scrap",
    "send_purchase",
    "send_serial",
    "set_place",
    "set_reorder",
    "ship",
    "snooze_alert",
    "stock_at",
    "unblock",
]
