"""What customers think: the list."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from aftersales.models import Feedback
from customers.models import Customer
from oms.columns import Column
from oms.filters import Choices, Filters, Linked, Period
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab

STARS = [(str(n), "★" * n + "☆" * (5 - n)) for n in range(5, 0, -1)]


class FeedbackFilters(Filters):
    rating = Choices(label=_("Rating"), choices=STARS)
    at = Period(field_name="at", label=_("Received"))
    customer = Linked(field_name="order__customer", label=_("Customer"), queryset=Customer.objects.all())
    search_fields = ["order__number__istartswith", "order__customer__name__icontains", "comment__icontains"]
    search_hint = _("Order, customer or comment")

    class Meta:
        model = Feedback
        fields: list[str] = []


class FeedbackList(ListPage):
    page = "feedback"
    permission = "aftersales.view_feedback"
    title = _("Feedback")
    filterset_class = FeedbackFilters
    columns = [
        Column("order.number", _("Order"), url=lambda feedback: feedback.order.get_absolute_url()),
        Column("order.customer.name", _("Customer")),
        Column(
            "rating",
            _("Rating"),
            template="aftersales/cells/stars.html",
            export=lambda feedback: feedback.rating,
            sort="rating",
        ),
        Column("comment", _("Comment")),
        Column("at", _("Received"), kind="moment", sort="newest"),
    ]
    orderings = {
        "newest": Ordering(_("Newest"), "-id"),
        "rating": Ordering(_("Rating"), "-rating", "-id"),
    }
    tabs = [Tab(_("Unhappy"), "rating=1&rating=2"), Tab(_("Happy"), "rating=4&rating=5")]
    empty = Empty(_("No feedback yet"), _("Customers can rate an order once it is delivered."), icon="star")

    def queryset(self) -> QuerySet[Feedback]:
        return Feedback.objects.select_related("order__customer")
