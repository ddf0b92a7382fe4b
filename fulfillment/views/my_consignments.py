"""The courier's phone: her own consignments to collect and to bring. Another driver's are not there for her."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from fulfillment import queries
from fulfillment.consignment_actions import own_consignment_actions
from fulfillment.models import Consignment
from fulfillment.services import consigning
from fulfillment.views.consignments import CONSIGNMENT_TONES, KEYED
from oms.actions import ActionView, action_buttons
from oms.forms import posted_key
from oms.pages import Page
from oms.records import RecordPage, Status
from oms.submissions import once

OWN = [(_("My consignments"), "my-consignments")]


class MyConsignments(Page, TemplateView):
    permission = "fulfillment.deliver_own"
    title = _("My consignments")
    template_name = "fulfillment/my_consignments.html"

    def get_context_data(self, **kwargs) -> dict:
        board = list(queries.on_board(self.request.user))
        context = {
            "to_collect": queries.to_collect(self.request.user),
            "loaded": [one for one in board if one.status == Consignment.Status.LOADED],
            "out": [one for one in board if one.status == Consignment.Status.OUT],
        }
        return super().get_context_data(**context | kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Start the round: everything on board is out for delivery."""
        once(posted_key(request), request.user, self._start)
        return redirect(request.path)

    def _start(self) -> str:
        loaded = list(queries.on_board(self.request.user).filter(status=Consignment.Status.LOADED))
        for consignment in sorted(loaded, key=lambda one: one.pk):
            consigning.send_consignment_out(consignment, by=self.request.user)
        said = ngettext("%(count)s consignment is out now.", "%(count)s consignments are out now.", len(loaded))
        messages.success(self.request, said % {"count": len(loaded)})
        return self.request.path


class MyConsignment(RecordPage):
    permission = "fulfillment.deliver_own"
    template_name = "fulfillment/my_consignment.html"
    breadcrumb = OWN
    notes = False

    def get_queryset(self) -> QuerySet[Consignment]:
        return queries.consignments_of(self.request.user)

    def status(self) -> Status:
        return Status(self.object.get_status_display(), CONSIGNMENT_TONES[self.object.status])

    def get_context_data(self, **kwargs) -> dict:
        consignment, user = self.object, self.request.user
        collecting = consignment.status == Consignment.Status.BOOKED
        hers = (consignment.collector_id if collecting else consignment.driver_id) == user.pk
        context = {
            "collecting": collecting,
            "doors": action_buttons(consignment, user, own_consignment_actions) if hers else [],
            "attempts": consignment.attempts.all(),
        }
        return super().get_context_data(**context | kwargs)


class MyConsignmentAction(ActionView):
    actions = own_consignment_actions

    def get_queryset(self) -> QuerySet[Consignment]:
        mine = {"collector" if self.action.name == "collect" else "driver": self.request.user}
        return Consignment.objects.filter(**mine)

    def get_breadcrumb(self):
        return OWN

    def perform(self, form) -> str:
        if self.action.name in KEYED:
            form.cleaned_data["key"] = posted_key(self.request)
        return super().perform(form)
