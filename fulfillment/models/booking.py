"""Parcels announced to a carrier, and everything that it reports back."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fulfillment.models.carriers import Carrier, CarrierService
from fulfillment.models.shipments import Shipment


class Step(models.TextChoices):
    """The one vocabulary of tracking; every carrier's own words are mapped to it."""

    BOOKED = "booked", _("booked")
    COLLECTED = "collected", _("collected")
    IN_TRANSIT = "in_transit", _("in transit")
    AT_DEPOT = "at_depot", _("at a depot")
    OUT = "out", _("out for delivery")
    ATTEMPTED = "attempted", _("delivery attempted")
    DELIVERED = "delivered", _("delivered")
    RETURNED = "returned", _("returned to sender")
    LOST = "lost", _("lost")
    DAMAGED = "damaged", _("damaged")
    EXCEPTION = "exception", _("something else went wrong")


class Booking(models.Model):
    """A shipment announced to a carrier; `key` makes repeated calls one booking, `error` is the last call's."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        BOOKED = "booked", _("booked")
        FAILED = "failed", _("failed")
        CANCELLING = "cancelling", _("being cancelled")
        CANCELLED = "cancelled", _("cancelled")

    DUE = (State.QUEUED, State.CANCELLING)
    OPEN = (State.QUEUED, State.BOOKED, State.FAILED)

    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("shipment")
    )
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="+", verbose_name=_("carrier"))
    service = models.ForeignKey(
        CarrierService, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("carrier service")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)
    label = models.FileField(_("label"), upload_to="labels/%Y/%m/", blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(default=timezone.now)
    error = models.TextField(_("error"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    booked_at = models.DateTimeField(_("booked"), null=True, blank=True)

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["next_at"], name="booking_due", condition=Q(state__in=["queued", "cancelling"]))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment"], condition=Q(state__in=["queued", "booked", "failed"]), name="one_open_booking"
            ),
            models.CheckConstraint(condition=~Q(state="booked") | ~Q(tracking_number=""), name="booked_has_a_number"),
        ]
        permissions = [("book_carrier", _("Can book a carrier"))]

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}".strip()

    def get_absolute_url(self) -> str:
        return self.shipment.get_absolute_url()


class StatusMapping(models.Model):
    """What one of a carrier's own words means in our vocabulary."""

    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="mappings", verbose_name=_("carrier"))
    carrier_status = models.CharField(_("the carrier's status"), max_length=80)
    step = models.CharField(_("means"), max_length=10, choices=Step)

    class Meta:
        verbose_name = _("status mapping")
        verbose_name_plural = _("status mappings")
        ordering = ["carrier__name", "carrier_status"]
        constraints = [models.UniqueConstraint(Lower("carrier_status"), "carrier", name="carrier_status_once")]

    def __str__(self) -> str:
        return f"{self.carrier}: {self.carrier_status}"

    def get_absolute_url(self) -> str:
        return reverse("status-mapping", args=[self.pk])


class RawTrackingEvent(models.Model):
    """An event as a carrier told it. None is thrown away: what nobody understands waits here for a person.

    `key` is the carrier's own name of the event, else made of its contents; the same event again is one row.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        UNMAPPED = "unmapped", _("status not known")
        NO_SHIPMENT = "no_shipment", _("number not known")
        APPLIED = "applied", _("applied")
        REFUSED = "refused", _("kept, not applied")

    class Source(models.TextChoices):
        CALLBACK = "callback", _("callback")
        FILE = "file", _("file")
        ASKED = "asked", _("asked for")

    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="+", verbose_name=_("carrier"))
    key = models.CharField(max_length=120, editable=False)
    tracking_number = models.CharField(_("tracking number"), max_length=80)
    carrier_status = models.CharField(_("the carrier's status"), max_length=80)
    step = models.CharField(_("means"), max_length=10, choices=Step, blank=True)
    at = models.DateTimeField(_("time"))
    place = models.CharField(_("place"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    payload = models.JSONField(default=dict)
    source = models.CharField(_("came by"), max_length=10, choices=Source)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    error = models.CharField(_("why not"), max_length=300, blank=True)
    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, null=True, related_name="raw_events", verbose_name=_("shipment")
    )
    received_at = models.DateTimeField(_("received"), default=timezone.now)

    class Meta:
        verbose_name = _("tracking event")
        verbose_name_plural = _("tracking events")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["carrier", "key"], name="carrier_event_once")]
        indexes = [
            models.Index(fields=["at", "id"], name="raw_event_waiting", condition=Q(state="waiting")),
            models.Index(fields=["carrier", "tracking_number"], name="raw_event_number"),
            models.Index(fields=["state", "-id"], name="raw_event_state"),
        ]
        permissions = [("upload_events", _("Can upload tracking events"))]

    def __str__(self) -> str:
        return f"{self.carrier_status} ({self.tracking_number})"
