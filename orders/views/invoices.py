"""Invoices and credit notes: the list, one of them, its PDF, taking it back."""

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oms.actions import Action, Actions, ActionView
from oms.columns import Column
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.money import format_money
from oms.pages import Link
from oms.records import Fact, RecordPage, Status
from orders import services
from orders.documents import invoice_pdf
from orders.filters import InvoiceFilters
from orders.forms import CreditForm
from orders.models import Invoice
from orders.services.invoicing import uncredited

INVOICES = Invoice.objects.select_related("order__customer", "credits", "by")

invoice_actions = Actions(
    "invoice-action",
    Invoice,
    [
        Action(
            "credit",
            _("Credit note"),
            "orders.issue_invoice",
            services.credit_invoice,
            form=CreditForm,
            initial=lambda invoice: {"invoice": invoice},
            allowed=lambda invoice: invoice.kind == Invoice.Kind.INVOICE and uncredited(invoice) > 0,
            then=lambda invoice, note: note.get_absolute_url(),
            icon="undo-2",
            done=_("%(what)s is credited."),
        )
    ],
    lookup="number",
)


class Invoices(ListPage):
    page = "invoices"
    permission = "orders.view_invoice"
    title = _("Invoices")
    filterset_class = InvoiceFilters
    columns = [
        Column("number", _("Number"), link=True),
        Column("kind", _("Kind"), value=Invoice.get_kind_display),
        Column("order.number", _("Order"), url=lambda invoice: invoice.order.get_absolute_url()),
        Column("order.customer.name", _("Customer")),
        Column("issued_at", _("Issued"), kind="moment", sort="newest"),
        Column("net", _("Net"), kind="money"),
        Column("tax", _("Tax"), kind="money"),
        Column("total", _("Total"), kind="money"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [Tab(_("Invoices"), "kind=invoice"), Tab(_("Credit notes"), "kind=credit")]
    empty = Empty(_("No invoices yet"), _("An order's page issues its invoice."), icon="receipt-text")

    def queryset(self) -> QuerySet[Invoice]:
        return INVOICES


class InvoicePage(RecordPage):
    permission = "orders.view_invoice"
    template_name = "orders/invoice.html"
    queryset = INVOICES
    breadcrumb = [(_("Invoices"), "invoices")]
    actions = invoice_actions

    @property
    def primary(self) -> Link:
        return Link(_("PDF"), reverse("invoice-pdf", args=[self.object.number]), "file-text")

    def status(self) -> Status:
        invoice = self.object
        if invoice.kind == Invoice.Kind.CREDIT:
            return Status(_("credit note"), "info")
        left = uncredited(invoice)
        return Status(_("credited"), "muted") if not left else Status(_("valid"), "ok")

    def facts(self) -> list[Fact]:
        invoice = self.object
        return [
            Fact(_("Order"), invoice.order, invoice.order.get_absolute_url()),
            Fact(_("Customer"), invoice.order.customer, invoice.order.customer.get_absolute_url()),
            Fact(_("Issued"), invoice.issued_at),
            Fact(_("Issued by"), invoice.by),
            Fact(_("Credits invoice"), invoice.credits, invoice.credits and invoice.credits.get_absolute_url()),
            Fact(_("Reason"), invoice.reason),
            Fact(_("Total"), format_money(invoice.total, invoice.currency)),
        ]

    def get_context_data(self, **kwargs) -> dict:
        notes = self.object.credit_notes.order_by("id")
        return super().get_context_data(**{"notes": notes} | kwargs)


class InvoiceAction(ActionView):
    actions = invoice_actions
    queryset = INVOICES


@permission_required("orders.view_invoice", raise_exception=True)
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The paper, shown in the browser."""
    invoice = get_object_or_404(INVOICES, number=number)
    response = HttpResponse(invoice_pdf(invoice), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{invoice.number}.pdf"'
    return response
