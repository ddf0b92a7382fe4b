"""Filters of the lists of shipments and carriers."""

from django.utils.translation import gettext_lazy as _

from fulfillment import queries
from fulfillment.models import (
    Batch,
    Carrier,
    CarrierService,
    Cart,
    Carton,
    ClaimAgainstCarrier,
    DeliveryException,
    DeliveryWish,
    Shipment,
    Station,
    Wave,
)
from inventory.models import Warehouse
from oms.filters import Choices, Filters, Linked, Period, Records, YesNo
from orders.models import Order


class ShipmentFilters(Filters):
    status = Choices(label=_("Status"), choices=Shipment.Status.choices)
    warehouse = Records(label=_("Warehouse"), queryset=Warehouse.objects.all())
    carrier = Records(label=_("Carrier"), queryset=Carrier.objects.all())
    service = Linked(label=_("Service"), queryset=CarrierService.objects.select_related("carrier"))
    driver = Records(label=_("Driver"), queryset=lambda request: queries.drivers())
    shipped = Period(field_name="shipped_at", label=_("Shipped"))
    delivered = Period(field_name="delivered_at", label=_("Delivered"))
    order = Linked(label=_("Order"), queryset=Order.objects.all())
    search_fields = [
        "number__iexact",
        "order__number__iexact",
        "tracking_number__iexact",
        "order__ship_name__icontains",
    ]
    search_hint = _("Shipment, order, tracking number, recipient")

    class Meta:
        model = Shipment
        fields: list[str] = []


class CarrierFilters(Filters):
    search_fields = ["name__icontains"]
    search_hint = _("Name")

    class Meta:
        model = Carrier
        fields: list[str] = []


class WaveFilters(Filters):
    status = Choices(label=_("Status"), choices=Wave.Status.choices)
    warehouse = Records(label=_("Warehouse"), queryset=Warehouse.objects.all())
    planned = Period(field_name="created_at", label=_("Planned"))
    search_fields = ["number__iexact"]
    search_hint = _("Number")

    class Meta:
        model = Wave
        fields: list[str] = []


class BatchFilters(Filters):
    status = Choices(label=_("Status"), choices=Batch.Status.choices)
    cart = Records(label=_("Cart"), queryset=Cart.objects.all())
    search_fields = ["number__iexact"]
    search_hint = _("Number")

    class Meta:
        model = Batch
        fields: list[str] = []


class CartFilters(Filters):
    search_fields = ["name__icontains"]
    search_hint = _("Name")

    class Meta:
        model = Cart
        fields: list[str] = []


class CartonFilters(Filters):
    search_fields = ["name__icontains"]
    search_hint = _("Name")

    class Meta:
        model = Carton
        fields: list[str] = []


class WishFilters(Filters):
    state = Choices(label=_("State"), choices=DeliveryWish.State.choices)
    kind = Choices(label=_("Wish"), choices=DeliveryWish.Kind.choices)
    asked = Period(field_name="at", label=_("Asked"))
    shipment = Linked(label=_("Shipment"), queryset=Shipment.objects.all())
    search_fields = ["shipment__number__iexact", "shipment__order__number__iexact"]
    search_hint = _("Shipment or order")

    class Meta:
        model = DeliveryWish
        fields: list[str] = []


class ExceptionFilters(Filters):
    status = Choices(label=_("Status"), choices=DeliveryException.Status.choices)
    kind = Choices(label=_("What happened"), choices=DeliveryException.Kind.choices)
    carrier = Records(label=_("Carrier"), queryset=Carrier.objects.all(), field_name="shipment__carrier")
    reported = Period(field_name="at", label=_("Reported"))
    shipment = Linked(label=_("Shipment"), queryset=Shipment.objects.all())
    search_fields = ["number__iexact", "shipment__number__iexact", "shipment__order__number__iexact"]
    search_hint = _("Exception, shipment or order")

    class Meta:
        model = DeliveryException
        fields: list[str] = []


class ClaimFilters(Filters):
    status = Choices(label=_("Status"), choices=ClaimAgainstCarrier.Status.choices)
    carrier = Records(label=_("Carrier"), queryset=Carrier.objects.all())
    made = Period(field_name="at", label=_("Made"))
    search_fields = ["exception__number__iexact", "exception__shipment__number__iexact"]
    search_hint = _("Exception or shipment")

    class Meta:
        model = ClaimAgainstCarrier
        fields: list[str] = []


class StationFilters(Filters):
    active = YesNo(field_name="active", label=_("Active"))
    search_fields = ["name__icontains"]
    search_hint = _("Name")

    class Meta:
        model = Station
        fields: list[str] = []
