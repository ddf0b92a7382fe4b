"""Price lists and promotions."""

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oms.columns import Column
from oms.context import current
from oms.forms import CreatePage, EditPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage
from oms.models import Company
from oms.pages import Link
from oms.records import Fact, RecordPage, Status
from orders import services
from orders.filters import PriceListFilters, PromotionFilters
from orders.models import PriceList, Promotion
from orders.price_forms import PriceListForm, PricesForm, PromotionForm

NEW_LIST = Link(_("New price list"), "price-list-new", icon="plus", permission="orders.add_pricelist")
NEW_PROMOTION = Link(_("New promotion"), "promotion-new", icon="plus", permission="orders.add_promotion")
SHOWN = 500


class PriceLists(ListPage):
    page = "price-lists"
    permission = "orders.view_pricelist"
    title = _("Price lists")
    filterset_class = PriceListFilters
    columns = [
        Column("name", _("Price list"), link=True),
        Column("tier.name", _("Tier")),
        Column("starts_on", _("First day"), kind="day"),
        Column("ends_on", _("Last day"), kind="day"),
        Column("count", _("Prices"), kind="number"),
        Column("active", _("Active"), kind="yes"),
    ]
    orderings = {"name": Ordering(_("Name"), "name")}
    primary = NEW_LIST
    empty = Empty(
        _("No price lists yet"),
        _("Until there is one, everybody pays the catalogue price less her tier's discount."),
        NEW_LIST,
        icon="tags",
    )

    def queryset(self) -> QuerySet[PriceList]:
        return PriceList.objects.select_related("tier").annotate(count=Count("prices"))


class NewPriceList(CreatePage):
    permission = "orders.add_pricelist"
    title = _("New price list")
    breadcrumb = [(_("Price lists"), "price-lists")]
    form_class = PriceListForm
    service = staticmethod(services.save_price_list)
    done = _("%(what)s saved.")

    def perform(self, form) -> str:
        row = services.save_price_list(by=self.request.user, **form.cleaned_data)
        return reverse("price-list-prices", args=[row.pk])


class PriceListPage(RecordPage):
    permission = "orders.view_pricelist"
    template_name = "orders/price_list.html"
    queryset = PriceList.objects.select_related("tier")
    breadcrumb = [(_("Price lists"), "price-lists")]

    def status(self) -> Status:
        return Status(_("active"), "ok") if self.object.active else Status(_("not in use"), "muted")

    @property
    def more(self) -> list[Link]:
        key, may = self.object.pk, "orders.change_pricelist"
        return [
            Link(_("Prices"), reverse("price-list-prices", args=[key]), "list", may),
            Link(_("Edit"), reverse("price-list-edit", args=[key]), "pencil", may),
        ]

    def facts(self) -> list[Fact]:
        row = self.object
        return [
            Fact(_("Tier"), str(row.tier or _("every customer"))),
            Fact(_("First day"), row.starts_on),
            Fact(_("Last day"), row.ends_on),
            Fact(_("Prices include tax"), _("yes") if row.tax_included else _("no")),
        ]

    def get_context_data(self, **kwargs) -> dict:
        prices = list(self.object.prices.select_related("product").order_by("product__sku", "minimum")[: SHOWN + 1])
        shown = {"prices": prices[:SHOWN], "more_prices": len(prices) > SHOWN, "currency": current(Company).currency}
        return super().get_context_data(**shown | kwargs)


class EditPriceList(EditPage):
    permission = "orders.change_pricelist"
    model = PriceList
    breadcrumb = [(_("Price lists"), "price-lists")]
    form_class = PriceListForm
    service = staticmethod(services.save_price_list)
    versioned = True
    done = _("%(what)s saved.")


class EditListPrices(EditPage):
    permission = "orders.change_pricelist"
    model = PriceList
    form_class = PricesForm
    service = staticmethod(services.set_list_prices)
    versioned = True
    done = _("Prices of %(what)s saved.")

    def get_breadcrumb(self):
        return [(_("Price lists"), "price-lists"), (str(self.object), self.object.get_absolute_url())]

    def get_initial(self) -> dict:
        rows = self.object.prices.order_by("product__sku", "minimum").values_list("product__sku", "minimum", "price")
        return {"prices": "\n".join(f"{sku}, {minimum}, {price.normalize():f}" for sku, minimum, price in rows)}


class Promotions(ListPage):
    page = "promotions"
    permission = "orders.view_promotion"
    title = _("Promotions")
    filterset_class = PromotionFilters
    columns = [
        Column("name", _("Promotion"), link=True),
        Column("code", _("Code")),
        Column("kind", _("Kind"), kind="choice"),
        Column("ends_at", _("Ends"), kind="moment"),
        Column("times", _("Orders"), kind="number"),
        Column("rank", _("Rank"), kind="number", sort="rank"),
        Column("active", _("Active"), kind="yes"),
    ]
    orderings = {"rank": Ordering(_("Rank"), "rank", "id")}
    primary = NEW_PROMOTION
    empty = Empty(_("No promotions yet"), _("Codes, free goods, free shipping: make the first one."), NEW_PROMOTION)

    def queryset(self) -> QuerySet[Promotion]:
        return Promotion.objects.annotate(times=Count("uses", filter=Q(uses__applied=True)))


class NewPromotion(CreatePage):
    permission = "orders.add_promotion"
    title = _("New promotion")
    breadcrumb = [(_("Promotions"), "promotions")]
    form_class = PromotionForm
    service = staticmethod(services.save_promotion)
    done = _("%(what)s saved.")


class PromotionPage(RecordPage):
    permission = "orders.view_promotion"
    template_name = "orders/promotion.html"
    model = Promotion
    breadcrumb = [(_("Promotions"), "promotions")]

    def status(self) -> Status:
        return Status(_("active"), "ok") if self.object.active else Status(_("switched off"), "muted")

    @property
    def primary(self) -> Link:
        return Link(_("Edit"), reverse("promotion-edit", args=[self.object.pk]), "pencil", "orders.change_promotion")

    def facts(self) -> list[Fact]:
        row = self.object
        return [
            Fact(_("Code"), row.code or _("none, it comes by itself")),
            Fact(_("Kind"), row.get_kind_display()),
            Fact(_("Begins"), row.starts_at),
            Fact(_("Ends"), row.ends_at),
            Fact(_("Rank"), row.rank),
            Fact(_("Together with others"), _("no") if row.alone else _("yes")),
        ]

    def get_context_data(self, **kwargs) -> dict:
        row = self.object
        uses = row.uses.filter(applied=True).select_related("order", "order__customer").order_by("-id")[:20]
        shown = {
            "uses": uses,
            "currency": current(Company).currency,
            "meant": [*row.products.all(), *row.categories.all()],
            "tiers": row.tiers.all(),
        }
        return super().get_context_data(**shown | kwargs)


class EditPromotion(EditPage):
    permission = "orders.change_promotion"
    model = Promotion
    breadcrumb = [(_("Promotions"), "promotions")]
    form_class = PromotionForm
    service = staticmethod(services.save_promotion)
    versioned = True
    done = _("%(what)s saved.")
