"""Packing: every piece is checked by its code before it goes into the parcel."""

from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from fulfillment import queries, services
from fulfillment.models import Shipment
from fulfillment.views.scanning import ScanPage
from oms.pages import Page


class PackQueue(Page, TemplateView):
    """What lies at the packing table; scanning a trolley's number opens it."""

    permission = "fulfillment.pack"
    title = _("Packing")
    template_name = "fulfillment/packing.html"

    def get(self, request, *args, **kwargs):
        code = request.GET.get("code", "").strip()
        found = (
            queries.packing().filter(Q(number__iexact=code) | Q(order__number__iexact=code)).first() if code else None
        )
        if found:
            return redirect("pack", found.number)
        return self.render_to_response(self.get_context_data(code=code))

    def get_context_data(self, **kwargs) -> dict:
        context = {
            "to_pack": queries.packing().prefetch_related("lines")[:100],
            "to_ship": queries.to_ship().prefetch_related("lines")[:100],
        }
        return super().get_context_data(**context | kwargs)


class Pack(ScanPage):
    permission = "fulfillment.pack"
    template_name = "fulfillment/pack.html"
    work_template = "fulfillment/pack_work.html"
    breadcrumb = [(_("Packing"), "packing")]
    works_on = Shipment.Status.PICKED
    counter, goal = "packed", "picked"

    def get_title(self) -> str:
        return translated("Pack %(number)s") % {"number": self.kwargs["number"]}

    def do(self, op: str, code: str, quantity: int) -> str:
        shipment, by = self.shipment, self.request.user
        if op == "add":
            services.scan_pack(shipment, by=by, code=code, quantity=quantity)
            return translated("%(quantity)s × %(code)s packed.") % {"code": code, "quantity": quantity}
        if op == "finish":
            services.finish_packing(shipment, by=by)
            return reverse("shipment", args=[shipment.number])
        return self.unknown(op)
