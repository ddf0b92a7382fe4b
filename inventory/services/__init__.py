"""The verbs of stock and of the catalogue."""

from inventory.services.alerts import check_alert_lines, handle_alert
from inventory.services.catalogue import change_product, create_product
from inventory.services.counting import change_count_policy, classify_stock
from inventory.services.counts import approve_count, cancel_count, count_line, finish_count, open_count, recount
from inventory.services.ledger import (
    MAX_PIECES,
    Entry,
    Frozen,
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
from inventory.services.places import (
    adjust,
    assemble,
    put_away,
    quarantine,
    quarantine_expired,
    scrap,
    set_place,
    unblock,
)
from inventory.services.tracking import send_serial
from inventory.services.transfers import (
    cancel_transfer,
    close_transfer,
    create_transfer,
    receive_transfer,
    send_transfer,
)

__all__ = [
    "MAX_PIECES",
    "Entry",
    "Frozen",
    "OutOfStock",
    "adjust",
    "approve_count",
    "assemble",
    "cancel_count",
    "cancel_transfer",
    "change_count_policy",
    "change_product",
    "check_alert_lines",
    "classify_stock",
    "close_transfer",
    "count_line",
    "create_product",
    "create_transfer",
    "finish_count",
    "handle_alert",
    "lock_stock",
    "open_count",
    "placed",
    "post",
    "put_away",
    "quarantine",
    "quarantine_expired",
    "receive",
    "receive_transfer",
    "recount",
    "refuse_quantity",
    "release",
    "reserve",
    "restock",
    "scrap",
    "send_serial",
    "send_transfer",
    "set_place",
    "ship",
    "stock_at",
    "unblock",
]
