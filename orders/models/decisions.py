"""What was decided about an order, and why: checks, holds, promises."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models.orders import Order


class Check(models.Model):
    """What one check said about an order; its newest run is shown. `code` and `facts` make the sentence."""

    class Outcome(models.TextChoices):
        PASS = "pass", _("passed")
        WARN = "warn", _("warning")
        HOLD = "hold", _("hold")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="checks")
    name = models.CharField(_("check"), max_length=40)
    outcome = models.CharField(_("outcome"), max_length=4, choices=Outcome)
    reasons = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.name}: {self.outcome}"


class Hold(models.Model):
    """Why an order may not go on; any number may be open. `facts` complete the sentence of `kind`."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(_("kind"), max_length=40)
    reasons = models.JSONField(default=list)
    note = models.CharField(_("note"), max_length=300, blank=True)
    due_on = models.DateField(_("to be decided by"), null=True, blank=True)
    frees_stock = models.BooleanField(_("frees its stock"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    placed_at = models.DateTimeField(_("placed"), default=timezone.now)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    release_note = models.CharField(_("why released"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind"], condition=Q(released_at=None), name="one_open_hold_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return self.kind

    def release(self, *, by, note: str = "") -> None:
        """Let it go."""
        self.released_at, self.released_by, self.release_note = timezone.now(), by, note
        self.save(update_fields=["released_at", "released_by", "release_note"])


class Promise(models.Model):
    """The ledger of promised dates: each change has a cause; append-only."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="promises")
    ship_by = models.DateField(_("ship by"))
    deliver_by = models.DateField(_("promised for"))
    reasons = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.deliver_by)
