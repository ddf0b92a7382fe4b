"""Suppliers: one with what it sells and what is awaited from it, and the terms of each product."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventory import services
from inventory.filters import SupplierItemFilters
from inventory.forms import SupplierForm, short
from inventory.models import Product, PurchaseOrder, Supplier, SupplierItem
from inventory.purchase_forms import NewSupplierItemForm, SupplierItemForm
from inventory.views.places import Saved
from inventory.views.purchases import TONES
from oms.actions import Action, Actions, ActionView
from oms.columns import Column
from oms.context import current
from oms.forms import CreatePage, EditPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage
from oms.models import Company
from oms.money import format_money
from oms.pages import Link
from oms.records import Fact, RecordPage

SHOWN = 50
NEW_TERMS = Link(_("New terms"), "supplier-item-new", icon="plus", permission="inventory.add_supplieritem")

item_actions = Actions(
    "supplier-item-action",
    SupplierItem,
    [
        Action(
            "remove",
            _("Remove"),
            "inventory.delete_supplieritem",
            services.remove_terms,
            confirm=_("Does the supplier not sell it any more? %(what)s is removed."),
            style="danger",
            icon="trash-2",
            done=_("%(what)s is removed."),
            then=lambda item, result: item.product.get_absolute_url(),
        )
    ],
)


class SupplierPage(RecordPage):
    permission = "inventory.view_supplier"
    template_name = "inventory/supplier.html"
    model = Supplier
    breadcrumb = [(_("Suppliers"), "suppliers")]

    @property
    def primary(self) -> Link:
        href = f"{reverse('purchase-order-new')}?supplier={self.object.pk}"
        return Link(_("New purchase order"), href, "plus", "inventory.add_purchaseorder")

    @property
    def more(self) -> list[Link]:
        key = self.object.pk
        return [
            Link(_("Edit"), reverse("supplier-edit", args=[key]), "pencil", "inventory.change_supplier"),
            Link(_("New terms"), f"{reverse('supplier-item-new')}?supplier={key}", "plus", NEW_TERMS.permission),
        ]

    def facts(self) -> list[Fact]:
        supplier, currency = self.object, current(Company).currency
        minimum = format_money(supplier.minimum_value, currency) if supplier.minimum_value else ""
        return [
            Fact(_("E-mail"), supplier.email, f"mailto:{supplier.email}" if supplier.email else None),
            Fact(_("Phone"), supplier.phone),
            Fact(_("Lead time, days"), supplier.lead_time_days),
            Fact(_("Minimum order value"), minimum),
            Fact(_("Language"), supplier.get_language_display()),
        ]

    def get_context_data(self, **kwargs) -> dict:
        items = list(self.object.items.select_related("product", "supplier").order_by("product__sku")[: SHOWN + 1])
        context = {
            "items": items[:SHOWN],
            "more_items": len(items) > SHOWN,
            "purchases": [(p, TONES[p.status]) for p in _latest(self.object)],
        }
        return super().get_context_data(**context | kwargs)


def _latest(supplier: Supplier) -> QuerySet[PurchaseOrder]:
    return supplier.purchases.select_related("warehouse").order_by("-id")[:10]


class EditSupplier(Saved, EditPage):
    permission = "inventory.change_supplier"
    model = Supplier
    breadcrumb = [(_("Suppliers"), "suppliers")]
    form_class = SupplierForm


class SupplierItems(ListPage):
    page = "supplier-items"
    permission = "inventory.view_supplieritem"
    title = _("Suppliers' terms")
    filterset_class = SupplierItemFilters
    columns = [
        Column("product.name", _("Product"), link=True),
        Column("product.sku", _("SKU"), sort="sku"),
        Column("supplier.name", _("Supplier")),
        Column("supplier_sku", _("Supplier's SKU")),
        Column("price", _("Price"), kind="money"),
        Column("minimum", _("Minimum, pieces"), kind="number"),
        Column("pack_size", _("Pieces in a pack"), kind="number"),
        Column("lead_days", _("Lead time, days"), kind="number"),
        Column("preferred", _("Preferred"), kind="yes"),
    ]
    orderings = {"sku": Ordering(_("SKU"), "product__sku", "id")}
    primary = NEW_TERMS
    breadcrumb = [(_("Suppliers"), "suppliers")]
    empty = Empty(_("No terms yet"), _("Say what each supplier asks for a product."), NEW_TERMS, icon="list-checks")

    def queryset(self) -> QuerySet[SupplierItem]:
        return SupplierItem.objects.select_related("product", "supplier")


class NewSupplierItem(CreatePage):
    permission = "inventory.add_supplieritem"
    title = _("New terms")
    breadcrumb = [(_("Suppliers"), "suppliers"), (_("Suppliers' terms"), "supplier-items")]
    form_class = NewSupplierItemForm
    done = _("The terms are saved.")

    def get_initial(self) -> dict:
        asked = {name: self.request.GET.get(name, "") for name in ("supplier", "code")}
        product = Product.objects.filter(sku=asked["code"]).first() if asked["code"] else None
        known = {"price": short(product.cost), "pack_size": product.pack_size} if product else {}
        return asked | known

    def perform(self, form) -> str:
        terms = dict(form.cleaned_data)
        return services.add_terms(by=self.request.user, product=terms.pop("code"), **terms).supplier.get_absolute_url()


class EditSupplierItem(EditPage):
    permission = "inventory.change_supplieritem"
    queryset = SupplierItem.objects.select_related("product", "supplier")
    breadcrumb = [(_("Suppliers"), "suppliers"), (_("Suppliers' terms"), "supplier-items")]
    form_class = SupplierItemForm
    done = _("The terms are saved.")

    @property
    def more(self) -> list[Link]:
        remove = item_actions["remove"]
        return [Link(_("Remove"), item_actions.url(remove, self.object), "trash-2", remove.permission)]

    def get_initial(self) -> dict:
        return {"price": short(self.object.price)}

    def perform(self, form) -> str:
        item = services.change_terms(self.object, by=self.request.user, **form.cleaned_data)
        return item.supplier.get_absolute_url()


class SupplierItemAction(ActionView):
    actions = item_actions
    queryset = SupplierItem.objects.select_related("product", "supplier")
