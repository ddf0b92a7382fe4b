"""Picking: the queue with its reasons, and the way through the bins."""

from django.db.models import QuerySet
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from fulfillment import queries, services
from fulfillment.actions import order_actions
from fulfillment.models import Shipment
from fulfillment.pickability import light
from fulfillment.views.scanning import ScanPage
from inventory.models import Warehouse
from oms import keyset
from oms.actions import ActionView, action_buttons
from oms.errors import DomainError
from oms.keyset import Ordering
from oms.pages import Link, Page, permitted
from orders.models import Order
from orders.reasons import sentence

PAGE_SIZE = 50
STARTED_SHOWN = 30
ORDERING = Ordering(_("Most important"), *queries.MOST_IMPORTANT)
LIGHTS = {
    "": (_("All here"), (Order.Stage.TO_PICK,)),
    "waiting": (_("Waiting for pieces"), (Order.Stage.WAITING_STOCK, Order.Stage.PARTLY_SHIPPED)),
    "all": (_("Everything"), queries.IN_QUEUE),
}


class PickQueue(Page, TemplateView):
    """What to pick next, why it is next, and whether its goods are here."""

    permission = "fulfillment.pick"
    title = _("Picking")
    template_name = "fulfillment/queue.html"
    primary = Link(_("Give me work"), "batch-new", "shopping-basket", "fulfillment.pick")
    more = [
        Link(_("Waves"), "waves", "waves-horizontal", "fulfillment.view_wave"),
        Link(_("Batches"), "batches", "layers", "fulfillment.pick"),
    ]

    def get(self, request, *args, **kwargs):
        """A scanned pick list leads to its shipment, a stale one is refused."""
        code = request.GET.get("q", "").strip()
        if services.is_paper(code):
            try:
                return redirect("pick", services.read_paper(code).number)
            except DomainError as refusal:
                return self.render_to_response(self.get_context_data(refusal=str(refusal)), status=409)
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Order]:
        orders = queries.pick_queue(*LIGHTS[self.light][1])
        if self.warehouse:
            orders = orders.filter(warehouse=self.warehouse)
        wanted = self.request.GET.get("q", "").strip()
        return orders.filter(number__iexact=wanted) if wanted else orders

    @property
    def light(self) -> str:
        asked = self.request.GET.get("light", "")
        return asked if asked in LIGHTS else ""

    @property
    def warehouse(self) -> int | None:
        asked = self.request.GET.get("warehouse", "")
        return int(asked) if asked.isdecimal() and len(asked) < 10 else None

    def get_context_data(self, **kwargs) -> dict:
        found = self.get_queryset().select_related("customer", "warehouse").prefetch_related("lines")
        slice = keyset.page(found, ORDERING, self.request.GET.dict(), PAGE_SIZE)
        context = {
            "rows": [self._row(order) for order in slice.rows],
            "slice": slice,
            "state": self.request.GET,
            "light": self.light,
            "lights": [(key, label) for key, (label, _stages) in LIGHTS.items()],
            "warehouse": self.warehouse,
            "warehouses": Warehouse.objects.filter(active=True),
            "started": queries.picking().filter(batch=None, picker__isnull=False)[:STARTED_SHOWN],
        }
        return super().get_context_data(**context | kwargs)

    def _row(self, order: Order) -> dict:
        lines, today = list(order.lines.all()), timezone.localdate()
        here = sum(line.reserved for line in lines)
        return {
            "order": order,
            "lines": len(lines),
            "light": light(lines),
            "pieces": here,
            "late": bool(order.ship_by and order.ship_by < today),
            "today": order.ship_by == today,
            "reasons": [sentence(reason) for reason in order.priority_reasons],
            "buttons": action_buttons(order, self.request.user, order_actions) if here else [],
        }


class OrderPicking(ActionView):
    actions = order_actions

    def get_breadcrumb(self):
        return [(_("Picking"), "picking")]


class Pick(ScanPage):
    permission = "fulfillment.pick"
    template_name = "fulfillment/pick.html"
    work_template = "fulfillment/pick_work.html"
    breadcrumb = [(_("Picking"), "picking")]
    works_on = Shipment.Status.PICKING
    counter, goal = "picked", "to_pick"

    def get_title(self) -> str:
        return translated("Pick %(number)s") % {"number": self.kwargs["number"]}

    def do(self, op: str, code: str, quantity: int) -> str:
        shipment, by = self.subject, self.request.user
        words = {"code": code, "quantity": quantity}
        if op == "add":
            services.pick(shipment, by=by, code=code, quantity=quantity)
            return translated("%(quantity)s × %(code)s picked.") % words
        if op == "back":
            services.put_back(shipment, by=by, code=code, quantity=quantity)
            return translated("%(quantity)s × %(code)s put back.") % words
        if op == "all":
            services.pick_all(shipment, by=by)
            return translated("Everything is picked.")
        if op == "finish":
            services.finish_picking(shipment, by=by)
            return reverse("pack" if permitted(by, "fulfillment.pack") else "shipment", args=[shipment.number])
        return self.unknown(op)
