"""The page of a person with a scanner: one shipment, one field, and every scan answered at once."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from fulfillment.forms import ScanForm
from fulfillment.models import Shipment
from fulfillment.services.steps import lines_of
from oms import scanning
from oms.errors import DomainError

SHIPMENTS = Shipment.objects.select_related("order", "warehouse", "picker", "carrier")


class ScanPage(scanning.ScanPage):
    """Subclasses give `works_on` (the status), `counter`, `goal` and `do(op, code, quantity)`.

    `do` returns the sentence that confirms the scan, or an address when the work on this page is over.
    """

    works_on: str
    counter: str
    goal: str

    def do(self, op: str, code: str, quantity: int) -> str:
        raise NotImplementedError

    @property
    def record(self) -> Shipment:
        return self.shipment

    @property
    def shipment(self) -> Shipment:
        return get_object_or_404(SHIPMENTS, number=self.kwargs["number"])

    def works(self, record: Shipment) -> bool:
        return record.status == self.works_on

    def scanned(self, request: HttpRequest) -> str:
        form = ScanForm(request.POST)
        if not form.is_valid():
            raise DomainError(" ".join(error for errors in form.errors.values() for error in errors))
        return self.do(request.POST.get("op", ""), form.cleaned_data["code"], form.cleaned_data["quantity"])

    def work_context(self, record: Shipment) -> dict:
        lines = lines_of(record)
        done = sum(getattr(line, self.counter) for line in lines)
        wanted = sum(getattr(line, self.goal) for line in lines)
        return {
            "shipment": record,
            "lines": lines,
            "done": done,
            "wanted": wanted,
            "percent": done * 100 // wanted if wanted else 0,
            "complete": done == wanted,
        }

    def unknown(self, op: str) -> str:
        """The refusal of an operation that this page does not have."""
        raise DomainError(_("This page does not know what to do with %s.") % op[:20])
