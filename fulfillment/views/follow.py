"""A consignment's public page: reached by its signed link, it tells its way and nothing else."""

from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from fulfillment.events import ConsignmentEvent
from fulfillment.models import Consignment
from fulfillment.models.consignments import LINK_SIGNER
from oms.events import timeline
from oms.limits import allow, client_address

LOOKS, LOOK_SECONDS = 120, 60
Status = Consignment.Status
HEADLINES = {
    Status.BOOKED: gettext_lazy("We will collect it"),
    Status.COLLECTED: gettext_lazy("Collected"),
    Status.SORTED: gettext_lazy("At our hub"),
    Status.LOADED: gettext_lazy("At our hub"),
    Status.OUT: gettext_lazy("Out for delivery"),
    Status.DELIVERED: gettext_lazy("Delivered"),
    Status.FAILED: gettext_lazy("We could not deliver"),
    Status.RETURNED: gettext_lazy("Given back to the sender"),
    Status.CANCELLED: gettext_lazy("Cancelled"),
}
STEPS = [
    gettext_lazy("Booked"),
    gettext_lazy("Collected"),
    gettext_lazy("At our hub"),
    gettext_lazy("Out for delivery"),
    gettext_lazy("Delivered"),
]
REACHED = {
    Status.BOOKED: 0,
    Status.COLLECTED: 1,
    Status.SORTED: 2,
    Status.LOADED: 2,
    Status.FAILED: 2,
    Status.OUT: 3,
    Status.DELIVERED: 4,
}
HAPPENED = {
    ConsignmentEvent.BOOKED: gettext_lazy("We received the order to collect it"),
    ConsignmentEvent.COLLECTED: gettext_lazy("Collected from the sender"),
    ConsignmentEvent.SORTED: gettext_lazy("Arrived at our hub"),
    ConsignmentEvent.OUT: gettext_lazy("Out for delivery"),
    ConsignmentEvent.DELIVERED: gettext_lazy("Delivered"),
    ConsignmentEvent.FAILED: gettext_lazy("We could not deliver"),
    ConsignmentEvent.RETURNED: gettext_lazy("Given back to the sender"),
    ConsignmentEvent.CANCELLED: gettext_lazy("Cancelled"),
}


@login_not_required
@never_cache
def follow(request: HttpRequest, key: str) -> HttpResponse:
    """The consignment behind a signed link."""
    if not allow(f"public:{client_address(request)}", LOOKS, LOOK_SECONDS):
        return render(request, "429.html", status=429)
    consignment = _behind(key)
    if consignment is None:
        title = {"title": _("This link leads to no consignment")}
        return render(request, "public/no_consignment.html", title, status=404)
    return render(request, "public/consignment.html", _context(consignment))


def _behind(key: str) -> Consignment | None:
    try:
        number = LINK_SIGNER.unsign(key)
    except BadSignature:
        return None
    return Consignment.objects.filter(number=number).first()


def _context(consignment: Consignment) -> dict:
    reached = REACHED.get(consignment.status)
    events = timeline(consignment).filter(kind__in=[kind.value for kind in HAPPENED])
    return {
        "title": consignment.number,
        "consignment": consignment,
        "headline": HEADLINES[consignment.status],
        "steps": [] if reached is None else [(word, n < reached, n == reached) for n, word in enumerate(STEPS)],
        "happened": [(event.at, HAPPENED[ConsignmentEvent(event.kind)]) for event in events],
        "attempts": consignment.attempts.exclude(outcome="delivered"),
    }
