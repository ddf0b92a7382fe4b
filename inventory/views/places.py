"""Warehouses, suppliers and categories: short lists that managers keep."""

from django.db.models import Count, Model, QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.filters import CategoryFilters, FamilyFilters, SupplierFilters, TaxClassFilters, WarehouseFilters
from inventory.forms import CategoryForm, FamilyForm, SupplierForm, TaxClassForm, WarehouseForm
from inventory.models import Category, Family, Supplier, TaxClass, Warehouse
from inventory.services import set_tax_class
from oms.columns import Column
from oms.forms import CreatePage, EditPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage
from oms.pages import Link


class Saved:
    """A form whose record has no life of its own: saving it is all there is."""

    done = _("%(what)s saved.")

    def perform(self, form) -> Model:
        return form.save()


NEW_WAREHOUSE = Link(_("New warehouse"), "warehouse-new", icon="plus", permission="inventory.add_warehouse")
NEW_SUPPLIER = Link(_("New supplier"), "supplier-new", icon="plus", permission="inventory.add_supplier")
NEW_TAX_CLASS = Link(_("New tax class"), "tax-class-new", icon="plus", permission="inventory.add_taxclass")
NEW_FAMILY = Link(_("New product family"), "family-new", icon="plus", permission="inventory.add_product")
NEW_CATEGORY = Link(_("New category"), "category-new", icon="plus", permission="inventory.add_category")


class Warehouses(ListPage):
    page = "warehouses"
    permission = "inventory.view_warehouse"
    title = _("Warehouses")
    filterset_class = WarehouseFilters
    columns = [
        Column("name", _("Warehouse"), link=True),
        Column("code", _("Code")),
        Column("rank", _("Rank"), kind="number", sort="rank"),
        Column("active", _("Active"), kind="yes"),
        Column("address", _("Address")),
    ]
    orderings = {"rank": Ordering(_("Rank"), "rank", "id")}
    primary = NEW_WAREHOUSE
    empty = Empty(_("No warehouses yet"), _("Stock lies in warehouses."), NEW_WAREHOUSE, icon="warehouse")

    def queryset(self) -> QuerySet[Warehouse]:
        return Warehouse.objects.all()


class NewWarehouse(Saved, CreatePage):
    permission = "inventory.add_warehouse"
    title = _("New warehouse")
    breadcrumb = [(_("Warehouses"), "warehouses")]
    form_class = WarehouseForm


class EditWarehouse(Saved, EditPage):
    permission = "inventory.change_warehouse"
    model = Warehouse
    breadcrumb = [(_("Warehouses"), "warehouses")]
    form_class = WarehouseForm


class Suppliers(ListPage):
    page = "suppliers"
    permission = "inventory.view_supplier"
    title = _("Suppliers")
    filterset_class = SupplierFilters
    columns = [
        Column("name", _("Supplier"), link=True),
        Column("email", _("E-mail")),
        Column("phone", _("Phone")),
        Column("lead_time_days", _("Lead time, days"), kind="number"),
    ]
    orderings = {"name": Ordering(_("Name"), "name")}
    primary = NEW_SUPPLIER
    empty = Empty(_("No suppliers yet"), _("Products name the supplier they come from."), NEW_SUPPLIER)

    def queryset(self) -> QuerySet[Supplier]:
        return Supplier.objects.all()


class NewSupplier(Saved, CreatePage):
    permission = "inventory.add_supplier"
    title = _("New supplier")
    breadcrumb = [(_("Suppliers"), "suppliers")]
    form_class = SupplierForm


class Categories(ListPage):
    page = "categories"
    permission = "inventory.view_category"
    title = _("Categories")
    filterset_class = CategoryFilters
    columns = [Column("name", _("Category"), link=True), Column("parent.name", _("Inside"))]
    orderings = {"name": Ordering(_("Name"), "name", "id")}
    primary = NEW_CATEGORY
    breadcrumb = [(_("Products"), "products")]
    empty = Empty(_("No categories yet"), _("Categories put the catalogue in order."), NEW_CATEGORY, icon="layers")

    def queryset(self) -> QuerySet[Category]:
        return Category.objects.select_related("parent")


class NewCategory(Saved, CreatePage):
    permission = "inventory.add_category"
    title = _("New category")
    breadcrumb = [(_("Products"), "products"), (_("Categories"), "categories")]
    form_class = CategoryForm


class EditCategory(Saved, EditPage):
    permission = "inventory.change_category"
    model = Category
    breadcrumb = [(_("Products"), "products"), (_("Categories"), "categories")]
    form_class = CategoryForm


class Families(ListPage):
    page = "families"
    permission = "inventory.view_product"
    title = _("Product families")
    filterset_class = FamilyFilters
    columns = [Column("name", _("Family"), link=True), Column("count", _("Variants"), kind="number")]
    orderings = {"name": Ordering(_("Name"), "name", "id")}
    primary = NEW_FAMILY
    breadcrumb = [(_("Products"), "products")]
    empty = Empty(
        _("No families yet"), _("A family holds the sizes and colours of one thing."), NEW_FAMILY, icon="layers"
    )

    def queryset(self) -> QuerySet[Family]:
        return Family.objects.annotate(count=Count("variants"))


class NewFamily(Saved, CreatePage):
    permission = "inventory.add_product"
    title = _("New product family")
    breadcrumb = [(_("Products"), "products"), (_("Product families"), "families")]
    form_class = FamilyForm


class TaxClasses(ListPage):
    page = "tax-classes"
    permission = "inventory.view_product"
    title = _("Tax classes")
    filterset_class = TaxClassFilters
    columns = [
        Column("name", _("Tax class"), link=True),
        Column("rate", _("Tax, %"), kind="number"),
        Column("count", _("Products"), kind="number"),
    ]
    orderings = {"name": Ordering(_("Name"), "name", "id")}
    primary = NEW_TAX_CLASS
    breadcrumb = [(_("Products"), "products")]
    empty = Empty(_("No tax classes yet"), _("A class changes the rate of all its products at once."), NEW_TAX_CLASS)

    def queryset(self) -> QuerySet[TaxClass]:
        return TaxClass.objects.annotate(count=Count("products"))


class NewTaxClass(CreatePage):
    permission = "inventory.add_taxclass"
    title = _("New tax class")
    breadcrumb = [(_("Products"), "products"), (_("Tax classes"), "tax-classes")]
    form_class = TaxClassForm
    service = staticmethod(set_tax_class)
    done = _("%(what)s saved.")


class EditTaxClass(EditPage):
    permission = "inventory.change_taxclass"
    model = TaxClass
    breadcrumb = [(_("Products"), "products"), (_("Tax classes"), "tax-classes")]
    form_class = TaxClassForm
    service = staticmethod(set_tax_class)
    done = _("%(what)s saved.")
