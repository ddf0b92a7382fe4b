"""A day's routes: the list of plans, planning a day, one plan with its map, its stops and its papers."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from fulfillment.documents import load_list_pdf
from fulfillment.maps import colour_of, route_map
from fulfillment.models import Route, RoutePlan, RouteStop
from fulfillment.route_actions import plan_actions, start_planning, stop_actions
from fulfillment.route_forms import PlanDayForm
from inventory.models import Warehouse
from oms import formats
from oms.actions import ActionView, action_buttons
from oms.columns import Column
from oms.context import current
from oms.filters import Choices, Filters, Period, Records
from oms.forms import FormPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage
from oms.models import Company
from oms.pages import Link, permitted
from oms.records import Fact, RecordPage, Status

TONES = {"draft": "warn", "published": "ok"}
PLANS = RoutePlan.objects.select_related("warehouse", "by", "job")
MADE_BY = {"pyvrp": _("route solver"), "insertion": _("plain insertion")}


class PlanFilters(Filters):
    date = Period(field_name="date", label=_("Day"), moments=False)
    status = Choices(label=_("Status"), choices=RoutePlan.Status.choices)
    warehouse = Records(label=_("Warehouse"), queryset=Warehouse.objects.all())
    search_fields = ["warehouse__name__icontains"]
    search_hint = _("Warehouse")

    class Meta:
        model = RoutePlan
        fields: list[str] = []


PLAN_DAY = Link(_("Plan a day"), "plan-day", icon="route", permission="fulfillment.plan_routes")


class RoutePlans(ListPage):
    page = "route-plans"
    permission = "fulfillment.view_routeplan"
    title = _("Routes")
    filterset_class = PlanFilters
    columns = [
        Column("date", _("Day"), kind="day", link=True, sort="newest"),
        Column("warehouse.name", _("Warehouse")),
        Column("status", _("Status"), kind="status", tones=TONES),
        Column("planned", _("Stops"), kind="number"),
        Column("left", _("Without a route"), kind="number"),
        Column("late", _("Late stops"), kind="number"),
        Column("metres", _("Distance, km"), kind="number", value=lambda plan: round(plan.metres / 1000, 1)),
        Column("seconds", _("Duration, hours"), kind="number", value=lambda plan: round(plan.seconds / 3600, 1)),
        Column("cost", _("Cost"), kind="number"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-date", "-id")}
    primary = PLAN_DAY
    empty = Empty(_("No routes yet"), _("Plan a day for your own vehicles."), PLAN_DAY, icon="route")

    def queryset(self) -> QuerySet[RoutePlan]:
        return PLANS.annotate(
            planned=Count("stops", filter=Q(stops__route__isnull=False)),
            left=Count("stops", filter=Q(stops__route=None, stops__live=True)),
        )


class PlanDay(FormPage):
    permission = "fulfillment.plan_routes"
    title = _("Plan a day")
    breadcrumb = [(_("Routes"), "route-plans")]
    form_class = PlanDayForm
    submit_label = _("Plan")
    intro = _("Takes the parcels for our own fleet and the shifts of that day. What is locked stays where it is.")

    def perform(self, form) -> str:
        return start_planning(by=self.request.user, **form.cleaned_data).get_absolute_url()


class RoutePlanPage(RecordPage):
    permission = "fulfillment.view_routeplan"
    template_name = "fulfillment/route_plan.html"
    queryset = PLANS
    breadcrumb = [(_("Routes"), "route-plans")]
    actions = plan_actions

    def get_title(self) -> str:
        return f"{self.object.warehouse} · {formats.day(self.object.date)}"

    def status(self) -> Status:
        return Status(self.object.get_status_display(), TONES[self.object.status])

    def facts(self) -> list[Fact]:
        plan = self.object
        return [
            Fact(_("Planned"), plan.created_at),
            Fact(_("By"), plan.by),
            Fact(_("Planned with"), MADE_BY.get(plan.made_by, plan.made_by)),
            Fact(_("Minutes at each stop"), plan.stop_seconds // 60),
            Fact(_("Published"), plan.published_at),
        ]

    def get_context_data(self, **kwargs) -> dict:
        plan = self.object
        routes = list(plan.routes.select_related("vehicle", "driver"))
        stops = list(plan.stops.filter(live=True).select_related("shipment__order", "route"))
        for stop in stops:
            stop.plan = plan
        context = {
            "columns": [self._column(route, stops) for route in routes],
            "left": [self._row(stop) for stop in stops if stop.route_id is None],
            "map": route_map(plan, routes, stops),
            "may_move": plan.is_draft and permitted(self.request.user, "fulfillment.plan_routes"),
            "tiles": self._tiles(stops),
            "comparisons": self._comparisons(stops),
            "currency": current(Company).currency,
        }
        return super().get_context_data(**context | kwargs)

    def _column(self, route: Route, stops: list[RouteStop]) -> dict:
        mine = sorted((s for s in stops if s.route_id == route.pk), key=lambda stop: stop.sequence)
        weight, volume = sum(s.weight_g for s in mine) / 1000, sum(s.volume_ml for s in mine) / 1000
        return {
            "route": route,
            "colour": colour_of(route),
            "rows": [self._row(stop) for stop in mine],
            "km": round(route.metres / 1000, 1),
            "minutes": round(route.seconds / 60),
            "weight": round(weight, 1),
            "volume": round(volume, 1),
        }

    def _row(self, stop: RouteStop) -> dict:
        return {"stop": stop, "buttons": action_buttons(stop, self.request.user, stop_actions)}

    def _tiles(self, stops: list[RouteStop]) -> list[dict]:
        plan = self.object
        on_route = sum(1 for stop in stops if stop.route_id)
        return [
            {"label": _("Stops"), "value": on_route},
            {"label": _("Without a route"), "value": len(stops) - on_route, "tone": "bad"},
            {"label": _("Late stops"), "value": plan.late, "tone": "bad"},
            {"label": _("Distance, km"), "value": formats.quantity(round(plan.metres / 1000, 1))},
            {"label": _("Duration, hours"), "value": formats.quantity(round(plan.seconds / 3600, 1))},
            {"label": _("Cost"), "value": formats.amount(plan.cost, current(Company).currency)},
        ]

    def _comparisons(self, stops: list[RouteStop]) -> list[dict]:
        """This plan, plain insertion of the same parcels, and the last plan before it, each per stop."""
        plan = self.object
        served = sum(1 for stop in stops if stop.route_id)
        rows = [_comparison(translated("This plan"), served, plan.metres, plan.cost)]
        if plan.plain_metres is not None:
            plain = len(stops) - sum(1 for s in stops if s.latitude is None) - plan.plain_unassigned
            rows.append(_comparison(translated("Plain insertion"), plain, plan.plain_metres, plan.plain_cost))
        before = RoutePlan.objects.filter(warehouse=plan.warehouse, date__lt=plan.date).order_by("-date").first()
        if before:
            count = before.stops.filter(route__isnull=False).count()
            rows.append(_comparison(formats.day(before.date), count, before.metres, before.cost))
        return rows


def _comparison(label: str, stops: int, metres: int, cost) -> dict:
    return {
        "label": label,
        "stops": stops,
        "km": round(metres / 1000, 1),
        "cost": cost,
        "km_stop": round(metres / 1000 / stops, 2) if stops else None,
        "cost_stop": round(cost / stops, 2) if stops else None,
    }


class RoutePlanAction(ActionView):
    actions = plan_actions
    queryset = PLANS


class StopAction(ActionView):
    actions = stop_actions
    queryset = RouteStop.objects.select_related("plan__warehouse", "shipment__order", "route")

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if "route" in form.fields:
            form.fields["route"].queryset = self.object.plan.routes.select_related("vehicle", "driver")
        return form


def load_list(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What to load on a route's vehicle, the last stop first; for dispatchers, and for the route's own driver."""
    route = get_object_or_404(
        Route.objects.select_related("plan__warehouse", "vehicle", "driver"), plan=pk, number=number
    )
    own = route.driver_id == request.user.pk and not route.plan.is_draft
    if not own and not permitted(request.user, "fulfillment.view_routeplan"):
        raise PermissionDenied
    response = HttpResponse(load_list_pdf(route, get_language()), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="load-{route.plan.date}-{route.number}.pdf"'
    return response
