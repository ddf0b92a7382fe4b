"""A day's plan: routes of vehicles, their stops in order with times, and stops that found no place."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fulfillment.models.fleet import Shift, Vehicle
from fulfillment.models.shipments import Shipment
from inventory.models import Warehouse
from oms.models import Job


class RoutePlan(models.Model):
    """What a warehouse's fleet delivers on a day. Sums are those of its routes; `plain_*` are plain insertion's."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    date = models.DateField(_("day"))
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="route_plans", verbose_name=_("warehouse")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)
    made_by = models.CharField(max_length=20, blank=True)
    stop_seconds = models.PositiveIntegerField(default=300)
    latitude = models.FloatField()
    longitude = models.FloatField()
    metres = models.PositiveIntegerField(_("distance"), default=0)
    seconds = models.PositiveIntegerField(_("duration"), default=0)
    cost = models.DecimalField(_("cost"), max_digits=12, decimal_places=2, default=0)
    late = models.PositiveIntegerField(_("late stops"), default=0)
    plain_metres = models.PositiveIntegerField(null=True)
    plain_cost = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    plain_unassigned = models.PositiveIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("planned"), default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True)

    class Meta:
        verbose_name = _("route plan")
        verbose_name_plural = _("route plans")
        ordering = ["-date", "-id"]
        indexes = [models.Index(fields=["-date", "-id"], name="route_plan_newest")]
        constraints = [models.UniqueConstraint(fields=["date", "warehouse"], name="one_route_plan_a_day")]
        permissions = [("plan_routes", _("Can plan and publish routes"))]

    def __str__(self) -> str:
        return f"{self.warehouse} {self.date:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("route-plan", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT


class Route(models.Model):
    """One vehicle's tour of a plan; the shift's vehicle, driver and hours are kept as they were planned with."""

    plan = models.ForeignKey(RoutePlan, on_delete=models.CASCADE, related_name="routes")
    shift = models.ForeignKey(Shift, on_delete=models.SET_NULL, null=True, related_name="routes")
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="routes")
    driver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="routes")
    number = models.PositiveSmallIntegerField()
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    leaves = models.DateTimeField(null=True)
    returns = models.DateTimeField(null=True)
    metres = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    overtime = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="route_number_once"),
            models.UniqueConstraint(fields=["plan", "shift"], name="route_of_a_shift_once"),
        ]

    def __str__(self) -> str:
        return f"{self.vehicle} · {self.driver}"


class RouteStop(models.Model):
    """A shipment in a plan: its place in a route, or why it has none. `live` until another plan takes it over.

    `window_start` and `window_end` are the customer's; `late` is seconds after it. `precision` says how well the
    position is known.
    """

    class Precision(models.TextChoices):
        ADDRESS = "address", _("address")
        POSTCODE = "postcode", _("postcode")
        CITY = "city", _("city")
        NONE = "none", _("unknown")

    class Reason(models.TextChoices):
        NO_POSITION = "no_position", _("The position of the address is not known.")
        TOO_LARGE = "too_large", _("It is too large or too heavy for every vehicle.")
        OUT_OF_REACH = "out_of_reach", _("No vehicle can be there within the window and its shift.")
        NO_ROOM = "no_room", _("No vehicle has room or time left.")
        TAKEN_OUT = "taken_out", _("It was taken out by hand.")

    plan = models.ForeignKey(RoutePlan, on_delete=models.CASCADE, related_name="stops")
    route = models.ForeignKey(Route, on_delete=models.CASCADE, null=True, related_name="stops")
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="route_stops")
    live = models.BooleanField(default=True)
    sequence = models.PositiveSmallIntegerField(null=True)
    locked = models.BooleanField(_("locked"), default=False)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    precision = models.CharField(max_length=10, choices=Precision, default=Precision.NONE)
    weight_g = models.PositiveIntegerField(default=0)
    volume_ml = models.PositiveBigIntegerField(default=0)
    window_start = models.DateTimeField(null=True)
    window_end = models.DateTimeField(null=True)
    arrival = models.DateTimeField(null=True)
    departure = models.DateTimeField(null=True)
    late = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        ordering = ["route__number", "sequence", "id"]
        indexes = [models.Index(fields=["plan", "route", "sequence"], name="stop_of_plan")]
        constraints = [
            models.UniqueConstraint(fields=["shipment"], condition=Q(live=True), name="shipment_in_one_live_plan"),
            models.UniqueConstraint(fields=["plan", "shipment"], name="shipment_once_in_a_plan"),
            models.UniqueConstraint(
                fields=["route", "sequence"], name="stop_sequence_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(route=None, sequence=None, locked=False) & ~Q(reason="")
                | Q(route__isnull=False, sequence__isnull=False, reason="", latitude__isnull=False),
                name="stop_in_a_route_or_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(window_start=None) | Q(window_end=None) | Q(window_end__gt=F("window_start")),
                name="stop_window",
            ),
        ]

    def __str__(self) -> str:
        return self.shipment.number

    def get_absolute_url(self) -> str:
        return self.plan.get_absolute_url()

    @property
    def weight_kg(self) -> Decimal:
        return (Decimal(self.weight_g) / 1000).quantize(Decimal("0.1"))
