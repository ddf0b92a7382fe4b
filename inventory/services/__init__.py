"""The verbs of stock and of the catalogue."""

from inventory.services.alerts import check_alert_lines, handle_alert
from inventory.services.catalogue import change_product, create_product
from inventory.services.ledger import (
    MAX_PIECES,
    Entry,
    OutOfStock,
    adjust,
    lock_stock,
    post,
    receive,
    release,
    reserve,
    restock,
    set_place,
    ship,
    stock_at,
)

__all__ = [
    "MAX_PIECES",
    "Entry",
    "OutOfStock",
    "adjust",
    "change_product",
    "check_alert_lines",
    "create_product",
    "handle_alert",
    "lock_stock",
    "post",
    "receive",
    "release",
    "reserve",
    "restock",
    "set_place",
    "ship",
    "stock_at",
]
