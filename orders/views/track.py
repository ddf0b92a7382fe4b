"""The customer's view of her order: found by number and e-mail or phone tail, or by her signed link."""

import datetime
from itertools import pairwise
from urllib.parse import quote

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from oms.events import timeline
from oms.limits import allow, client_address
from orders import queries
from orders.events import OrderEvent
from orders.forms import TrackForm
from orders.models import Order, Promise

TRIES, TRY_SECONDS = 10, 600
LOOKS, LOOK_SECONDS = 120, 60

PUBLIC_EVENTS = {
    OrderEvent.PLACED: gettext_lazy("We received your order"),
    OrderEvent.CONFIRMED: gettext_lazy("Your order is confirmed"),
    OrderEvent.PROMISED: gettext_lazy("The promised date changed"),
    OrderEvent.PACKED: gettext_lazy("Your goods are packed"),
    OrderEvent.SHIPPED: gettext_lazy("Your goods left our warehouse"),
    OrderEvent.OUT_FOR_DELIVERY: gettext_lazy("Your goods are out for delivery"),
    OrderEvent.DELIVERED: gettext_lazy("Delivered"),
    OrderEvent.DELIVERY_FAILED: gettext_lazy("We could not deliver"),
    OrderEvent.CANCELLED: gettext_lazy("The order was cancelled"),
    OrderEvent.RETURN_REQUESTED: gettext_lazy("You asked for a return"),
    OrderEvent.RETURNED: gettext_lazy("Your return arrived"),
    OrderEvent.REFUNDED: gettext_lazy("We refunded you"),
}
# The first reason of a new promise in words for the customer; the office's own sentence may name another order.
CAUSES = {
    "claim_given": gettext_lazy("Goods that we had meant for you were needed for an older promise."),
    "claim_got": gettext_lazy("Goods became free for you."),
    "goods_came": gettext_lazy("What was missing has arrived."),
    "waiting_for_stock": gettext_lazy("Goods for your order have not arrived yet."),
    "as_requested": gettext_lazy("You asked for this day."),
}
Stage = Order.Stage
HEADLINES = {
    Stage.DRAFT: gettext_lazy("We are checking your order"),
    Stage.ON_HOLD: gettext_lazy("We are checking your order"),
    Stage.TO_REVIEW: gettext_lazy("We are checking your order"),
    Stage.WAITING_STOCK: gettext_lazy("Confirmed; we are waiting for goods"),
    Stage.TO_MAKE: gettext_lazy("Confirmed; we are making it"),
    Stage.TO_PICK: gettext_lazy("Confirmed"),
    Stage.PICKING: gettext_lazy("We are packing your order"),
    Stage.TO_SHIP: gettext_lazy("Packed and ready to leave"),
    Stage.PARTLY_SHIPPED: gettext_lazy("Partly on its way"),
    Stage.SHIPPED: gettext_lazy("On its way"),
    Stage.DELIVERED: gettext_lazy("Delivered"),
    Stage.RETURNED: gettext_lazy("Returned"),
    Stage.CLOSED: gettext_lazy("Completed"),
    Stage.CANCELLED: gettext_lazy("Cancelled"),
}
STEPS = [
    gettext_lazy("Received"),
    gettext_lazy("Confirmed"),
    gettext_lazy("Packed"),
    gettext_lazy("On its way"),
    gettext_lazy("Delivered"),
]
REACHED = {
    Stage.WAITING_STOCK: 1,
    Stage.TO_MAKE: 1,
    Stage.TO_PICK: 1,
    Stage.PICKING: 1,
    Stage.TO_SHIP: 2,
    Stage.PARTLY_SHIPPED: 3,
    Stage.SHIPPED: 3,
    Stage.DELIVERED: 4,
    Stage.RETURNED: 4,
    Stage.CLOSED: 4,
}


@method_decorator([login_not_required, never_cache], name="dispatch")
class Track(FormView):
    """A wrong pair and an unknown number get the same answer; tries are counted by caller and by number."""

    template_name = "public/track.html"
    form_class = TrackForm

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**{"title": _("Follow your order")} | kwargs)

    def form_valid(self, form) -> HttpResponse:
        number, contact = form.cleaned_data["number"], form.cleaned_data["contact"]
        caller = allow(f"track:{client_address(self.request)}", TRIES, TRY_SECONDS)
        if not caller or not allow(f"track-number:{quote(number.strip().upper())}", TRIES, TRY_SECONDS):
            return render(self.request, "429.html", status=429)
        order = queries.order_by_pair(number, contact)
        if order:
            return redirect(order.public_path)
        form.add_error(None, _("We know no order with this number and this e-mail or phone. Please check both."))
        return self.form_invalid(form)

    def form_invalid(self, form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@login_not_required
@never_cache
def track_order(request: HttpRequest, key: str) -> HttpResponse:
    """The order behind a signed link."""
    if not allow(f"public:{client_address(request)}", LOOKS, LOOK_SECONDS):
        return render(request, "429.html", status=429)
    order = queries.order_by_key(key)
    if order is None:
        response = render(request, "public/no_order.html", {"title": _("This link leads to no order")}, status=404)
    else:
        response = render(request, "public/order.html", context_of(order, key))
    response["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response


def context_of(order: Order, key: str) -> dict:
    """What an order's public page says; nothing in it is internal or about anybody else."""
    promises = list(order.promises.all())
    seen = timeline(order).filter(kind__in=[kind.value for kind in PUBLIC_EVENTS])
    reached = REACHED.get(order.stage, 0)
    return {
        "title": _("Order %(number)s") % {"number": order.number},
        "order": order,
        "key": key,
        "headline": HEADLINES[Stage(order.stage)],
        "steps": [(label, n < reached, n == reached) for n, label in enumerate(STEPS)],
        "cancelled": order.stage == Stage.CANCELLED,
        "checking": order.stage in (Stage.DRAFT, Stage.ON_HOLD, Stage.TO_REVIEW),
        "late": _is_late(order),
        "moved": _moved_from(order, promises),
        "changes": _changes(promises),
        "lines": order.lines.all(),
        "happened": [(event, PUBLIC_EVENTS[OrderEvent(event.kind)]) for event in seen],
    }


def _is_late(order: Order) -> bool:
    open_still = order.stage not in (Stage.DELIVERED, Stage.RETURNED, Stage.CLOSED, Stage.CANCELLED)
    return bool(open_still and order.promised_date and order.promised_date < timezone.localdate())


def _moved_from(order: Order, promises: list[Promise]) -> list[datetime.date]:
    """The dates promised before today's, oldest first; a promise that was repeated is not a change."""
    days = dict.fromkeys(promise.deliver_by for promise in promises)
    return [day for day in days if day != order.promised_date]


def _changes(promises: list[Promise]) -> list[tuple[Promise, Promise, str]]:
    """(before, after, why) for each change of the promised day, newest first."""
    pairs = [(old, new) for old, new in pairwise(promises) if old.deliver_by != new.deliver_by]
    return [(old, new, _cause(new)) for old, new in reversed(pairs)]


def _cause(promise: Promise) -> str:
    code = promise.reasons[0].get("code", "") if promise.reasons else ""
    return str(CAUSES.get(code, ""))
