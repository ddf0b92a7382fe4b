"""Invoices and credit notes: numbered without gaps, immutable."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models.orders import Order


class Invoice(models.Model):
    """An issued invoice, or the credit note that takes one back; append-only, with everything that is printed."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("invoice")
        CREDIT = "credit", _("credit note")

    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices", verbose_name=_("order"))
    credits = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="credit_notes", verbose_name=_("credits")
    )
    bill_to = models.JSONField(_("bill to"), default=list)
    lines = models.JSONField(_("lines"), default=list)
    currency = models.CharField(_("currency"), max_length=3)
    net = models.DecimalField(_("net"), max_digits=14, decimal_places=2)
    tax = models.DecimalField(_("tax"), max_digits=14, decimal_places=2)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(total=F("net") + F("tax")), name="invoice_total_adds_up"),
            models.CheckConstraint(
                condition=Q(kind="invoice", credits=None) | Q(kind="credit", credits__isnull=False),
                name="a_credit_note_credits_an_invoice",
            ),
        ]
        permissions = [("issue_invoice", _("Can issue invoices and credit notes"))]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("invoice", args=[self.number])
