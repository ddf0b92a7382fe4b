"""What went wrong on the road, what came back, and what the carrier owes for it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fulfillment.models.carriers import Carrier
from fulfillment.models.shipments import Shipment
from orders.models import OrderLine


class DeliveryException(models.Model):
    """A shipment that does not reach its customer.

    While it is open the shipment may not be sent out. It ends in one of two ways: the shipment can be delivered after
    all, or its pieces are counted back, each as sound, damaged or missing, and the order wants them again.
    """

    class Kind(models.TextChoices):
        LOST = "lost", _("lost")
        DAMAGED = "damaged", _("damaged")
        REFUSED = "refused", _("refused")
        ADDRESS = "address", _("wrong address")
        RETURNED = "returned", _("returned to sender")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        RESUMED = "resumed", _("delivery goes on")
        SETTLED = "settled", _("pieces counted back")

    class Remedy(models.TextChoices):
        NONE = "", _("not decided")
        RESHIP = "reship", _("sent again")
        GIVE_UP = "give_up", _("taken out of the order")

    number = models.CharField(_("number"), max_length=20, unique=True)
    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, related_name="exceptions", verbose_name=_("shipment")
    )
    kind = models.CharField(_("what happened"), max_length=10, choices=Kind)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    remedy = models.CharField(_("remedy"), max_length=10, choices=Remedy, default=Remedy.NONE, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("reported"), default=timezone.now)
    over_at = models.DateTimeField(_("over"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery exception")
        verbose_name_plural = _("delivery exceptions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["shipment"], condition=Q(status="open"), name="one_open_exception"),
            models.CheckConstraint(condition=Q(remedy="") | Q(status="settled"), name="remedy_after_counting"),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="exception_status")]
        permissions = [("handle_exception", _("Can handle delivery exceptions"))]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("delivery-exception", args=[self.number])


class ExceptionLine(models.Model):
    """The pieces of an order line that were on the road, and in what state they came back, if at all."""

    exception = models.ForeignKey(DeliveryException, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="exception_lines")
    pieces = models.PositiveIntegerField(_("pieces"))
    sound = models.PositiveIntegerField(_("sound"), default=0)
    damaged = models.PositiveIntegerField(_("damaged"), default=0)
    missing = models.PositiveIntegerField(_("missing"), default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["exception", "order_line"], name="exception_line_once"),
            models.CheckConstraint(condition=Q(pieces__gt=0), name="exception_line_has_pieces"),
            models.CheckConstraint(
                condition=Q(pieces=F("sound") + F("damaged") + F("missing")), name="exception_line_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_line.sku} × {self.pieces}"


class ClaimAgainstCarrier(models.Model):
    """What we ask a carrier to pay for goods that did not arrive, in the order's currency."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        PAID = "paid", _("paid")
        REFUSED = "refused", _("refused")

    exception = models.ForeignKey(
        DeliveryException, on_delete=models.PROTECT, related_name="claims", verbose_name=_("exception")
    )
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="claims", verbose_name=_("carrier"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    paid = models.DecimalField(_("paid"), max_digits=14, decimal_places=2, default=0)
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("made"), default=timezone.now)
    over_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("claim against a carrier")
        verbose_name_plural = _("claims against carriers")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="claim_amount_positive"),
            models.CheckConstraint(condition=Q(paid__gte=0, paid__lte=F("amount")), name="claim_paid_within_amount"),
            models.CheckConstraint(condition=Q(status="paid") | Q(paid=0), name="claim_paid_when_paid"),
            models.UniqueConstraint(fields=["exception"], condition=Q(status="open"), name="one_open_claim"),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="claim_status")]

    def __str__(self) -> str:
        return f"{self.exception} {self.carrier}"

    def get_absolute_url(self) -> str:
        return self.exception.get_absolute_url()
