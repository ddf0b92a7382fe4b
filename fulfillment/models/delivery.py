"""What happened on the way: attempts and tracking."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fulfillment.models.booking import Step
from fulfillment.models.shipments import Shipment


class DeliveryAttempt(models.Model):
    """One visit at the customer's door; `key` makes a repeated submission one attempt. Append-only.

    `at` is when it happened, `recorded_at` when the server heard of it: a phone may have been without a network.
    """

    class Outcome(models.TextChoices):
        DELIVERED = "delivered", _("delivered")
        ABSENT = "absent", _("nobody there")
        REFUSED = "refused", _("refused")
        ADDRESS = "address", _("wrong address")
        DAMAGED = "damaged", _("damaged")
        OTHER = "other", _("something else")

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("attempt"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    recipient = models.CharField(_("handed to"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    customer_note = models.CharField(_("note for the customer"), max_length=300, blank=True)
    next_from = models.DateTimeField(_("next attempt from"), null=True, blank=True)
    next_to = models.DateTimeField(_("next attempt to"), null=True, blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now)
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now)
    key = models.UUIDField(unique=True)

    class Meta:
        verbose_name = _("delivery attempt")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "number"], name="attempt_number_once"),
            models.CheckConstraint(condition=Q(next_from__lt=F("next_to")), name="attempt_next_in_order"),
        ]
        indexes = [models.Index(fields=["at"], name="attempt_at")]
        permissions = [("view_performance", _("Can see how well deliveries go"))]

    def __str__(self) -> str:
        return f"{self.shipment} #{self.number}"


class Reopening(models.Model):
    """The opposite entry of an attempt that was a mistake; append-only."""

    attempt = models.OneToOneField(DeliveryAttempt, on_delete=models.PROTECT, related_name="reopening")
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("reopened attempt")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.attempt)


class Proof(models.Model):
    """What shows that goods were handed over: a photo, and a signature as an SVG path in a box of 300 × 120."""

    attempt = models.OneToOneField(DeliveryAttempt, on_delete=models.PROTECT, related_name="proof")
    photo = models.FileField(_("photo"), upload_to="proofs/%Y/%m/", blank=True)
    signature = models.TextField(_("signature"), blank=True)

    class Meta:
        verbose_name = _("proof of delivery")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.attempt)


class TrackingEvent(models.Model):
    """Where a shipment was seen; append-only. `step` is what a carrier reported, in our vocabulary."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="tracking")
    status = models.CharField(_("status"), max_length=10, choices=Shipment.Status)
    step = models.CharField(_("event"), max_length=10, choices=Step, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["shipment", "at"], name="tracking_of_shipment")]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.status}"
