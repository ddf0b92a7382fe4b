"""The driver's phone: her own deliveries, one after the other. Another driver's are not there for her."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, permission_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.generic import TemplateView

from fulfillment import queries
from fulfillment.actions import KEYED, delivery_actions
from fulfillment.forms import DoorForm, NotDeliveredForm
from fulfillment.models import Proof, Shipment
from fulfillment.services import REOPEN_MINUTES, may_move, may_reopen
from oms.actions import ActionView
from oms.forms import posted_key
from oms.pages import Page, permitted
from oms.records import RecordPage

OWN = "fulfillment.deliver_own"


class MyDeliveries(Page, TemplateView):
    permission = OWN
    title = _("My deliveries")
    template_name = "fulfillment/drive.html"

    def get_context_data(self, **kwargs) -> dict:
        driver = self.request.user
        context = {"out": queries.board_of(driver), "over": queries.done_today(driver)}
        return super().get_context_data(**context | kwargs)


class MyDelivery(RecordPage):
    permission = OWN
    template_name = "fulfillment/delivery.html"
    breadcrumb = [(_("My deliveries"), "my-deliveries")]
    notes = False

    def get_queryset(self) -> QuerySet[Shipment]:
        return queries.deliveries_of(self.request.user)

    def get_title(self) -> str:
        return self.object.order.ship_name

    def get_context_data(self, **kwargs) -> dict:
        shipment = self.object
        context = {
            "lines": shipment.lines.select_related("order_line").filter(packed__gt=0),
            "attempts": shipment.attempts.select_related("reopening"),
            "wishes": shipment.wishes.filter(state="accepted"),
            "may_arrive": may_move(shipment, "arrive") and not shipment.arrived_at,
            "may_reopen": may_reopen(shipment, self.request.user),
            "reopen_minutes": REOPEN_MINUTES,
        }
        if may_move(shipment, "deliver"):
            context["delivered"] = DoorForm(initial={"recipient": shipment.order.ship_name}, auto_id="yes_%s")
            context["failed"] = NotDeliveredForm(auto_id="no_%s")
        return super().get_context_data(**context | kwargs)


class DeliveryAction(ActionView):
    """A tap of the driver. Her phone's queue asks for JSON and is told in one sentence what was wrong."""

    actions = delivery_actions

    def get_queryset(self) -> QuerySet[Shipment]:
        return queries.deliveries_of(self.request.user)

    def get_breadcrumb(self):
        return [(_("My deliveries"), "my-deliveries")]

    def perform(self, form) -> str:
        if self.action.name in KEYED:
            form.cleaned_data["key"] = posted_key(self.request)
        return super().perform(form)

    @property
    def from_queue(self) -> bool:
        return self.request.headers.get("Accept") == "application/json"

    def _performed(self, form) -> str:
        if not self.from_queue:
            return super()._performed(form)
        return self.perform(form)  # a toast for each would wait for the next page

    def _go_to(self, location: str) -> HttpResponse:
        return JsonResponse({"next": location}) if self.from_queue else super()._go_to(location)

    def refused(self, form, status: int) -> HttpResponse:
        if not self.from_queue:
            return super().refused(form, status)
        sentences = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"error": " ".join(sentences)}, status=status)


@never_cache
@permission_required(OWN, raise_exception=True)
def hello(request: HttpRequest) -> JsonResponse:
    """Who is logged in, and a fresh token, before a phone sends what it has kept."""
    return JsonResponse({"driver": request.user.pk, "token": get_token(request)})


@login_not_required
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the driver's pages; it knows nothing about anybody."""
    assets = settings.STATIC_URL
    return render(request, "fulfillment/drive_worker.js", {"assets": assets}, content_type="text/javascript")


@never_cache
def photo(request: HttpRequest, pk: int) -> FileResponse:
    """The photo of a hand-over, for those who see shipments and for the driver who has it on board."""
    seen: dict[str, Any] = {} if permitted(request.user, "fulfillment.view_shipment") else _own(request)
    proof = get_object_or_404(Proof.objects.exclude(photo=""), attempt=pk, **seen)
    if not proof.photo.storage.exists(proof.photo.name):
        raise Http404
    return FileResponse(proof.photo.open(), content_type="image/jpeg")


def _own(request: HttpRequest) -> dict[str, Any]:
    if not permitted(request.user, OWN):
        raise Http404
    return {"attempt__shipment__driver": request.user}
