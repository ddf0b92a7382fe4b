from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, RangeFilter

from customers.models import Customer, Tier
from inventory.models import Product, Warehouse
from oms.filters import Choices, Filters, Linked, Period, Records, YesNo
from oms.models import ApiKey
from orders import queries
from orders.models import Hold, ImportFile, Invoice, Order, OrderLine, PriceList, Promotion
from orders.reasons import HOLDS
from orders.tags import read_tags

# So many hits are fetched by themselves: as a subquery their number is guessed, and PostgreSQL then reads every order.
FEW = 1000


def channels() -> list[tuple[str, str]]:
    """Our own channels and those of other systems' keys."""
    foreign = ApiKey.objects.values_list("channel", flat=True).order_by("channel").distinct()
    return [*Order.Channel.choices, *((name, name) for name in foreign if name not in Order.Channel.values)]


class OrderFilters(Filters):
    stage = Choices(label=_("Stage"), choices=Order.Stage.choices)
    channel = Choices(label=_("Channel"), choices=channels)
    placed = Period(field_name="placed_at", label=_("Placed"))
    promised = Period(field_name="promised_date", label=_("Promised"), moments=False)
    total = RangeFilter(label=_("Total"))
    hold = Choices(label=_("Hold"), choices=list(HOLDS.items()), method="with_hold")
    warehouse = Records(label=_("Warehouse"), queryset=Warehouse.objects.all())
    tag = CharFilter(label=_("Tag"), method="with_tag")
    urgent = YesNo(field_name="urgent", label=_("Urgent"))
    imported_from = Linked(label=_("Imported from"), queryset=ImportFile.objects.all())
    customer = Linked(label=_("Customer"), queryset=Customer.objects.all())
    product = Linked(label=_("Product"), queryset=Product.objects.all(), method="with_product")
    search_hint = _("Number, customer, phone, e-mail, SKU, tracking")

    class Meta:
        model = Order
        fields: list[str] = []

    def with_hold(self, queryset: QuerySet[Order], name: str, kinds: list[str]) -> QuerySet[Order]:
        """Orders that such a hold stops now."""
        holds = Hold.objects.filter(released_at=None, kind__in=kinds)
        return queryset.filter(pk__in=holds.values("order_id")) if kinds else queryset

    def with_tag(self, queryset: QuerySet[Order], name: str, text: str) -> QuerySet[Order]:
        """Orders that have every one of the tags, separated by commas."""
        return queryset.filter(tags__contains=read_tags(text))

    def search(self, queryset: QuerySet[Order], name: str, text: str) -> QuerySet[Order]:
        found = queries.found_by(text)
        few = list(found.values_list("pk", flat=True)[: FEW + 1])
        return queryset.filter(pk__in=few if len(few) <= FEW else found)

    def with_product(self, queryset: QuerySet[Order], name: str, product: Product) -> QuerySet[Order]:
        """Orders that have this product on a line."""
        return queryset.filter(pk__in=OrderLine.objects.filter(product=product).order_by().values("order"))


class InvoiceFilters(Filters):
    kind = Choices(label=_("Kind"), choices=Invoice.Kind.choices)
    issued = Period(field_name="issued_at", label=_("Issued"))
    search_fields = ["number__istartswith", "order__number__iexact", "order__customer__name__icontains"]
    search_hint = _("Number, order or customer")

    class Meta:
        model = Invoice
        fields: list[str] = []


class PriceListFilters(Filters):
    tier = Records(label=_("Tier"), queryset=Tier.objects.all())
    active = YesNo(field_name="active", label=_("Active"))
    search_fields = ["name__icontains"]
    search_hint = _("Name")

    class Meta:
        model = PriceList
        fields: list[str] = []


class PromotionFilters(Filters):
    kind = Choices(label=_("Kind"), choices=Promotion.Kind.choices)
    active = YesNo(field_name="active", label=_("Active"))
    search_fields = ["name__icontains", "code__istartswith"]
    search_hint = _("Name or code")

    class Meta:
        model = Promotion
        fields: list[str] = []
