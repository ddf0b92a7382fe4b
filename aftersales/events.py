from django.utils.translation import gettext_lazy as _

from oms.events import EventKind


class ReturnEvent(EventKind):
    REQUESTED = "return.requested", _("Return requested")
    APPROVED = "return.approved", _("Return approved")
    REJECTED = "return.rejected", _("Return rejected")
    RECEIVED = "return.received", _("Goods received")
    INSPECTED = "return.inspected", _("Goods inspected")
    REFUNDED = "return.refunded", _("Refunded")
    CLOSED = "return.closed", _("Return closed")


class TicketEvent(EventKind):
    OPENED = "ticket.opened", _("Ticket opened")
    ANSWERED = "ticket.answered", _("Answered by us")
    ASKED = "ticket.asked", _("The customer wrote")
    SOLVED = "ticket.solved", _("Solved")
    REOPENED = "ticket.reopened", _("Opened again")


class FeedbackEvent(EventKind):
    RATED = "feedback.rated", _("Rated by the customer")
