"""The goods entrance: a delivery counted with a scanner, and the receipts that were written."""

from django.contrib.auth.decorators import permission_required
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from inventory import services
from inventory.documents import receipt_pdf
from inventory.filters import ReceiptFilters
from inventory.models import PurchaseLine, PurchaseOrder, Receipt, ReceiptLine
from inventory.purchase_forms import DeliveryForm
from inventory.views.stock import RECEIVE
from oms.columns import Column
from oms.forms import FormPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.records import Fact, RecordPage

RECEIPTS = Receipt.objects.select_related("purchase__supplier", "warehouse", "by")


class ReceivePurchase(FormPage):
    """What came is scanned or typed line by line, then received at once.

    Without JavaScript each scan is a post that draws the page with one piece more.
    """

    permission = "inventory.receive_stock"
    template_name = "inventory/delivery.html"
    form_class = DeliveryForm
    breadcrumb = [(_("Purchase orders"), "purchase-orders")]
    submit_label = _("Receive")
    done = _("Goods received: %(what)s.")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not self.purchase.may("receive"):
            return redirect(self.purchase)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        code = request.POST.get("code", "").strip()
        return self._count(code) if code or "count" in request.POST else super().post(request, *args, **kwargs)

    @property
    def purchase(self) -> PurchaseOrder:
        if not hasattr(self, "_purchase"):
            found = PurchaseOrder.objects.select_related("supplier", "warehouse")
            self._purchase = get_object_or_404(found, number=self.kwargs["number"])
        return self._purchase

    def get_title(self) -> str:
        return translated("Receive %(number)s") % {"number": self.kwargs["number"]}

    def get_breadcrumb(self):
        return [*self.breadcrumb, (self.purchase.number, self.purchase.get_absolute_url())]

    def get_form_kwargs(self) -> dict:
        return super().get_form_kwargs() | {"lines": self._lines()}

    def _lines(self) -> QuerySet[PurchaseLine]:
        awaited = self.purchase.lines.filter(ordered__gt=F("received") + F("cancelled"))
        return awaited.select_related("product").prefetch_related("product__barcodes")

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**{"purchase": self.purchase} | kwargs)

    def perform(self, form) -> Receipt:
        data = form.cleaned_data
        return services.receive_purchase(
            self.purchase, form.pieces, by=self.request.user, paper=data["paper"], details=form.details
        )

    def _count(self, code: str) -> HttpResponse:
        """The page with what was typed and the scanned pieces added."""
        typed = self.request.POST.copy()
        form = DeliveryForm(typed, lines=self._lines(), label_suffix="")
        line, said = form.scanned(code), ""
        if line:
            name = f"pieces_{line.pk}"
            before = typed.get(name, "")
            typed[name] = str((int(before) if before.isdecimal() else 0) + line.pieces)
            said = translated("%(sku)s: %(count)s counted.") % {"sku": line.product.sku, "count": typed[name]}
        elif code:
            said = translated("%(code)s is not awaited on this purchase order.") % {"code": code[:60]}
        shown = DeliveryForm(initial=typed.dict(), lines=self._lines())
        return self.render_to_response(self.get_context_data(form=shown, said=said, good=bool(line)))


def _pieces() -> Subquery:
    lines = ReceiptLine.objects.filter(receipt=OuterRef("pk")).values("receipt").annotate(sum=Sum("quantity"))
    return Subquery(lines.values("sum"))


class Receipts(ListPage):
    page = "receipts"
    permission = "inventory.view_receipt"
    title = _("Goods receipts")
    filterset_class = ReceiptFilters
    columns = [
        Column("number", _("Receipt"), link=True),
        Column("at", _("Time"), kind="moment", sort="newest"),
        Column("purchase.supplier.name", _("Supplier")),
        Column(
            "purchase",
            _("Purchase order"),
            url=lambda receipt: receipt.purchase and receipt.purchase.get_absolute_url(),
        ),
        Column("warehouse.name", _("Warehouse")),
        Column("pieces", _("Pieces"), kind="number"),
        Column("paper", _("Delivery note")),
        Column("by", _("By")),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [Tab(_("Without a purchase order"), "blind=yes")]
    primary = RECEIVE
    breadcrumb = [(_("Purchase orders"), "purchase-orders")]
    empty = Empty(_("No receipts yet"), _("Each delivery that came in is kept here for good."), icon="package-check")

    def queryset(self) -> QuerySet[Receipt]:
        return RECEIPTS.annotate(pieces=_pieces())


class ReceiptPage(RecordPage):
    permission = "inventory.view_receipt"
    template_name = "inventory/receipt.html"
    queryset = RECEIPTS
    breadcrumb = [(_("Purchase orders"), "purchase-orders"), (_("Goods receipts"), "receipts")]

    def facts(self) -> list[Fact]:
        receipt = self.object
        purchase = receipt.purchase
        return [
            Fact(_("Purchase order"), purchase, purchase and purchase.get_absolute_url()),
            Fact(_("Supplier"), purchase and purchase.supplier, purchase and purchase.supplier.get_absolute_url()),
            Fact(_("Warehouse"), receipt.warehouse),
            Fact(_("Delivery note"), receipt.paper),
            Fact(_("Time"), receipt.at),
            Fact(_("By"), receipt.by),
        ]

    def get_context_data(self, **kwargs) -> dict:
        lines = list(self.object.lines.select_related("product", "lot"))
        context = {"lines": lines, "pieces": sum(line.quantity for line in lines)}
        return super().get_context_data(**context | kwargs)


@permission_required("inventory.view_receipt", raise_exception=True)
def receipt_note(request: HttpRequest, number: str) -> HttpResponse:
    """The goods received note as PDF, shown in the browser."""
    receipt = get_object_or_404(RECEIPTS, number=number)
    response = HttpResponse(receipt_pdf(receipt, get_language()), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{receipt.number}.pdf"'
    return response
