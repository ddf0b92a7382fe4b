"""Mails that were sent to customers in the last days, rendered as the system renders them; a few went wrong."""

import datetime

from oms.messages import queue_email
from oms.models import Message
from reports.demo.world import Story, World

TROUBLES = [
    ("failed", "SMTPServerDisconnected: connection unexpectedly closed"),
    ("bounced", "550 5.1.1 mailbox unavailable"),
    ("failed", "421 4.7.0 try again later (gave up after 6 attempts)"),
]
KINDS = {"to_pick": "order_confirmed", "picking": "order_confirmed", "cancelled": "order_cancelled"}


def recall(world: World) -> None:
    """Store the newest mails with their outcome, none of them waiting to be sent."""
    confirmed = [story for story in world.stories if story.order.confirmed_at and story.order.email]
    messages = [_mail(world, story) for story in confirmed[-world.size.messages :]]
    for message, (state, error) in zip(messages[::-3], TROUBLES, strict=False):
        message.state, message.error, message.sent_at = state, error, None
        message.attempts = 6 if state == "failed" else 1
    Message.objects.bulk_update(messages, ["state", "error", "attempts", "created_at", "next_at", "sent_at"])


def _mail(world: World, story: Story) -> Message:
    order = story.order
    template = KINDS.get(story.fate, "order_shipped" if any(x.shipped for x in story.lines) else "order_confirmed")
    context = {"order": order, "lines": story.lines, "customer": order.customer, "event": None}
    message = queue_email(template, to=order.email, language=order.language, context=context, about=order)
    at = world.later(order.confirmed_at, 1, 2)
    message.state, message.attempts, message.created_at = Message.State.SENT, 1, at
    message.next_at = message.sent_at = at + datetime.timedelta(seconds=2)
    return message
