"""Files to and from carriers: the day's manifest, and the tracking events that come back."""

import datetime

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from fulfillment import queries, services
from fulfillment.adapters import CarrierProblem
from fulfillment.adapters.file import FileAdapter, manifest_csv, manifest_json
from fulfillment.carrier_forms import EventFileForm
from fulfillment.models import Carrier, RawTrackingEvent
from fulfillment.services.booking import parcel_of
from oms.errors import DomainError
from oms.forms import EditPage

SHOWN_PROBLEMS = 10
MAKE = {"csv": (manifest_csv, "text/csv; charset=utf-8"), "json": (manifest_json, "application/json")}


@permission_required("fulfillment.view_carrier", raise_exception=True)
def manifest(request: HttpRequest, pk: int, day: str, kind: str) -> HttpResponse:
    """What leaves with a carrier on a day, as a file for it."""
    carrier = get_object_or_404(Carrier, pk=pk)
    try:
        date = datetime.date.fromisoformat(day)
        make, content_type = MAKE[kind]
    except (ValueError, KeyError):
        raise Http404 from None
    parcels = [parcel_of(shipment) for shipment in queries.manifest_of(carrier, date)]
    response = HttpResponse(make(parcels), content_type=content_type)
    name = carrier.code or f"carrier-{carrier.pk}"
    response["Content-Disposition"] = f'attachment; filename="{name}-{date:%Y%m%d}.{kind}"'
    return response


class UploadEvents(EditPage):
    """The carrier's file of tracking events; lines that cannot be read are named, the others are taken."""

    permission = "fulfillment.upload_events"
    model = Carrier
    form_class = EventFileForm
    title = _("Upload tracking events")
    submit_label = _("Upload")

    def get_breadcrumb(self):
        return [(_("Carriers"), "carriers"), (str(self.object), self.object.get_absolute_url())]

    def perform(self, form) -> Carrier:
        try:
            reading = FileAdapter().read_events(form.cleaned_data["file"].read())
        except CarrierProblem as problem:
            raise DomainError(str(problem)) from problem
        new = services.keep_events(self.object, reading.seen, source=RawTrackingEvent.Source.FILE)
        said = translated("%(new)s new events of %(all)s are taken.") % {"new": new, "all": len(reading.seen)}
        messages.success(self.request, said)
        for problem in reading.problems[:SHOWN_PROBLEMS]:
            messages.warning(self.request, problem)
        return self.object
