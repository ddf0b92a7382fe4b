"""What the buyer looks at: what is to be ordered, what lies idle, what could be moved between warehouses."""

from django.contrib import messages
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from inventory import suggestions
from inventory.filters import IdleFilters
from inventory.models import Product, Stock, Supplier, Warehouse
from inventory.services import Pick, Wanted, draft_purchases
from inventory.suggestions import Suggestion
from oms.columns import Column
from oms.context import current
from oms.errors import DomainError
from oms.forms import posted_key
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.models import Company
from oms.pages import Link, Page
from oms.submissions import once


class ToOrder(Page, TemplateView):
    """The rows that run low, grouped by supplier; what is ticked becomes drafts with one click."""

    permission = "inventory.add_purchaseorder"
    title = _("To order")
    template_name = "inventory/to_order.html"
    breadcrumb = [(_("Purchase orders"), "purchase-orders")]
    more = [
        Link(_("Suggested transfers"), "transfers-suggested", icon="truck", permission="inventory.view_stock"),
        Link(_("Idle stock"), "idle-stock", icon="boxes", permission="inventory.view_stock"),
    ]

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            location = once(posted_key(request), request.user, self._order)
        except DomainError as refusal:
            return self.render_to_response(self.get_context_data(problem=str(refusal)), status=409)
        return redirect(location)

    def _order(self) -> str:
        rows = suggestions.to_order(stock=[int(pk) for pk in self.request.POST.getlist("pick") if pk.isdecimal()])
        drafts = draft_purchases(_picks(rows, self._typed), by=self.request.user)
        numbers = ", ".join(purchase.number for purchase in drafts)
        messages.success(self.request, translated("Drafted: %(numbers)s.") % {"numbers": numbers[:200]})
        return drafts[0].get_absolute_url() if len(drafts) == 1 else f"{reverse('purchase-orders')}?status=draft"

    def _typed(self, row: Suggestion) -> int:
        typed = self.request.POST.get(f"quantity_{row.stock_id}", "").replace(",", "")
        if not typed.isdecimal():
            raise DomainError(translated("Enter a whole number of pieces for %(sku)s.") % {"sku": row.sku})
        return int(typed[:10])

    def get_context_data(self, **kwargs) -> dict:
        asked = {name: _keys(self.request.GET.getlist(name[:-1])) for name in ("warehouses", "suppliers")}
        rows = suggestions.to_order(**asked, limit=suggestions.LIMIT + 1)
        context = {
            "groups": suggestions.by_supplier(rows[: suggestions.LIMIT]),
            "cut": len(rows) > suggestions.LIMIT,
            "limit": suggestions.LIMIT,
            "total": sum(row.total for row in rows[: suggestions.LIMIT]),
            "currency": current(Company).currency,
            "warehouses": Warehouse.objects.filter(active=True),
            "chosen": asked["warehouses"] or [],
            "ticked": self.request.POST.getlist("pick"),
        }
        return super().get_context_data(**context | kwargs)


def _keys(texts: list[str]) -> list[int] | None:
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19] or None


def _picks(rows: list[Suggestion], quantity) -> list[Pick]:
    products = Product.objects.in_bulk([row.product_id for row in rows])
    suppliers = Supplier.objects.in_bulk([row.supplier_id for row in rows if row.supplier_id])
    warehouses = Warehouse.objects.in_bulk([row.warehouse_id for row in rows])
    return [
        Pick(
            suppliers[row.supplier_id],
            warehouses[row.warehouse_id],
            Wanted(products[row.product_id], quantity(row), row.cost),
        )
        for row in rows
        if row.supplier_id
    ]


class SuggestedTransfers(Page, TemplateView):
    permission = "inventory.view_stock"
    title = _("Suggested transfers")
    template_name = "inventory/suggested_transfers.html"
    breadcrumb = [(_("Stock"), "stock")]

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**{"transfers": suggestions.suggested_transfers()} | kwargs)


def _idle_days(stock: Stock) -> int:
    return (timezone.localdate() - stock.idle_since).days


class IdleStock(ListPage):
    """Stock that nothing was sold of, and the money that lies in it."""

    page = "idle-stock"
    permission = "inventory.view_stock"
    title = _("Idle stock")
    template_name = "inventory/idle_stock.html"
    filterset_class = IdleFilters
    columns = [
        Column("product.name", _("Product"), link=True),
        Column("product.sku", _("SKU")),
        Column("warehouse.name", _("Warehouse")),
        Column("on_hand", _("On hand"), kind="number"),
        Column("value", _("Value at cost"), kind="money", currency="product.currency", sort="value"),
        Column("last_sold", _("Last sold"), kind="day"),
        Column("idle_days", _("Days idle"), kind="number", value=_idle_days, sort="idle"),
        Column("product.supplier.name", _("Supplier"), shown=False),
    ]
    orderings = {
        "value": Ordering(_("Value"), "-value", "-id"),
        "idle": Ordering(_("Longest idle"), "idle_since", "id"),
    }
    tabs = [Tab(_("90 days"), "idle=90"), Tab(_("180 days"), "idle=180"), Tab(_("A year"), "idle=365")]
    breadcrumb = [(_("Stock"), "stock")]
    empty = Empty(_("Nothing lies idle"), _("Stock without sales appears here."), icon="boxes")

    def queryset(self) -> QuerySet[Stock]:
        return suggestions.idle_stock().select_related("product__supplier", "warehouse")

    def get_context_data(self, **kwargs) -> dict:
        tied_up = self.filterset.qs.order_by().aggregate(sum=Sum("value"))["sum"]
        context = {"tied_up": tied_up or 0, "currency": current(Company).currency}
        return super().get_context_data(**context | kwargs)
