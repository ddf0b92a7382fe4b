"""Purchase orders: the list, one order with what came, drafts, and what can be done with them."""

from django.contrib.auth.decorators import permission_required
from django.db.models import DecimalField, F, Field, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventory import services
from inventory.documents import purchase_order_pdf
from inventory.filters import PurchaseFilters
from inventory.models import Product, PurchaseLine, PurchaseOrder, Supplier, Warehouse
from inventory.purchase_forms import ExpectForm, PurchaseForm, Row, WhyForm
from oms.actions import Action, Actions, ActionView
from oms.columns import Column
from oms.forms import CreatePage, EditPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.pages import Link
from oms.records import Fact, RecordPage, Status

TONES = {"draft": "muted", "sent": "info", "closed": "ok", "cancelled": "muted"}
PURCHASES = PurchaseOrder.objects.select_related("supplier", "warehouse", "by")
NEW = Link(_("New purchase order"), "purchase-order-new", icon="plus", permission="inventory.add_purchaseorder")
SEND = "inventory.send_purchaseorder"

purchase_actions = Actions(
    "purchase-order-action",
    PurchaseOrder,
    [
        Action(
            "send",
            _("Send to the supplier"),
            SEND,
            services.send_purchase,
            allowed=lambda purchase: purchase.may("send"),
            icon="send",
            confirm=_("Order the goods of %(what)s now? The supplier gets it by e-mail when an address is on file."),
            done=_("%(what)s is sent."),
        ),
        Action(
            "expect",
            _("Another date"),
            SEND,
            services.expect_purchase,
            form=ExpectForm,
            allowed=lambda purchase: purchase.may("expect"),
            initial=lambda purchase: {"expected": purchase.expected},
            icon="calendar-clock",
            done=_("%(what)s is expected on another day."),
        ),
        Action(
            "close",
            _("Close"),
            SEND,
            services.close_purchase,
            form=WhyForm,
            allowed=lambda purchase: purchase.may("close"),
            icon="circle-check",
            confirm=_("Wait no longer for %(what)s? What did not come is cancelled."),
            done=_("%(what)s is closed."),
        ),
        Action(
            "cancel",
            _("Cancel"),
            SEND,
            services.cancel_purchase,
            form=WhyForm,
            allowed=lambda purchase: purchase.may("cancel"),
            icon="circle-x",
            style="danger",
            done=_("%(what)s is cancelled."),
        ),
    ],
    lookup="number",
)

line_actions = Actions(
    "purchase-line-action",
    PurchaseLine,
    [
        Action(
            "cancel-rest",
            _("Cancel the rest"),
            SEND,
            services.cancel_rest,
            form=WhyForm,
            allowed=lambda line: line.order.may("expect") and line.open > 0,
            style="danger",
            done=_("The rest of %(what)s is cancelled."),
        )
    ],
)


def _sum(expression, field: Field) -> Coalesce:
    lines = PurchaseLine.objects.filter(order=OuterRef("pk")).values("order")
    lines = lines.annotate(sum=Sum(expression, output_field=field))
    return Coalesce(Subquery(lines.values("sum")), 0, output_field=field)


class Purchases(ListPage):
    page = "purchase-orders"
    permission = "inventory.view_purchaseorder"
    title = _("Purchase orders")
    filterset_class = PurchaseFilters
    columns = [
        Column("number", _("Purchase order"), link=True),
        Column("supplier.name", _("Supplier")),
        Column("status", _("Status"), kind="status", tones=TONES),
        Column("expected", _("Expected"), kind="day", template="inventory/cells/expected.html", sort="expected"),
        Column("received", _("Received"), kind="number", template="inventory/cells/received.html"),
        Column("wanted", _("Ordered"), kind="number", shown=False),
        Column("total", _("Total"), kind="money"),
        Column("warehouse.name", _("Deliver to")),
        Column("created_at", _("Created"), kind="moment", sort="newest", shown=False),
        Column("sent_at", _("Sent"), kind="moment"),
        Column("by", _("By"), shown=False),
    ]
    orderings = {
        "newest": Ordering(_("Newest"), "-id"),
        "expected": Ordering(_("Expected"), "expected", "id"),
    }
    tabs = [
        Tab(_("Drafts"), "status=draft"),
        Tab(_("Awaited"), "status=sent&sort=expected"),
        Tab(_("Overdue"), "overdue=yes&sort=expected"),
    ]
    bulk = [purchase_actions["send"]]
    primary = NEW
    more = [
        Link(_("To order"), "to-order", icon="shopping-cart", permission="inventory.add_purchaseorder"),
        Link(_("Goods receipts"), "receipts", icon="package-check", permission="inventory.view_receipt"),
        Link(_("Suppliers' terms"), "supplier-items", icon="list-checks", permission="inventory.view_supplieritem"),
    ]
    quick_look = True
    empty = Empty(_("No purchase orders yet"), _("Goods from suppliers are ordered here."), NEW, icon="shopping-cart")

    def queryset(self) -> QuerySet[PurchaseOrder]:
        return PURCHASES.annotate(
            wanted=_sum(F("ordered") - F("cancelled"), IntegerField()),
            received=_sum("received", IntegerField()),
            total=_sum((F("ordered") - F("cancelled")) * F("cost"), DecimalField(max_digits=14, decimal_places=4)),
        )


class PurchasePage(RecordPage):
    permission = "inventory.view_purchaseorder"
    template_name = "inventory/purchase.html"
    queryset = PURCHASES
    breadcrumb = [(_("Purchase orders"), "purchase-orders")]
    actions = purchase_actions

    def status(self) -> Status:
        purchase = self.object
        if purchase.is_overdue:
            return Status(_("overdue"), "bad")
        return Status(purchase.get_status_display(), TONES[purchase.status])

    @property
    def primary(self) -> Link | None:
        if self.object.may("receive"):
            href = reverse("purchase-order-receive", args=[self.object.number])
            return Link(_("Receive"), href, "package-plus", "inventory.receive_stock")
        return None

    @property
    def more(self) -> list[Link]:
        if not self.object.may("change"):
            return []
        href = reverse("purchase-order-edit", args=[self.object.number])
        return [Link(_("Edit"), href, "pencil", "inventory.change_purchaseorder")]

    def facts(self) -> list[Fact]:
        purchase = self.object
        return [
            Fact(_("Supplier"), purchase.supplier, purchase.supplier.get_absolute_url()),
            Fact(_("E-mail"), purchase.supplier.email),
            Fact(_("Deliver to"), purchase.warehouse),
            Fact(_("Expected"), purchase.expected),
            Fact(_("Sent"), purchase.sent_at),
            Fact(_("Drafted"), purchase.created_at),
            Fact(_("By"), purchase.by),
        ]

    def get_context_data(self, **kwargs) -> dict:
        lines = list(self.object.lines.select_related("product"))
        for line in lines:
            line.order = self.object
        rest = line_actions["cancel-rest"]
        context = {
            "lines": [
                (line, line_actions.url(rest, line) if rest.offered(line, self.request.user) else "") for line in lines
            ],
            "total": sum(line.total for line in lines),
            "awaited": sum(line.open for line in lines),
            "receipts": self.object.receipts.select_related("by").annotate(pieces=Sum("lines__quantity")),
        }
        return super().get_context_data(**context | kwargs)


class PurchaseAction(ActionView):
    actions = purchase_actions
    queryset = PURCHASES


class PurchaseLineAction(ActionView):
    actions = line_actions
    queryset = PurchaseLine.objects.select_related("order", "product")


class PurchaseFormPage:
    """The grid of lines, with the supplier's products as choices."""

    form_class = PurchaseForm
    template_name = "inventory/purchase_form.html"

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        supplier = context["form"]["supplier"].value()
        supplier = supplier if str(supplier).isdecimal() else None
        sold = Product.objects.filter(active=True, kind=Product.Kind.STOCKED).order_by("sku")
        ours = sold.filter(supplier_items__supplier=supplier) | sold.filter(supplier=supplier)
        return context | {"choices": ours.distinct()[:300] if supplier else []}


class NewPurchase(PurchaseFormPage, CreatePage):
    permission = "inventory.add_purchaseorder"
    title = _("New purchase order")
    breadcrumb = [(_("Purchase orders"), "purchase-orders")]
    service = staticmethod(services.create_purchase)
    done = _("%(what)s drafted.")

    def get_initial(self) -> dict:
        supplier = self.request.GET.get("supplier", "")
        found = Supplier.objects.filter(pk=supplier).first() if supplier.isdecimal() else None
        return {"supplier": found and found.pk, "warehouse": Warehouse.objects.filter(active=True).first()}

    def get_form_kwargs(self) -> dict:
        skus = self.request.GET.getlist("sku")[:50]
        return super().get_form_kwargs() | {"prefilled": [Row(sku=sku) for sku in skus]}


class EditPurchase(PurchaseFormPage, EditPage):
    permission = "inventory.change_purchaseorder"
    queryset = PURCHASES
    breadcrumb = [(_("Purchase orders"), "purchase-orders")]
    service = staticmethod(services.change_purchase)
    versioned = True
    done = _("%(what)s saved.")

    def get_initial(self) -> dict:
        purchase = self.object
        return {
            "supplier": purchase.supplier_id,
            "warehouse": purchase.warehouse_id,
            "expected": purchase.expected,
            "note": purchase.note,
        }

    def get_form_kwargs(self) -> dict:
        return super().get_form_kwargs() | {"purchase": self.object}


@permission_required("inventory.view_purchaseorder", raise_exception=True)
def purchase_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The purchase order as PDF, shown in the browser."""
    purchase = get_object_or_404(PURCHASES, number=number)
    response = HttpResponse(purchase_order_pdf(purchase), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{purchase.number}.pdf"'
    return response
