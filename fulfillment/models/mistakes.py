"""Scans that were refused: the mistakes that did not happen."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ScanRefusal(models.Model):
    """A scan that was stopped: the wrong thing, too many of it, or at the wrong moment; append-only."""

    class Work(models.TextChoices):
        PICKED = "picked", _("picking")
        PACKED = "packed", _("packing")

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    work = models.CharField(max_length=10, choices=Work)
    number = models.CharField(max_length=30)
    code = models.CharField(max_length=60, blank=True)
    why = models.CharField(max_length=300)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["at"], name="refusal_at")]

    def __str__(self) -> str:
        return f"{self.number} {self.code}"
