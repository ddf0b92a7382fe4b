"""What can be done with a day's plan, its stops and a shift, and by whom."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fulfillment import services
from fulfillment.models import RoutePlan, RouteStop, Shift
from fulfillment.route_forms import MoveForm, PositionForm, WindowForm
from fulfillment.services.planning import SECONDS
from oms import jobs
from oms.actions import Action, Actions
from oms.formats import day
from oms.models import Job

PLAN = "fulfillment.plan_routes"


def start_planning(*, by, date, warehouse, seconds: int = SECONDS) -> Job:
    """Hand the planning of a day to a worker."""
    title = f"{warehouse} {day(date)}"
    return jobs.start("plan_routes", by=by, title=title, date=date.isoformat(), warehouse=warehouse.pk, seconds=seconds)


def plan_again(plan: RoutePlan, *, by) -> Job:
    """Plan the plan's day once more; what is locked stays."""
    return start_planning(by=by, date=plan.date, warehouse=plan.warehouse)


def in_draft(plan: RoutePlan) -> bool:
    return plan.is_draft


def on_a_draft(stop: RouteStop) -> bool:
    return stop.plan.is_draft and stop.live


def to_the_stop(stop: RouteStop, _result) -> str:
    return f"{stop.plan.get_absolute_url()}#stop-{stop.pk}"


plan_actions = Actions(
    "route-plan-action",
    RoutePlan,
    [
        Action(
            "publish",
            _("Publish"),
            PLAN,
            services.publish,
            allowed=in_draft,
            icon="send",
            confirm=_("Give the parcels of %(what)s to their drivers?"),
            done=_("%(what)s is published. The drivers see their stops."),
        ),
        Action(
            "replan",
            _("Plan again"),
            PLAN,
            plan_again,
            allowed=in_draft,
            icon="refresh-cw",
            then=lambda plan, job: job.get_absolute_url(),
        ),
        Action(
            "send-out",
            _("Send out"),
            "fulfillment.dispatch",
            services.send_out_routes,
            allowed=lambda plan: not plan.is_draft,
            icon="navigation",
            confirm=_("Send out every parcel of %(what)s? Packed ones leave the warehouse."),
            done=_("%(what)s is on the road."),
        ),
        Action(
            "reopen",
            _("Open for changes"),
            PLAN,
            services.reopen,
            allowed=lambda plan: not plan.is_draft,
            icon="lock-open",
            done=_("%(what)s can be changed. The drivers do not see it meanwhile."),
        ),
    ],
)

stop_actions = Actions(
    "stop-action",
    RouteStop,
    [
        Action(
            "lock",
            _("Lock"),
            PLAN,
            services.lock_stop,
            allowed=lambda stop: on_a_draft(stop) and stop.route_id is not None and not stop.locked,
            icon="lock",
            then=to_the_stop,
        ),
        Action(
            "unlock",
            _("Unlock"),
            PLAN,
            services.unlock_stop,
            allowed=lambda stop: on_a_draft(stop) and stop.locked,
            icon="lock-open",
            then=to_the_stop,
        ),
        Action(
            "move",
            _("Move"),
            PLAN,
            services.move_stop,
            form=MoveForm,
            allowed=lambda stop: on_a_draft(stop) and stop.latitude is not None,
            initial=lambda stop: {"route": stop.route_id, "position": stop.sequence or 1},
            icon="arrow-right-left",
            then=to_the_stop,
        ),
        Action(
            "window",
            _("Delivery window"),
            PLAN,
            services.set_window,
            form=WindowForm,
            allowed=on_a_draft,
            initial=lambda stop: {"window_start": stop.window_start, "window_end": stop.window_end},
            icon="clock",
            then=to_the_stop,
        ),
        Action(
            "position",
            _("Enter position"),
            PLAN,
            services.set_position,
            form=PositionForm,
            allowed=on_a_draft,
            initial=lambda stop: {"latitude": stop.latitude, "longitude": stop.longitude},
            icon="map-pin",
            done=_("The position is kept. Plan again to use it."),
            then=to_the_stop,
        ),
        Action(
            "take-out",
            _("Take out"),
            PLAN,
            services.take_out,
            allowed=lambda stop: on_a_draft(stop) and stop.route_id is not None,
            icon="circle-minus",
            then=to_the_stop,
        ),
    ],
)

shift_actions = Actions(
    "shift-action",
    Shift,
    [
        Action(
            "cancel",
            _("Cancel shift"),
            "fulfillment.delete_shift",
            services.cancel_shift,
            confirm=_("Cancel the shift of %(what)s?"),
            style="danger",
            icon="ban",
            done=_("The shift of %(what)s is cancelled."),
            then=lambda shift, _result: reverse("shifts"),
        )
    ],
)
