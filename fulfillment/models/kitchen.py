"""The kitchen: stations, and tickets for what is made when it is ordered."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models import Category, Product
from orders.models import Order, OrderLine


class Station(models.Model):
    """Where dishes are made; a product named here goes before its category, the first station makes the rest."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    rank = models.PositiveSmallIntegerField(_("rank"), default=10)
    categories = models.ManyToManyField(Category, blank=True, related_name="+", verbose_name=_("makes the categories"))
    products = models.ManyToManyField(Product, blank=True, related_name="+", verbose_name=_("makes the products"))
    minutes = models.PositiveSmallIntegerField(_("minutes for one piece"), default=3)
    amber = models.PositiveSmallIntegerField(_("amber after, minutes"), default=10)
    red = models.PositiveSmallIntegerField(_("red after, minutes"), default=20)
    recall = models.PositiveSmallIntegerField(_("may be recalled for, minutes"), default=15)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        ordering = ["rank", "id"]
        constraints = [models.CheckConstraint(condition=Q(red__gte=F("amber")), name="station_red_after_amber")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("station", args=[self.pk])


class KitchenTicket(models.Model):
    """Pieces of an order's line that a station makes; a line has one at most that is not finished."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        STARTED = "started", _("being made")
        READY = "ready", _("ready")
        HANDED = "handed", _("handed over")
        CANCELLED = "cancelled", _("cancelled")

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="tickets", verbose_name=_("station"))
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="tickets_of_kitchen")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="kitchen_tickets")
    pieces = models.PositiveIntegerField(_("pieces"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    at = models.DateTimeField(_("since"), default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("kitchen ticket")
        verbose_name_plural = _("kitchen tickets")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(state__in=["waiting", "started"]), name="one_open_ticket_for_a_line"
            ),
            models.CheckConstraint(condition=Q(pieces__gt=0), name="ticket_has_pieces"),
        ]
        indexes = [
            models.Index(
                fields=["station", "id"], name="ticket_open", condition=Q(state__in=["waiting", "started", "ready"])
            )
        ]
        permissions = [("cook", _("Can work at a kitchen station"))]

    def __str__(self) -> str:
        return f"{self.order} {self.line}"
