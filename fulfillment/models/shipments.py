"""Shipments and their lines."""

import re
from urllib.parse import quote

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fulfillment.models.carriers import Carrier, CarrierService
from fulfillment.models.waves import Batch, Wave
from inventory.models import Warehouse
from oms.context import current
from oms.models import Company
from orders.models import Order, OrderLine


class Shipment(models.Model):
    """One trip of goods of one order: picked, packed, shipped and delivered together."""

    class Status(models.TextChoices):
        PICKING = "picking", _("picking")
        PICKED = "picked", _("picked")
        PACKED = "packed", _("packed")
        SHIPPED = "shipped", _("shipped")
        OUT = "out", _("out for delivery")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("delivery failed")
        CANCELLED = "cancelled", _("cancelled")
        RETURNED = "returned", _("came back")
        LOST = "lost", _("lost")

    IN_HOUSE = (Status.PICKING, Status.PICKED, Status.PACKED)

    number = models.CharField(_("number"), max_length=20, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments", verbose_name=_("order"))
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PICKING)
    picker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    wave = models.ForeignKey(
        Wave, on_delete=models.PROTECT, null=True, blank=True, related_name="shipments", verbose_name=_("wave")
    )
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="shipments", verbose_name=_("batch")
    )
    tote = models.PositiveSmallIntegerField(_("tote"), null=True, blank=True)
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("carrier"))
    service = models.ForeignKey(
        CarrierService,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="shipments",
        verbose_name=_("carrier service"),
    )
    cost = models.DecimalField(_("shipping cost"), max_digits=12, decimal_places=2, null=True, blank=True)
    cost_reasons = models.JSONField(default=list)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)
    driver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="shipments",
        verbose_name=_("driver"),
    )
    window_start = models.DateTimeField(_("deliver from"), null=True, blank=True)
    window_end = models.DateTimeField(_("deliver until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    packed_at = models.DateTimeField(_("packed"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    stop_order = models.PositiveSmallIntegerField(_("stop"), null=True, blank=True)
    eta = models.DateTimeField(_("expected"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["status", "-id"], name="shipment_status"),
            models.Index(fields=["driver", "status"], name="shipment_of_driver"),
            models.Index(fields=["tracking_number"], name="shipment_tracking_number"),
            models.Index(fields=["-shipped_at", "-id"], name="shipment_sent", condition=Q(shipped_at__isnull=False)),
            models.Index(
                fields=["warehouse", "id"],
                name="shipment_to_give_out",
                condition=Q(status="picking", batch=None, picker=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(status__in=["picking", "picked", "packed"]),
                name="one_shipment_in_the_house",
            ),
            models.CheckConstraint(condition=Q(cost=None) | Q(cost__gte=0), name="shipping_cost_not_negative"),
            models.CheckConstraint(
                condition=Q(window_start=None) | Q(window_end=None) | Q(window_end__gt=F("window_start")),
                name="shipment_window",
            ),
            models.UniqueConstraint(fields=["batch", "tote"], name="one_shipment_in_a_tote"),
        ]
        permissions = [
            ("pick", _("Can pick")),
            ("pack", _("Can pack")),
            ("ship", _("Can ship")),
            ("dispatch", _("Can send out for delivery")),
            ("deliver", _("Can record any delivery")),
            ("deliver_own", _("Can record her own deliveries")),
            ("view_shipping_cost", _("Can see what shipping costs")),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("shipment", args=[self.number])

    @property
    def in_house(self) -> bool:
        """Whether somebody works on it in the warehouse."""
        return self.status in self.IN_HOUSE

    @property
    def currency(self) -> str:
        """The company's currency, in which shipping costs are."""
        return current(Company).currency

    @property
    def on_own_wheels(self) -> bool:
        """Whether our own fleet carries it, so that the driver can do as the customer wishes."""
        return self.carrier is None or self.carrier.own

    @property
    def tracking_link(self) -> str:
        """The carrier's own tracking page, or "" when it has none."""
        if not (self.carrier and self.carrier.tracking_url and self.tracking_number):
            return ""
        return self.carrier.tracking_url.replace("{number}", quote(self.tracking_number, safe=""))


class ShipmentLine(models.Model):
    """Pieces of an order line in a shipment; `to_pick` is what the picker is sent for."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shipment_lines")
    bin = models.CharField(_("bin"), max_length=20, blank=True)
    to_pick = models.PositiveIntegerField(_("to pick"))
    picked = models.PositiveIntegerField(_("picked"), default=0)
    packed = models.PositiveIntegerField(_("packed"), default=0)

    class Meta:
        ordering = ["bin", "id"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "order_line"], name="shipment_line_once"),
            models.CheckConstraint(condition=Q(picked__lte=F("to_pick")), name="picked_within_to_pick"),
            models.CheckConstraint(condition=Q(packed__lte=F("picked")), name="packed_within_picked"),
        ]

    def __str__(self) -> str:
        return f"{self.order_line.sku} × {self.to_pick}"

    @property
    def missing(self) -> int:
        """Pieces still to be taken from the shelf."""
        return self.to_pick - self.picked

    @property
    def unpacked(self) -> int:
        """Pieces on the trolley that are not in the parcel yet."""
        return self.picked - self.packed

    def pick_path(self) -> list:
        """The sort key of the way through the bins: A-2 comes before A-10, goods without a bin last."""
        parts = re.split(r"(\d+)", self.bin.upper())
        return [not self.bin, [int(x) if x.isdigit() else x for x in parts], self.pk]

    def answers_to(self, code: str) -> bool:
        """Whether a scanned code is this line's SKU or barcode."""
        wanted, line = code.strip().casefold(), self.order_line
        return bool(wanted) and wanted in (
            line.sku.casefold(),
            line.product.sku.casefold(),
            line.product.barcode.casefold(),
        )
