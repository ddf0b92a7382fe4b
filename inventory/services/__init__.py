"""The verbs of stock and of the catalogue."""

from inventory.services.alerts import check_alert_lines, handle_alert
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

__all__ = [
    "MAX_PIECES",
    "Entry",
    "OutOfStock",
    "adjust",
    "assemble",
    "change_product",
    "check_alert_lines",
    "create_product",
    "handle_alert",
    "lock_stock",
    "placed",
    "post",
    "put_away",
    "quarantine",
    "quarantine_expired",
    "receive",
    "refuse_quantity",
    "release",
    "reserve",
    "restock",
    "scrap",
    "send_serial",
    "set_place",
    "ship",
    "stock_at",
    "unblock",
]
