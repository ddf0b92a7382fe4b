"""Picking: the queue with its reasons, and the way through the bins."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from fulfillment import queries, services
from fulfillment.actions import order_actions
from fulfillment.models import Shipment
from fulfillment.views.scanning import ScanPage
from inventory.models import Warehouse
from oms.actions import ActionView, action_buttons
from oms.pages import Page, permitted
from orders.models import Order
from orders.reasons import sentence

PAGE_SIZE = 50


class PickQueue(Page, TemplateView):
    """What to pick next, and why it is next."""

    permission = "fulfillment.pick"
    title = _("Picking")
    template_name = "fulfillment/queue.html"

    def get_queryset(self) -> QuerySet[Order]:
        orders = queries.ready_to_pick()
        if self.warehouse:
            orders = orders.filter(warehouse=self.warehouse)
        wanted = self.request.GET.get("q", "").strip()
        return orders.filter(number__iexact=wanted) if wanted else orders

    @property
    def warehouse(self) -> int | None:
        asked = self.request.GET.get("warehouse", "")
        return int(asked) if asked.isdecimal() and len(asked) < 10 else None

    def get_context_data(self, **kwargs) -> dict:
        asked = self.request.GET.get("page", "")
        page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
        start = (page - 1) * PAGE_SIZE
        found = self.get_queryset().select_related("customer", "warehouse").prefetch_related("lines")
        rows = list(found[start : start + PAGE_SIZE + 1])
        context = {
            "rows": [self._row(order) for order in rows[:PAGE_SIZE]],
            "previous": page - 1,
            "next": page + 1 if len(rows) > PAGE_SIZE else None,
            "state": self.request.GET,
            "warehouse": self.warehouse,
            "warehouses": Warehouse.objects.filter(active=True),
            "started": queries.picking(),
        }
        return super().get_context_data(**context | kwargs)

    def _row(self, order: Order) -> dict:
        lines, today = list(order.lines.all()), timezone.localdate()
        return {
            "order": order,
            "lines": len(lines),
            "pieces": sum(line.reserved for line in lines),
            "late": bool(order.ship_by and order.ship_by < today),
            "today": order.ship_by == today,
            "reasons": [sentence(reason) for reason in order.priority_reasons],
            "buttons": action_buttons(order, self.request.user, order_actions),
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
        shipment, by = self.shipment, self.request.user
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
