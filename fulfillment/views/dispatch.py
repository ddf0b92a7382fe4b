"""The dispatch desk: what waits for a driver, and who is on the road with what."""

from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from fulfillment import queries, services
from fulfillment.forms import DriverForm
from fulfillment.models import Shipment
from oms.errors import DomainError
from oms.forms import posted_key
from oms.models import User
from oms.pages import Page
from oms.submissions import once

SHOWN = 200


class Dispatch(Page, TemplateView):
    permission = "fulfillment.dispatch"
    title = _("Dispatch")
    template_name = "fulfillment/dispatch.html"

    def get_context_data(self, **kwargs) -> dict:
        on_the_road = groupby(queries.out_for_delivery(), key=lambda shipment: shipment.driver)
        context = {
            "waiting": queries.to_send_out()[:SHOWN],
            "form": DriverForm(),
            "rounds": [(driver, list(shipments)) for driver, shipments in on_the_road],
        }
        return super().get_context_data(**context | kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Send the ticked shipments out with a driver, each on its own."""
        form = DriverForm(request.POST)
        numbers = request.POST.getlist("selected")[:SHOWN]
        driver = form.cleaned_data["driver"] if form.is_valid() else None
        problem = "" if driver else translated("Choose a driver.")
        problem = problem or ("" if numbers else translated("Tick the shipments first."))
        if problem:
            return self.render_to_response(
                self.get_context_data(form=form, problem=problem, ticked=numbers), status=422
            )
        once(posted_key(request), request.user, lambda: self._send_out(numbers, driver))
        return redirect(request.path)

    def _send_out(self, numbers: list[str], driver: User) -> str:
        sent = 0
        for shipment in Shipment.objects.filter(number__in=numbers).order_by("pk"):
            try:
                services.send_out(shipment, by=self.request.user, driver=driver)
                sent += 1
            except DomainError as refusal:
                messages.error(self.request, str(refusal))
        if sent:
            text = ngettext(
                "%(count)s shipment is out with %(driver)s.", "%(count)s shipments are out with %(driver)s.", sent
            )
            messages.success(self.request, text % {"count": sent, "driver": driver})
        return self.request.path
