"""The page of a person with a scanner: one shipment, one field, and every scan answered at once."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from fulfillment.forms import ScanForm
from fulfillment.models import Shipment
from fulfillment.services import is_paper, note_refusal, read_paper
from fulfillment.services.steps import lines_of
from inventory.queries import scan
from oms import scanning
from oms.errors import DomainError

SHIPMENTS = Shipment.objects.select_related("order", "warehouse", "picker", "carrier")


class ScanPage(scanning.ScanPage):
    """Subclasses give `works_on` (the status), `counter`, `goal` and `do(op, code, quantity)`.

    The subject is a shipment; a page for something else gives `subjects`, `called` and `work(subject)`.
    `do` returns the sentence that confirms the scan, or an address when the work on this page is over.
    """

    works_on: str
    counter: str
    goal: str
    subjects: QuerySet = SHIPMENTS
    called = "shipment"
    serial = ""  # the serial number that was scanned, if it was one

    def do(self, op: str, code: str, quantity: int) -> str:
        raise NotImplementedError

    @property
    def subject(self) -> Any:
        return get_object_or_404(self.subjects, number=self.kwargs["number"])

    record = subject

    def works(self, record: Any) -> bool:
        return record.status == self.works_on

    def work(self, subject: Any) -> dict:
        """What the page shows of the subject; `lines` are counted."""
        return {"lines": lines_of(subject)}

    def scanned(self, request: HttpRequest) -> str:
        form = ScanForm(request.POST)
        if not form.is_valid():
            raise DomainError(" ".join(error for errors in form.errors.values() for error in errors))
        code, quantity = form.cleaned_data["code"], form.cleaned_data["quantity"]
        if is_paper(code):
            return _("The paper of %(number)s is up to date.") % {"number": read_paper(code).number}
        if carton := scan(code):
            # a carton's barcode stands for many pieces, a serial number for its product
            code, quantity, self.serial = carton.product.sku, quantity * carton.pieces, carton.serial
        return self.do(request.POST.get("op", ""), code, quantity)

    def refused(self, request: HttpRequest, why: str) -> None:
        number, code = str(self.kwargs.get("number", "")), request.POST.get("code", "").replace("\0", "")
        note_refusal(by=request.user, work=self.counter, number=number, code=code, why=why)

    def work_context(self, record: Any) -> dict:
        work = self.work(record)
        done = sum(getattr(line, self.counter) for line in work["lines"])
        wanted = sum(getattr(line, self.goal) for line in work["lines"])
        return work | {
            self.called: record,
            "done": done,
            "wanted": wanted,
            "percent": done * 100 // wanted if wanted else 0,
            "complete": done == wanted,
        }

    def unknown(self, op: str) -> str:
        """The refusal of an operation that this page does not have."""
        raise DomainError(_("This page does not know what to do with %s.") % op[:20])
