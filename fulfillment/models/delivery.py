"""What happened on the way: attempts and tracking."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fulfillment.models.booking import Step
from fulfillment.models.shipments import Shipment


class DeliveryAttempt(models.Model):
    """One visit at the customer's door; `key` makes a repeated submission one attempt."""

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
    at = models.DateTimeField(_("time"), default=timezone.now)
    key = models.UUIDField(unique=True)

    class Meta:
        verbose_name = _("delivery attempt")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["shipment", "number"], name="attempt_number_once")]

    def __str__(self) -> str:
        return f"{self.shipment} #{self.number}"


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
