"""What can be promised, everywhere: any product by search or scan, all warehouses, what is on its way."""

import datetime

from django.db.models import F, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.filters import ProductFilters
from inventory.models import Product, PurchaseLine, PurchaseOrder, Stock, TransferLine
from inventory.views.products import available, on_hand
from oms.columns import Column
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab


def places(product: Product) -> list[Stock]:
    """Its stock rows by warehouse; they are prefetched."""
    return list(product.stock.all())


def coming(product: Product) -> list[tuple[int, datetime.date | None, str]]:
    """(pieces, expected day, paper) on their way, purchases and transfers; they are prefetched."""
    bought = [(line.open, line.order.expected, line.order.number) for line in product.awaited]
    moved = [(line.sent - line.received - line.missing, None, line.transfer.number) for line in product.moving]
    return bought + moved


def _coming_words(product: Product) -> str:
    return ", ".join(f"{pieces} {day or ''} {paper}" for pieces, day, paper in coming(product))


def _sum(name: str):
    return lambda product: sum(getattr(row, name) for row in product.stock.all()) or None


class Availability(ListPage):
    """Refreshes itself while somebody looks at it."""

    page = "availability"
    permission = "inventory.view_stock"
    template_name = "inventory/availability.html"
    title = _("Availability")
    filterset_class = ProductFilters
    columns = [
        Column("name", _("Product"), link=True, template="inventory/cells/product.html"),
        Column("sku", _("SKU"), sort="sku"),
        Column("available", _("Available"), kind="number", value=available, template="inventory/cells/available.html"),
        Column(
            "places",
            _("Where"),
            value=places,
            template="inventory/cells/places.html",
            export=lambda product: ", ".join(f"{row.warehouse.code} {row.available}" for row in places(product)),
        ),
        Column("on_hand", _("On hand"), kind="number", value=on_hand),
        Column("reserved", _("Reserved"), kind="number", value=_sum("reserved")),
        Column("coming", _("On the way"), value=coming, template="inventory/cells/coming.html", export=_coming_words),
        Column("quarantined", _("Quarantined"), kind="number", value=_sum("quarantined")),
    ]
    orderings = {"sku": Ordering(_("SKU"), "sku")}
    tabs = [Tab(_("Below alert line"), "low=yes")]
    breadcrumb = [(_("Stock"), "stock")]
    empty = Empty(_("No product found"), _("Search by SKU, name or barcode, or scan it."), icon="radar")

    def queryset(self) -> QuerySet[Product]:
        rows = Stock.objects.select_related("warehouse").order_by("warehouse__rank", "warehouse__code")
        bought = PurchaseLine.objects.filter(
            order__status=PurchaseOrder.Status.SENT, ordered__gt=F("received") + F("cancelled")
        )
        moved = TransferLine.objects.filter(sent__gt=F("received") + F("missing"))
        return Product.objects.filter(active=True).prefetch_related(
            Prefetch("stock", rows),
            Prefetch("purchase_lines", bought.select_related("order").order_by("order__expected", "id"), "awaited"),
            Prefetch("transfer_lines", moved.select_related("transfer").order_by("id"), "moving"),
        )
