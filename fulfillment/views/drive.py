"""The driver's phone: her own deliveries, one after the other. Another driver's are not there for her."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from fulfillment import queries
from fulfillment.actions import delivery_actions
from fulfillment.models import Shipment
from oms.actions import ActionView, action_buttons
from oms.forms import posted_key
from oms.pages import Page
from oms.records import RecordPage


class MyDeliveries(Page, TemplateView):
    permission = "fulfillment.deliver_own"
    title = _("My deliveries")
    template_name = "fulfillment/drive.html"

    def get_context_data(self, **kwargs) -> dict:
        driver = self.request.user
        context = {
            "out": queries.round_of(driver),
            "over": queries.done_today(driver),
        }
        return super().get_context_data(**context | kwargs)


class MyDelivery(RecordPage):
    permission = "fulfillment.deliver_own"
    template_name = "fulfillment/delivery.html"
    breadcrumb = [(_("My deliveries"), "my-deliveries")]
    notes = False

    def get_queryset(self) -> QuerySet[Shipment]:
        return queries.deliveries_of(self.request.user)

    def get_context_data(self, **kwargs) -> dict:
        shipment = self.object
        context = {
            "lines": shipment.lines.select_related("order_line").filter(packed__gt=0),
            "attempts": shipment.attempts.all(),
            "doors": action_buttons(shipment, self.request.user, delivery_actions),
        }
        return super().get_context_data(**context | kwargs)


class DeliveryAction(ActionView):
    actions = delivery_actions

    def get_queryset(self) -> QuerySet[Shipment]:
        return queries.deliveries_of(self.request.user)

    def get_breadcrumb(self):
        return [(_("My deliveries"), "my-deliveries")]

    def perform(self, form) -> str:
        form.cleaned_data["key"] = posted_key(self.request)
        return super().perform(form)
