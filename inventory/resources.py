"""Products, prices and counted stock as files."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from inventory.models import Category, Product, Stock, Supplier, Warehouse
from inventory.services import change_product, count_stock, create_product
from oms.resources import Amount, Count, Exchange, Named, ServiceResource, YesNo, register

PRICES = ("price", "floor_price", "cost", "tax_rate")
MEASURES = ("weight_g", "length_mm", "width_mm", "height_mm", "pack_size")


class _Products(ServiceResource):
    price = Field("price", "price", Amount())
    floor_price = Field("floor_price", "floor_price", Amount())
    cost = Field("cost", "cost", Amount())
    tax_rate = Field("tax_rate", "tax_rate", Amount())

    class Meta:
        model = Product
        import_id_fields = ("sku",)
        skip_unchanged = True
        skip_html_diff = True
        clean_model_instances = True

    def get_queryset(self):
        return Product.objects.select_related("category", "supplier").order_by("sku")

    def change(self, obj: Product, *, by, **fields) -> Product:
        return change_product(obj, by=by, **fields)


class ProductResource(_Products):
    """Products by SKU."""

    category = Field("category", "category", Named(Category, "name"))
    supplier = Field("supplier", "supplier", Named(Supplier, "name"))
    active = Field("active", "active", YesNo())
    weight_g = Field("weight_g", "weight_g", Count())
    length_mm = Field("length_mm", "length_mm", Count())
    width_mm = Field("width_mm", "width_mm", Count())
    height_mm = Field("height_mm", "height_mm", Count())
    pack_size = Field("pack_size", "pack_size", Count())

    class Meta(_Products.Meta):
        fields = ("sku", "name", "barcode", "category", "supplier", "unit", "spec", *PRICES, *MEASURES, "active")

    def create(self, *, by, **fields) -> Product:
        return create_product(by=by, **fields)


class PriceResource(_Products):
    """Prices of products that are there."""

    creates = False

    class Meta(_Products.Meta):
        fields = ("sku", *PRICES)


class StockResource(ServiceResource):
    """Pieces as they were counted, by product and warehouse; what differs from the books is corrected."""

    sku = Field("product", "sku", Named(Product, "sku"))
    warehouse = Field("warehouse", "warehouse", Named(Warehouse, "code"))
    on_hand = Field("on_hand", "on_hand", Count())

    class Meta:
        model = Stock
        fields = ("sku", "warehouse", "on_hand")
        import_id_fields = ("sku", "warehouse")
        skip_unchanged = True
        skip_html_diff = True

    def get_queryset(self):
        return Stock.objects.select_related("product", "warehouse").order_by("product__sku", "warehouse__code")

    def create(self, *, by, product: Product, warehouse: Warehouse, on_hand: int) -> Stock:
        return count_stock(product, warehouse, on_hand, reason=_("Counted, from a file"), by=by)

    def change(self, obj: Stock, *, by, product: Product, warehouse: Warehouse, on_hand: int) -> Stock:
        return self.create(by=by, product=product, warehouse=warehouse, on_hand=on_hand)


register(
    Exchange(
        "products",
        gettext_lazy("Products as a file"),
        ProductResource,
        permission="inventory.import_products",
        view_permission="inventory.view_product",
        back="products",
    )
)
register(
    Exchange(
        "prices",
        gettext_lazy("Prices as a file"),
        PriceResource,
        permission="inventory.import_products",
        view_permission="inventory.view_product",
        back="products",
    )
)
register(
    Exchange(
        "stock",
        gettext_lazy("Counted stock as a file"),
        StockResource,
        permission="inventory.adjust_stock",
        view_permission="inventory.view_stock",
        back="stock",
    )
)
