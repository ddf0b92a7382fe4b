"""What customers ask for while their goods are on the way."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fulfillment.models.shipments import Shipment


class DeliveryWish(models.Model):
    """Another time for a delivery, or leave to hand it to a neighbour; the dispatcher accepts or declines."""

    class Kind(models.TextChoices):
        SLOT = "slot", _("another time")
        NEIGHBOUR = "neighbour", _("leave it with a neighbour")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="wishes", verbose_name=_("shipment"))
    kind = models.CharField(_("wish"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    wanted_from = models.DateTimeField(_("from"), null=True, blank=True)
    wanted_to = models.DateTimeField(_("to"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    at = models.DateTimeField(_("asked"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )

    class Meta:
        verbose_name = _("delivery wish")
        verbose_name_plural = _("delivery wishes")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["shipment"], condition=Q(state="open"), name="one_open_wish"),
            models.CheckConstraint(condition=Q(wanted_from__lt=F("wanted_to")), name="wish_window_in_order"),
            models.CheckConstraint(
                condition=~Q(kind="slot") | Q(wanted_from__isnull=False, wanted_to__isnull=False),
                name="wish_for_a_slot_names_it",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="wish_state")]

    def __str__(self) -> str:
        return f"{self.shipment} {self.get_kind_display()}"
