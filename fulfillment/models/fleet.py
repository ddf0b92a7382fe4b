"""Our own fleet: vehicles, who drives which one when, and where it delivers."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventory.models import Warehouse
from oms.formats import listed

LATITUDE = [MinValueValidator(-90), MaxValueValidator(90)]
LONGITUDE = [MinValueValidator(-180), MaxValueValidator(180)]
ON_EARTH = Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180)


class Moments(Func):
    """Two columns as a half-open range of moments."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Depot(models.Model):
    """Where a warehouse's vehicles begin and end their tours, and how long a stop takes there."""

    warehouse = models.OneToOneField(
        Warehouse, on_delete=models.PROTECT, related_name="depot", verbose_name=_("warehouse")
    )
    latitude = models.FloatField(_("latitude"), validators=LATITUDE)
    longitude = models.FloatField(_("longitude"), validators=LONGITUDE)
    stop_minutes = models.PositiveSmallIntegerField(_("minutes at each stop"), default=5)

    class Meta:
        verbose_name = _("depot")
        verbose_name_plural = _("depots")
        ordering = ["warehouse"]
        constraints = [models.CheckConstraint(condition=ON_EARTH, name="depot_on_earth")]

    def __str__(self) -> str:
        return str(self.warehouse)

    def get_absolute_url(self) -> str:
        return reverse("depot", args=[self.pk])


class Vehicle(models.Model):
    """A van or bicycle of ours, with what it holds and what it costs."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    plate = models.CharField(_("plate"), max_length=20, blank=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    weight_kg = models.PositiveIntegerField(_("holds, kg"), validators=[MinValueValidator(1)])
    volume_l = models.PositiveIntegerField(_("holds, litres"), validators=[MinValueValidator(1)])
    max_stops = models.PositiveSmallIntegerField(
        _("stops at most"), default=60, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    cost_km = models.DecimalField(
        _("cost of a kilometre"), max_digits=8, decimal_places=2, validators=[MinValueValidator(0)]
    )
    cost_hour = models.DecimalField(
        _("cost of an hour"), max_digits=8, decimal_places=2, validators=[MinValueValidator(0)]
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("vehicle")
        verbose_name_plural = _("vehicles")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["plate"], condition=~Q(plate=""), name="vehicle_plate_once"),
            models.CheckConstraint(
                condition=Q(weight_kg__gt=0, volume_l__gt=0, max_stops__gt=0), name="vehicle_holds_something"
            ),
            models.CheckConstraint(condition=Q(cost_km__gte=0, cost_hour__gte=0), name="vehicle_costs_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("vehicle", args=[self.pk])


class Shift(models.Model):
    """A driver in a vehicle from one moment to another; neither can be in two places."""

    driver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shifts", verbose_name=_("driver")
    )
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="shifts", verbose_name=_("vehicle"))
    starts = models.DateTimeField(_("starts"))
    ends = models.DateTimeField(_("ends"))

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["-starts", "-id"]
        indexes = [models.Index(fields=["-starts", "-id"], name="shift_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="shift_ends_after_start"),
            ExclusionConstraint(
                name="driver_not_double_booked",
                expressions=[
                    (Moments("starts", "ends", RangeBoundary()), RangeOperators.OVERLAPS),
                    ("driver", RangeOperators.EQUAL),
                ],
            ),
            ExclusionConstraint(
                name="vehicle_not_double_booked",
                expressions=[
                    (Moments("starts", "ends", RangeBoundary()), RangeOperators.OVERLAPS),
                    ("vehicle", RangeOperators.EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.driver} · {self.vehicle}"

    def get_absolute_url(self) -> str:
        return reverse("shift", args=[self.pk])


class DeliveryZone(models.Model):
    """Where a warehouse's own fleet delivers: postcodes that begin so, a circle, an area drawn by hand, or several."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="delivery_zones", verbose_name=_("warehouse")
    )
    country = models.CharField(_("country"), max_length=60, default="CN")
    postcodes = models.CharField(
        _("postcodes begin with"), max_length=400, blank=True, help_text=_("several with commas, e.g. 2000, 2001")
    )
    latitude = models.FloatField(_("latitude of the centre"), null=True, blank=True, validators=LATITUDE)
    longitude = models.FloatField(_("longitude of the centre"), null=True, blank=True, validators=LONGITUDE)
    radius_km = models.FloatField(_("radius, km"), null=True, blank=True, validators=[MinValueValidator(0.1)])
    area = models.JSONField(_("area"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("delivery zone")
        verbose_name_plural = _("delivery zones")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(postcodes="")
                | Q(latitude__isnull=False, longitude__isnull=False, radius_km__gt=0)
                | Q(area__isnull=False),
                name="zone_is_somewhere",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("zone", args=[self.pk])

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The beginnings of its postcodes, without blanks and in capitals."""
        return tuple(part.replace(" ", "").upper() for part in listed(self.postcodes))
