"""Products: the list, one product with its stock everywhere, new and changed ones."""

from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from inventory import queries
from inventory.filters import ProductFilters
from inventory.forms import ProductForm
from inventory.models import Product
from inventory.services import change_product, create_product
from inventory.views.pictures import pictures_of
from oms import formats
from oms.actions import Action
from oms.columns import Column
from oms.forms import CreatePage, EditPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.money import format_money
from oms.pages import Link
from oms.records import Fact, RecordPage, Status

NEW = Link(_("New product"), "product-new", icon="plus", permission="inventory.add_product")

LABELS = Action(
    "labels",
    _("Print labels"),
    "inventory.view_product",
    None,
    icon="tags",
    together=lambda rows: f"{reverse('labels')}?{urlencode([('product', row.pk) for row in rows])}",
)


def _dimensions(product: Product) -> str:
    sides = (product.length_mm, product.width_mm, product.height_mm)
    return " × ".join(map(formats.quantity, sides)) if all(sides) else ""


def on_hand(product: Product) -> int:
    """Pieces in all warehouses together; the rows are prefetched."""
    return sum(row.on_hand for row in product.stock.all())


def available(product: Product) -> int:
    """Pieces that may still be promised, in all warehouses together."""
    return sum(row.available for row in product.stock.all())


class Products(ListPage):
    page = "products"
    permission = "inventory.view_product"
    title = _("Products")
    filterset_class = ProductFilters
    columns = [
        Column("name", _("Product"), link=True, template="inventory/cells/product.html"),
        Column("sku", _("SKU"), sort="sku"),
        Column("category.name", _("Category")),
        Column("available", _("Available"), kind="number", value=available, template="inventory/cells/available.html"),
        Column("on_hand", _("On hand"), kind="number", value=on_hand),
        Column("price", _("Price"), kind="money", sort="price"),
        Column("floor_price", _("Price floor"), kind="money", shown=False),
        Column("cost", _("Cost"), kind="money", shown=False),
        Column("tax_rate", _("Tax, %"), kind="number", shown=False),
        Column("supplier.name", _("Supplier"), shown=False),
        Column("barcode", _("Barcode"), shown=False),
        Column("active", _("For sale"), kind="yes"),
        Column("in_shop", _("In the shop"), kind="yes", shown=False),
    ]
    orderings = {
        "sku": Ordering(_("SKU"), "sku"),
        "newest": Ordering(_("Newest"), "-id"),
        "price": Ordering(_("Price"), "-price", "-id"),
    }
    tabs = [
        Tab(_("Below alert line"), "low=yes"),
        Tab(_("Not for sale"), "active=no"),
        Tab(_("To be checked"), "unchecked=yes"),
    ]
    primary = NEW
    bulk = [LABELS]
    more = [
        Link(_("Labels"), "labels", icon="tags"),
        Link(_("Tax classes"), "tax-classes", icon="percent", permission="inventory.view_product"),
        Link(_("Product families"), "families", icon="layers", permission="inventory.view_product"),
        Link(_("Categories"), "categories", icon="layers", permission="inventory.view_category"),
        Link(_("Products as a file"), reverse_lazy("exchange", args=["products"]), icon="upload"),
        Link(_("Prices as a file"), reverse_lazy("exchange", args=["prices"]), icon="upload"),
    ]
    empty = Empty(
        _("No products yet"), _("Enter the first one, or let an order import create them."), NEW, icon="package"
    )

    def queryset(self) -> QuerySet[Product]:
        return Product.objects.select_related("category", "supplier").prefetch_related("stock")


class ProductPage(RecordPage):
    permission = "inventory.view_product"
    template_name = "inventory/product.html"
    queryset = Product.objects.select_related("category", "supplier", "family", "successor")
    breadcrumb = [(_("Products"), "products")]

    def status(self) -> Status:
        return Status(_("for sale"), "ok") if self.object.active else Status(_("not for sale"), "muted")

    @property
    def primary(self) -> Link:
        href = reverse("product-edit", args=[self.object.pk])
        return Link(_("Edit"), href, "pencil", "inventory.change_product")

    @property
    def more(self) -> list[Link]:
        href = f"{reverse('receive')}?{urlencode({'code': self.object.sku})}"
        return [Link(_("Receive"), href, "package-plus", "inventory.receive_stock")]

    def facts(self) -> list[Fact]:
        product, currency = self.object, self.object.currency
        return [
            Fact(_("SKU"), product.sku),
            Fact(_("Barcode"), product.barcode),
            Fact(_("Specification"), product.spec),
            Fact(_("Category"), product.category),
            Fact(_("Supplier"), product.supplier),
            Fact(_("Price"), format_money(product.price, currency)),
            Fact(_("Price floor"), format_money(product.floor_price, currency) if product.floor_price else ""),
            Fact(_("Cost"), format_money(product.cost, currency) if product.cost else ""),
            Fact(_("Tax"), f"{formats.quantity(product.tax_rate)} %"),
            Fact(_("Unit"), product.unit),
            Fact(_("Weight"), f"{formats.quantity(product.weight_g)} g" if product.weight_g else ""),
            Fact(_("Dimensions, mm"), _dimensions(product)),
            Fact(_("Pieces in a pack"), formats.quantity(product.pack_size) if product.pack_size > 1 else ""),
            Fact(_("Kind"), product.get_kind_display()),
            Fact(_("Tracked"), product.get_tracking_display() if product.tracking != "none" else ""),
            Fact(_("Family"), product.family, product.family and product.family.get_absolute_url()),
            Fact(_("Attributes"), product.variant),
            Fact(_("An order must state"), product.ask_for),
            Fact(_("In the shop"), _("yes") if product.in_shop else _("no")),
            Fact(_("Successor"), product.successor, product.successor and product.successor.get_absolute_url()),
            Fact(_("Further barcodes"), ", ".join(f"{b.code} ({b.pieces})" for b in product.barcodes.all())),
        ]

    def get_context_data(self, **kwargs) -> dict:
        rows = list(self.object.stock.select_related("warehouse").order_by("warehouse__rank", "warehouse__code"))
        sums = {name: sum(getattr(row, name) for row in rows) for name in ("on_hand", "reserved", "available")}
        context = {
            "rows": rows,
            "sums": sums,
            "parts": self.object.components.select_related("part"),
            "variants": self.object.family.variants.exclude(pk=self.object.pk) if self.object.family else [],
            "terms": self.object.supplier_items.select_related("supplier", "product"),
            "coming": queries.incoming_of(self.object),
            "prices": queries.price_history(self.object),
            "pictures": pictures_of(self.object, self.request.user),
        }
        return super().get_context_data(**context | kwargs)


class NewProduct(CreatePage):
    permission = "inventory.add_product"
    title = _("New product")
    breadcrumb = [(_("Products"), "products")]
    form_class = ProductForm
    template_name = "inventory/product_form.html"
    service = staticmethod(create_product)
    done = _("%(what)s created.")

    def get_initial(self) -> dict:
        return {"tax_rate": Decimal(0), "unit": "pc", "active": True, "in_shop": True}


class EditProduct(EditPage):
    permission = "inventory.change_product"
    model = Product
    form_class = ProductForm
    template_name = "inventory/product_form.html"
    breadcrumb = [(_("Products"), "products")]
    service = staticmethod(change_product)
    done = _("%(what)s saved.")
