"""Work that is given out together: carts, waves and batches."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models import Warehouse


class Cart(models.Model):
    """What a picker pushes along the shelves; each tote takes one order."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    totes = models.PositiveSmallIntegerField(_("totes"), default=6)
    max_weight_g = models.PositiveIntegerField(_("carries, g"), default=0, help_text=_("0: no limit"))
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(totes__gte=1), name="cart_has_a_tote")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("cart", args=[self.pk])


class Wave(models.Model):
    """Orders that are sent to the floor together; `criteria` say which, `refusals` who stayed behind and why."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        RELEASED = "released", _("released")
        DONE = "done", _("done")

    number = models.CharField(_("number"), max_length=20, unique=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    criteria = models.JSONField(_("criteria"), default=dict)
    refusals = models.JSONField(default=list, editable=False)
    released = models.PositiveIntegerField(_("orders released"), default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("planned by")
    )
    created_at = models.DateTimeField(_("planned"), default=timezone.now)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        ordering = ["-id"]
        permissions = [("release_wave", _("Can plan and release waves"))]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("wave", args=[self.number])


class Batch(models.Model):
    """The shipments on one picker's cart, each in a tote; `in_hand` is the SKU she has scanned and not put down yet."""

    class Status(models.TextChoices):
        PICKING = "picking", _("picking")
        DONE = "done", _("done")

    number = models.CharField(_("number"), max_length=20, unique=True)
    cart = models.ForeignKey(Cart, on_delete=models.PROTECT, related_name="batches", verbose_name=_("cart"))
    picker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("picker")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PICKING)
    in_hand = models.CharField(max_length=60, blank=True, editable=False)
    created_at = models.DateTimeField(_("started"), default=timezone.now)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["cart"], condition=Q(status="picking"), name="one_batch_on_a_cart"),
            models.UniqueConstraint(fields=["picker"], condition=Q(status="picking"), name="one_batch_of_a_picker"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("batch", args=[self.number])
