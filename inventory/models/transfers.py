"""Goods on their way between two of our own warehouses."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Product
from inventory.models.stock import Warehouse


class Transfer(models.Model):
    """Pieces that leave one warehouse and arrive in another, under one number."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("on the way")
        RECEIVED = "received", _("received")
        CANCELLED = "cancelled", _("cancelled")

    number = models.CharField(_("number"), max_length=20, unique=True)
    source = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", verbose_name=_("from"))
    target = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", verbose_name=_("to"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    reason = models.CharField(_("why pieces are missing"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-id"]
        permissions = [("send_transfer", _("Can send and receive transfers"))]
        constraints = [
            models.CheckConstraint(condition=~Q(source=F("target")), name="transfer_between_two_warehouses"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "cancelled"], sent_at=None) | Q(sent_at__isnull=False),
                name="transfer_sent_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["status"], name="transfer_under_way", condition=Q(status__in=["draft", "sent"]))
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("transfer", args=[self.number])


class TransferLine(models.Model):
    """Pieces of one product on a transfer; what was sent is received, missing or still on the way."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="transfer_lines", verbose_name=_("product")
    )
    asked = models.PositiveIntegerField(_("asked for"))
    sent = models.PositiveIntegerField(_("sent"), default=0)
    received = models.PositiveIntegerField(_("received"), default=0)
    missing = models.PositiveIntegerField(_("missing"), default=0)

    class Meta:
        verbose_name = _("transfer line")
        verbose_name_plural = _("transfer lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "product"], name="transfer_line_once"),
            models.CheckConstraint(condition=Q(asked__gte=1, sent__lte=F("asked")), name="transfer_sent_within_asked"),
            models.CheckConstraint(
                condition=Q(sent__gte=F("received") + F("missing")), name="transfer_arrived_within_sent"
            ),
        ]
        indexes = [
            models.Index(
                fields=["product"],
                name="transfer_line_on_the_way",
                condition=Q(sent__gt=F("received") + F("missing")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked} × {self.product.sku}"

    @property
    def on_the_way(self) -> int:
        """Pieces that left and did not arrive yet."""
        return self.sent - self.received - self.missing
