"""Stock under its alert line."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models.stock import Stock


class StockAlert(models.Model):
    """A product under its alert line, raised once and open until somebody handled it or stock is back."""

    stock = models.ForeignKey(Stock, on_delete=models.CASCADE, related_name="alerts")
    available = models.IntegerField(_("available"))
    alert_line = models.PositiveIntegerField(_("alert line"))
    raised_at = models.DateTimeField(_("raised"), default=timezone.now)
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    snoozed_until = models.DateField(_("asleep until"), null=True, blank=True)
    over_at = models.DateTimeField(_("back in stock"), null=True, blank=True)

    class Meta:
        verbose_name = _("stock alert")
        verbose_name_plural = _("stock alerts")
        ordering = ["-id"]
        permissions = [("handle_alert", _("Can handle a stock alert"))]
        constraints = [
            models.UniqueConstraint(fields=["stock"], condition=Q(over_at=None), name="one_open_alert_per_stock")
        ]

    def __str__(self) -> str:
        return str(self.stock)

    def get_absolute_url(self) -> str:
        return self.stock.get_absolute_url()

    @property
    def state(self) -> str:
        """open, asleep, handled or over."""
        if self.over_at:
            return "over"
        if not self.handled_at and self.snoozed_until and self.snoozed_until > timezone.localdate():
            return "asleep"
        return "handled" if self.handled_at else "open"
