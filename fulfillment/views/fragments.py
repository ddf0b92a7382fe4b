"""Parts of other apps' pages that know about shipments; each is a page of its own without JavaScript."""

from django.db.models import Sum
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as translated
from django.views.generic import TemplateView

from fulfillment import queries
from fulfillment.actions import order_actions
from fulfillment.views.shipments import TONES
from inventory.models import Product
from oms.actions import action_buttons
from oms.pages import Page, permitted
from orders.models import Order

SHOWN = 50


class Fragment(Page, TemplateView):
    """Draws `part` alone for htmx, else within a page."""

    part: str
    template_name = "fulfillment/fragment.html"

    def get_template_names(self) -> list[str]:
        return [self.part] if self.request.htmx else [self.template_name]

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**{"part": self.part} | kwargs)


class ProductClaims(Fragment):
    """The orders that hold a product, whose pieces add up to what is reserved."""

    permission = "orders.view_order"
    part = "fulfillment/claims.html"

    def get_context_data(self, **kwargs) -> dict:
        product = get_object_or_404(Product, pk=kwargs["pk"])
        claims = queries.claims_on(product)
        context = {
            "title": translated("%(product)s: reserved for orders") % {"product": product},
            "claims": claims[:SHOWN],
            "total": claims.order_by().aggregate(pieces=Sum("reserved", default=0))["pieces"],
            "limit": SHOWN,
        }
        return super().get_context_data(**kwargs | context)


class OrderShipments(Fragment):
    """The shipments of an order, and the button that starts the next one."""

    permission = ("fulfillment.view_shipment", "orders.view_order")
    part = "fulfillment/order_shipments.html"

    def get_context_data(self, **kwargs) -> dict:
        order = get_object_or_404(Order, number=kwargs["number"])
        shipments = list(order.shipments.select_related("carrier", "driver").order_by("id"))
        buttons = [] if any(s.in_house for s in shipments) else action_buttons(order, self.request.user, order_actions)
        context = {
            "title": translated("Shipments of %(number)s") % {"number": order.number},
            "shipments": [(shipment, TONES[shipment.status]) for shipment in shipments],
            "pick_buttons": buttons,
            "may_open": permitted(self.request.user, "fulfillment.view_shipment"),
        }
        return super().get_context_data(**kwargs | context)
