"""What customers think."""

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.events import FeedbackEvent
from aftersales.models import Feedback
from oms.errors import DomainError
from oms.locking import lock
from orders import services as orders
from orders.models import Order


@transaction.atomic
def rate(order: Order, *, rating: int, comment: str = "", by=None) -> Feedback:
    """A customer's rating of a delivered order, 1 to 5, once."""
    order = lock(order)
    if Feedback.objects.filter(order=order).exists():
        raise DomainError(_("%(number)s was already rated. Thank you.") % {"number": order.number})
    if not order.lines.filter(delivered__gt=0).exists():
        raise DomainError(_("%(number)s can be rated when it is delivered.") % {"number": order.number})
    if not 1 <= rating <= 5:
        raise DomainError(_("The rating must be between 1 and 5."))
    feedback = Feedback.objects.create(order=order, rating=rating, comment=comment)
    orders.record_on_order(order, FeedbackEvent.RATED, by=by, rating=rating, note=comment)
    return feedback
