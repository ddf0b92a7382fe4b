"""The verbs of aftersales."""

from aftersales.services.feedback import rate
from aftersales.services.returns import (
    approve_return,
    close_return,
    inspect_return,
    receive_return,
    refund_return,
    reject_return,
    request_return,
)
from aftersales.services.tickets import (
    open_ticket,
    reopen_ticket,
    reply,
    solve_ticket,
    take_ticket,
)

__all__ = [
    "approve_return",
    "close_return",
    "inspect_return",
    "open_ticket",
    "rate",
    "receive_return",
    "refund_return",
    "reject_return",
    "reopen_ticket",
    "reply",
    "request_return",
    "solve_ticket",
    "take_ticket",
]
