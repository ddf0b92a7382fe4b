"""Labels for goods and bins, as many of each as somebody asks for."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from inventory.count_forms import LabelForm, LabelKind
from inventory.labels import SIZES, Label, bin_label, labels_pdf, product_label
from inventory.models import Product, Stock, TransferLine
from oms.forms import FormPage

MOST = 200


class Labels(FormPage):
    """Opened from a list of products, a receipt or a transfer, the form is filled in with what they hold."""

    permission = "inventory.view_product"
    title = _("Labels")
    breadcrumb = [(_("Products"), "products")]
    form_class = LabelForm
    submit_label = _("Make the PDF")
    template_name = "inventory/labels.html"

    def get_initial(self) -> dict:
        bins = "bin" in self.request.GET
        lines = self._bins() if bins else self._goods()
        kind = LabelKind.BIN if bins else LabelKind.PRODUCT
        return {"kind": kind, "size": "medium", "what": "\n".join(f"{code} {copies}" for code, copies in lines)}

    def _goods(self) -> list[tuple[str, int]]:
        asked = self.request.GET
        if "transfer" in asked:
            lines = TransferLine.objects.filter(transfer__number=asked["transfer"])
            return list(lines.values_list("product__sku", "asked"))
        keys = [key for key in asked.getlist("product") if key.isdecimal()][:MOST]
        copies = asked.get("copies", "1")
        count = int(copies) if copies.isdecimal() and len(copies) < 5 else 1
        return [(sku, count) for sku in Product.objects.filter(pk__in=keys).values_list("sku", flat=True)]

    def _bins(self) -> list[tuple[str, int]]:
        """The bins of a warehouse; `bin` in the address is their beginning."""
        stock = Stock.objects.filter(bin__istartswith=self.request.GET["bin"]).exclude(bin="")
        return [(code, 1) for code in stock.values_list("bin", flat=True).distinct().order_by("bin")[:MOST]]

    def form_valid(self, form) -> HttpResponse:
        data = form.cleaned_data
        labels = [(self._label(what), copies) for what, copies in data["what"]]
        response = HttpResponse(labels_pdf(labels, SIZES[data["size"]]), content_type="application/pdf")
        response["Content-Disposition"] = 'inline; filename="labels.pdf"'
        return response

    @staticmethod
    def _label(what: Product | str) -> Label:
        return product_label(what) if isinstance(what, Product) else bin_label(what)
