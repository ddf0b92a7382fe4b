"""Reactions that failed for good: what was owed to which event, why it failed, and trying again."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from oms import events
from oms.actions import Action
from oms.columns import Column
from oms.filters import Filters
from oms.keyset import Ordering
from oms.lists import Empty, ListPage
from oms.models import Delivery
from oms.outbox import try_again


class DeliveryFilters(Filters):
    search_fields = ["reaction__icontains", "error__icontains"]
    search_hint = _("Reaction or error")

    class Meta:
        model = Delivery
        fields: list[str] = []


class Deliveries(ListPage):
    page = "deliveries"
    permission = "oms.view_delivery"
    title = _("Failed reactions")
    filterset_class = DeliveryFilters
    columns = [
        Column("event", _("Event"), value=lambda delivery: events.label(delivery.event.kind)),
        Column("reaction", _("Reaction")),
        Column("error", _("Error")),
        Column("attempts", _("Attempts"), kind="number"),
        Column("event.at", _("Since"), kind="moment"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    bulk = [Action("retry", _("Try again"), "oms.change_delivery", try_again, icon="rotate-cw")]
    exportable = False
    empty = Empty(
        _("Nothing failed"),
        _("What could not be done after several attempts appears here."),
        icon="circle-check",
    )

    def queryset(self) -> QuerySet[Delivery]:
        return Delivery.objects.filter(state=Delivery.State.FAILED).select_related("event")
