"""Mails to the customer about her returns and tickets, in the order's or her own language."""

from aftersales.events import ReturnEvent, TicketEvent
from aftersales.models import Return, Ticket, TicketMessage
from oms.messages import queue_email, queue_sms
from oms.models import Event
from oms.outbox import on


def _tell(event: Event, template: str) -> None:
    rma = Return.objects.select_related("order__customer").get(pk=event.subject_id)
    order = rma.order
    context = {
        "rma": rma,
        "order": order,
        "lines": list(rma.lines.select_related("order_line")),
        "event": event,
    }
    send = queue_email if order.email else queue_sms
    if to := order.email or order.phone:
        send(
            template,
            to=to,
            language=order.language,
            context=context,
            about=rma,
            once=f"{template}:{event.pk}",
        )


@on(ReturnEvent.REQUESTED)
def send_return_requested(event: Event) -> None:
    """We have it and will answer."""
    _tell(event, "return_requested")


@on(ReturnEvent.APPROVED)
def send_return_approved(event: Event) -> None:
    """Send the goods."""
    _tell(event, "return_approved")


@on(ReturnEvent.REJECTED)
def send_return_rejected(event: Event) -> None:
    """No, and why."""
    _tell(event, "return_rejected")


@on(ReturnEvent.REFUNDED)
def send_return_refunded(event: Event) -> None:
    """Money is on its way back."""
    _tell(event, "return_refunded")


@on(TicketEvent.ANSWERED)
def send_ticket_reply(event: Event) -> None:
    """Our answer, word by word."""
    ticket = Ticket.objects.select_related("order", "customer").get(pk=event.subject_id)
    message = TicketMessage.objects.get(pk=event.data["message_id"])
    source = ticket.order or ticket.customer
    if to := source.email or ticket.customer.email:
        queue_email(
            "ticket_reply",
            to=to,
            language=source.language,
            context={
                "ticket": ticket,
                "message": message,
                "order": ticket.order,
                "customer": ticket.customer,
            },
            about=ticket,
            once=f"ticket_reply:{message.pk}",
        )
