"""What the order desk keeps beside the orders: drafts, and how much discount a role may give."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OrderDraft(models.Model):
    """An order that somebody is still typing, as typed: no order yet, so that no ledger knows of it.

    `key` is the form's submission key: a draft that was placed is known by it, and resumed it is the same form.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="order_drafts")
    key = models.UUIDField()
    customer = models.CharField(_("customer"), max_length=200, blank=True)
    lines = models.PositiveIntegerField(_("lines"), default=0)
    content = models.JSONField(default=dict)
    begun_at = models.DateTimeField(_("begun"), default=timezone.now)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)

    class Meta:
        verbose_name = _("draft of an order")
        verbose_name_plural = _("drafts of orders")
        ordering = ["-saved_at", "-id"]
        indexes = [models.Index(fields=["by", "-saved_at", "-id"], name="draft_recent")]
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="draft_once")]

    def __str__(self) -> str:
        return self.customer or str(_("Draft without a customer"))

    def get_absolute_url(self) -> str:
        return f"{reverse('order-new')}?draft={self.pk}"


class DiscountCeiling(models.Model):
    """The largest discount, in percent, that a role may give on a line."""

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="discount_ceiling")
    percent = models.DecimalField(_("discount, %"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("discount ceiling")
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="discount_ceiling_percent")
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.percent} %"
