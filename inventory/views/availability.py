"""What can be promised, everywhere: any product by search or scan, all warehouses, what is on its way."""

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.filters import ProductFilters
from inventory.models import Product, Stock
from inventory.views.products import available, on_hand
from oms.columns import Column
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab


def places(product: Product) -> list[Stock]:
    """Its stock rows by warehouse; they are prefetched."""
    return list(product.stock.all())


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
        Column("quarantined", _("Quarantined"), kind="number", value=_sum("quarantined")),
    ]
    orderings = {"sku": Ordering(_("SKU"), "sku")}
    tabs = [Tab(_("Below alert line"), "low=yes")]
    breadcrumb = [(_("Stock"), "stock")]
    empty = Empty(_("No product found"), _("Search by SKU, name or barcode, or scan it."), icon="radar")

    def queryset(self) -> QuerySet[Product]:
        rows = Stock.objects.select_related("warehouse").order_by("warehouse__rank", "warehouse__code")
        return Product.objects.filter(active=True).prefetch_related(Prefetch("stock", rows))
