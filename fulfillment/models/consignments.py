"""Consignments: what a courier fetches in one place and brings to another, without any stock of ours."""

from django.conf import settings
from django.core.signing import Signer
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from fulfillment.models.carriers import CarrierService
from fulfillment.models.delivery import DeliveryAttempt

LINK_SIGNER = Signer(salt="consignment-link")


class Consignment(models.Model):
    """Pieces to be collected here and delivered there; its price is in `currency`, before tax."""

    class Status(models.TextChoices):
        BOOKED = "booked", _("booked")
        COLLECTED = "collected", _("collected")
        SORTED = "sorted", _("sorted")
        LOADED = "loaded", _("loaded")
        OUT = "out", _("out for delivery")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("delivery failed")
        RETURNED = "returned", _("returned to sender")
        CANCELLED = "cancelled", _("cancelled")

    number = models.CharField(_("number"), max_length=20, unique=True)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="consignments", verbose_name=_("customer")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.BOOKED)
    sender_name = models.CharField(_("sender"), max_length=160)
    sender_phone = models.CharField(_("sender's phone"), max_length=40, blank=True)
    sender_line1 = models.CharField(_("collect at"), max_length=200)
    sender_city = models.CharField(_("sender's city"), max_length=100, blank=True)
    sender_postcode = models.CharField(_("sender's postcode"), max_length=20, blank=True)
    sender_country = models.CharField(_("sender's country"), max_length=60, default="CN")
    recipient_name = models.CharField(_("recipient"), max_length=160)
    recipient_phone = models.CharField(_("recipient's phone"), max_length=40, blank=True)
    recipient_line1 = models.CharField(_("deliver to"), max_length=200)
    recipient_city = models.CharField(_("recipient's city"), max_length=100, blank=True)
    recipient_postcode = models.CharField(_("recipient's postcode"), max_length=20, blank=True)
    recipient_country = models.CharField(_("recipient's country"), max_length=60, default="CN")
    content = models.CharField(_("content"), max_length=200)
    pieces = models.PositiveIntegerField(_("pieces"), default=1)
    weight_g = models.PositiveIntegerField(_("weight, g"))
    cash_due = models.DecimalField(
        _("cash on delivery"), max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("empty for none")
    )
    currency = models.CharField(_("currency"), max_length=3)
    service = models.ForeignKey(
        CarrierService, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("carrier service")
    )
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2)
    price_reasons = models.JSONField(default=list)
    window_start = models.DateTimeField(_("deliver from"), null=True, blank=True)
    window_end = models.DateTimeField(_("deliver until"), null=True, blank=True)
    collector = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="to_collect",
        verbose_name=_("collected by"),
    )
    driver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="consignments",
        verbose_name=_("delivered by"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    booked_at = models.DateTimeField(_("booked"), default=timezone.now)
    collected_at = models.DateTimeField(_("collected"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    class Meta:
        verbose_name = _("consignment")
        verbose_name_plural = _("consignments")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["status", "-id"], name="consignment_status"),
            models.Index(fields=["driver", "status"], name="consignment_of_driver"),
            models.Index(fields=["collector", "status"], name="consignment_of_collector"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(pieces__gt=0, weight_g__gt=0), name="consignment_is_something"),
            models.CheckConstraint(condition=Q(price__gte=0), name="consignment_price_not_negative"),
            models.CheckConstraint(condition=Q(cash_due=None) | Q(cash_due__gt=0), name="consignment_cash_positive"),
            models.CheckConstraint(
                condition=Q(window_start=None) | Q(window_end=None) | Q(window_end__gt=F("window_start")),
                name="consignment_window",
            ),
        ]
        permissions = [("sort_consignment", _("Can sort and load consignments at the hub"))]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("consignment", args=[self.number])

    @property
    def public_path(self) -> str:
        """The page that sender and recipient follow it on, within this site."""
        return reverse("track-consignment", args=[LINK_SIGNER.sign(self.number)])

    @property
    def public_url(self) -> str:
        """That page, absolute."""
        return settings.BASE_URL + self.public_path

    @property
    def sender_lines(self) -> list[str]:
        """The sender's address as it is written on a label, without empty lines."""
        return self._lines("sender")

    @property
    def recipient_lines(self) -> list[str]:
        """The recipient's address as it is written on a label, without empty lines."""
        return self._lines("recipient")

    def _lines(self, who: str) -> list[str]:
        name, line1, postcode, city, country = (
            getattr(self, f"{who}_{part}") for part in ("name", "line1", "postcode", "city", "country")
        )
        return [line for line in (name, line1, f"{postcode} {city}".strip(), country) if line]


class ConsignmentAttempt(models.Model):
    """One visit at the recipient's door; `key` makes a repeated submission one attempt. Append-only."""

    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("attempt"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=DeliveryAttempt.Outcome)
    recipient = models.CharField(_("handed to"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    cash = models.DecimalField(_("cash taken"), max_digits=12, decimal_places=2, default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("time"), default=timezone.now)
    key = models.UUIDField(unique=True)

    class Meta:
        verbose_name = _("delivery attempt")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["consignment", "number"], name="consignment_attempt_once"),
            models.CheckConstraint(condition=Q(cash__gte=0), name="consignment_cash_taken"),
            models.CheckConstraint(
                condition=Q(cash=0) | Q(outcome="delivered"), name="consignment_cash_when_delivered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consignment} #{self.number}"
