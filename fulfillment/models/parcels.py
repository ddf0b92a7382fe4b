"""What goes into which carton, and the papers that go with it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fulfillment.models.shipments import Shipment, ShipmentLine


class Carton(models.Model):
    """A size of box, measured inside."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    length_mm = models.PositiveIntegerField(_("length inside, mm"))
    width_mm = models.PositiveIntegerField(_("width inside, mm"))
    height_mm = models.PositiveIntegerField(_("height inside, mm"))
    max_weight_g = models.PositiveIntegerField(_("carries, g"), default=0, help_text=_("0: no limit"))
    own_weight_g = models.PositiveIntegerField(_("own weight, g"), default=0)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("carton")
        verbose_name_plural = _("cartons")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(length_mm__gt=0, width_mm__gt=0, height_mm__gt=0), name="carton_has_room"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("carton", args=[self.pk])


class ParcelQuerySet(models.QuerySet):
    def with_contents(self):
        """With carton and lines, for a page or a paper."""
        return self.select_related("carton").prefetch_related("lines__shipment_line__order_line")


class Parcel(models.Model):
    """One box of a shipment; `code` is what its label says. It is open until it is closed, then it stays as it is."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="parcels")
    number = models.PositiveSmallIntegerField(_("parcel"))
    code = models.CharField(_("code"), max_length=20, unique=True)
    carton = models.ForeignKey(Carton, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("carton"))
    expected_g = models.PositiveIntegerField(_("expected, g"), null=True)
    weight_g = models.PositiveIntegerField(_("weight, g"), null=True, blank=True)
    override = models.CharField(_("why the weight differs"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        ordering = ["shipment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "number"], name="parcel_number_once"),
            models.UniqueConstraint(fields=["shipment"], condition=Q(closed_at=None), name="one_open_parcel"),
        ]

    def __str__(self) -> str:
        return self.code


class ParcelLine(models.Model):
    """Pieces of a shipment's line in a parcel."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="lines")
    shipment_line = models.ForeignKey(ShipmentLine, on_delete=models.PROTECT, related_name="parcel_lines")
    pieces = models.PositiveIntegerField(_("pieces"))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "shipment_line"], name="parcel_line_once"),
            models.CheckConstraint(condition=Q(pieces__gt=0), name="parcel_line_holds_something"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_line.order_line.sku} × {self.pieces}"


class Paper(models.Model):
    """What the order said when a slip or pick list of a shipment was printed; its QR code names the version."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="papers")
    version = models.PositiveIntegerField(_("order version"))
    contents = models.JSONField()
    printed_at = models.DateTimeField(_("printed"), default=timezone.now)

    class Meta:
        verbose_name = _("printed paper")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["shipment", "version"], name="paper_of_a_version_once")]

    def __str__(self) -> str:
        return f"{self.shipment}/{self.version}"
