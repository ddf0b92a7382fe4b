"""Counting with a scanner: scan a product, type how many, Enter, next; scan a bin to see what belongs there."""

from functools import cached_property

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory import count_queries, services
from inventory.count_forms import FoundForm
from inventory.models import Count, CountLine
from inventory.queries import Scan, scan
from oms.errors import DomainError
from oms.scanning import ScanPage

SHOWN = 30


class CountWork(ScanPage):
    """The page never says how many pieces are expected, unless the count is not blind."""

    permission = "inventory.count_stock"
    template_name = "inventory/count_work.html"
    work_template = "inventory/count_work_part.html"
    breadcrumb = [(gettext_lazy("Counts"), "counts")]

    def get_title(self) -> str:
        return _("Count %(number)s") % {"number": self.kwargs["number"]}

    @property
    def record(self) -> Count:
        return get_object_or_404(Count.objects.select_related("warehouse"), number=self.kwargs["number"])

    def works(self, record: Count) -> bool:
        return record.status == Count.Status.OPEN

    @cached_property
    def found(self) -> Scan | None:
        """The product that was scanned."""
        return scan(self.request.POST.get("code", ""))

    @cached_property
    def bin(self) -> str:
        """The bin that was scanned; nothing when it was a product."""
        code = self.request.POST.get("code", self.request.GET.get("bin", "")).strip()
        lines = CountLine.objects.filter(count__number=self.kwargs["number"], stock__bin__iexact=code)
        return "" if self.found or not code else lines.values_list("stock__bin", flat=True).first() or ""

    def scanned(self, request: HttpRequest) -> str:
        form = FoundForm(request.POST)
        if not form.is_valid():
            raise DomainError(" ".join(error for errors in form.errors.values() for error in errors))
        if self.bin:
            return _("Bin %(bin)s") % {"bin": self.bin}
        if self.found is None:
            code = form.cleaned_data["code"]
            raise DomainError(_("No product of this count and no bin has the code %(code)s.") % {"code": code})
        quantity, each = form.cleaned_data["quantity"], form.cleaned_data["each"]
        if quantity is None and not each:
            return self._asked()
        return self._counted(self.found.pieces if quantity is None else quantity, add=quantity is None)

    def _asked(self) -> str:
        """What is known of the product that waits for its number."""
        product = self.found.product
        line = self.record.lines.filter(stock__product=product).select_related("counted_by").first()
        if line is None and self.record.kind != Count.Kind.FULL:
            raise DomainError(_("%(sku)s is not part of %(count)s.") % {"sku": product.sku, "count": self.record})
        if line is None or line.counted is None or line.waits:
            return _("%(product)s: how many?") % {"product": product}
        return _("%(product)s: %(who)s found %(found)s. How many are there?") % {
            "product": product,
            "who": line.counted_by,
            "found": line.found,
        }

    def _counted(self, quantity: int, *, add: bool) -> str:
        product = self.found.product
        line = services.count_line(self.record, product, quantity, by=self.request.user, add=add)
        if line.waits:
            return _("%(product)s: please count once more.") % {"product": product}
        return _("%(product)s: %(found)s counted.") % {"product": product, "found": line.found}

    def work_context(self, record: Count) -> dict:
        to_count = count_queries.still_to_count(record)
        total, left = record.lines.count(), to_count.count()
        return {
            "count": record,
            "bin": self.bin,
            "asks": bool(self.found) and not self.request.POST.get("quantity") and not self.request.POST.get("each"),
            "to_count": self._here(to_count)[:SHOWN],
            "last": self._here(count_queries.counted_last(record))[:SHOWN],
            "wanted": total,
            "done": total - left,
            "percent": (total - left) * 100 // total,
        }

    def _here(self, lines: QuerySet[CountLine]) -> QuerySet[CountLine]:
        return lines.filter(stock__bin=self.bin) if self.bin else lines
