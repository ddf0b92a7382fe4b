"""What shipping costs: every shipment that left, with sums by carrier and service over what the filters leave."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from fulfillment.carrier_filters import CostFilters
from fulfillment.models import Shipment
from oms.columns import Column
from oms.context import current
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.models import Company
from oms.money import rounded
from oms.pages import url_or_none

SUMS = {
    "orders": Count("order", distinct=True),
    "shipments": Count("pk"),
    "unknown": Count("pk", filter=Q(cost=None)),
    "together": Sum("cost", default=Decimal(0)),
}
LEFT = Shipment.objects.filter(shipped_at__isnull=False)


@dataclass(frozen=True)
class CostSum:
    """Shipments of one carrier and service, or of all; `cost` sums those whose cost is known."""

    carrier: str
    service: str
    orders: int
    shipments: int
    unknown: int
    cost: Decimal
    query: str = ""

    @property
    def per_order(self) -> Decimal | None:
        """The average cost of an order; None while no cost is known."""
        if not self.orders or self.unknown == self.shipments:
            return None
        return rounded(self.cost / self.orders, current(Company).currency)


def cost_sums(shipments: QuerySet[Shipment]) -> list[CostSum]:
    """Sums by carrier and service, the dearest first; one statement."""
    rows = shipments.order_by().values_list("carrier", "carrier__name", "service", "service__name").annotate(**SUMS)
    found = [
        CostSum(carrier or "", service or "", *sums, query=_query(carrier_pk, service_pk))
        for carrier_pk, carrier, service_pk, service, *sums in rows
    ]
    return sorted(found, key=lambda row: (-row.cost, row.carrier, row.service))


def cost_total(shipments: QuerySet[Shipment]) -> CostSum:
    """All of them in one line; an order that left in two parcels counts once."""
    return CostSum("", "", *shipments.order_by().aggregate(**SUMS).values())


def _query(carrier: int | None, service: int | None) -> str:
    return "&".join(f"{name}={pk}" for name, pk in (("carrier", carrier), ("service", service)) if pk)


class ShippingCosts(ListPage):
    page = "shipping-costs"
    permission = "fulfillment.view_shipping_cost"
    template_name = "fulfillment/costs.html"
    title = _("Shipping costs")
    filterset_class = CostFilters
    columns = [
        Column("number", _("Shipment"), link=True),
        Column("order.number", _("Order"), url=lambda shipment: url_or_none("order", shipment.order.number)),
        Column("carrier.name", _("Carrier")),
        Column("service.name", _("Service")),
        Column("order.city", _("City")),
        Column("shipped_at", _("Shipped"), kind="moment", sort="newest"),
        Column("cost", _("Shipping cost"), kind="money"),
        Column("order.total", _("Order total"), kind="money", currency="order.currency", shown=False),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-shipped_at", "-id")}
    tabs = [Tab(_("Cost not known"), "priced=no")]
    empty = Empty(_("Nothing was shipped yet"), _("Each shipment appears here with its cost."), icon="receipt")

    def queryset(self) -> QuerySet[Shipment]:
        return LEFT.select_related("order", "carrier", "service")

    def get_context_data(self, **kwargs) -> dict:
        chosen = self.filterset.qs
        context = {"sums": cost_sums(chosen), "all": cost_total(chosen), "currency": current(Company).currency}
        return super().get_context_data(**context | kwargs)
