"""What there is: warehouses, stock and the ledger that explains it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Product


class Warehouse(models.Model):
    """A place with stock; the lowest rank serves first."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    address = models.TextField(_("address"), blank=True)
    serves = models.CharField(
        _("near to"), max_length=300, blank=True, help_text=_("cities, regions or beginnings of postcodes, with commas")
    )
    cost = models.DecimalField(_("handling cost of an order"), max_digits=10, decimal_places=2, default=0)
    rank = models.PositiveSmallIntegerField(_("rank"), default=10)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        ordering = ["rank", "code"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("warehouse", args=[self.pk])


class StockQuerySet(models.QuerySet):
    def under_alert_line(self):
        """Rows of active products with no more available than their alert line."""
        return self.filter(alert_line__gt=0, alert_line__gte=F("on_hand") - F("reserved"), product__active=True)


class Stock(models.Model):
    """A product in a warehouse. Totals of the ledger; only `inventory.services.ledger.post` writes them."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="stock", verbose_name=_("product"))
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="stock", verbose_name=_("warehouse")
    )
    bin = models.CharField(_("bin"), max_length=20, blank=True)
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.IntegerField(_("reserved"), default=0)
    quarantined = models.IntegerField(_("quarantined"), default=0)
    alert_line = models.PositiveIntegerField(_("alert line"), default=0, help_text=_("0: no alert"))
    kept = models.PositiveIntegerField(
        _("kept for key customers"), default=0, help_text=_("pieces that other customers cannot have")
    )

    objects = StockQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        permissions = [("receive_stock", _("Can receive stock")), ("adjust_stock", _("Can adjust stock"))]
        constraints = [
            models.UniqueConstraint(fields=["product", "warehouse"], name="stock_once_per_place"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("on_hand")), name="stock_reserved_within_on_hand"
            ),
            models.CheckConstraint(condition=Q(quarantined__gte=0), name="stock_quarantined_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="stock_below_alert_line",
                condition=Q(alert_line__gt=0, alert_line__gte=F("on_hand") - F("reserved")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.product.sku} @ {self.warehouse.code}"

    def get_absolute_url(self) -> str:
        return reverse("stock-item", args=[self.pk])

    @property
    def available(self) -> int:
        """What may still be promised."""
        return self.on_hand - self.reserved

    def lying(self) -> models.QuerySet:
        """Where its pieces lie, what expires first at the top."""
        return (
            self.holdings.exclude(pieces=0, quarantined=0).select_related("lot").order_by("lot__expires", "bin", "id")
        )


class Lot(models.Model):
    """Pieces of one product that were made together and expire together."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lots", verbose_name=_("product"))
    code = models.CharField(_("lot"), max_length=40)
    expires = models.DateField(_("expires"), null=True, blank=True)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = [F("expires").asc(nulls_last=True), "id"]
        constraints = [models.UniqueConstraint(fields=["product", "code"], name="lot_once")]

    def __str__(self) -> str:
        return self.code


class Holding(models.Model):
    """Where the pieces of a stock row lie: its totals broken down by bin and lot; written by `post` alone."""

    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="holdings")
    bin = models.CharField(_("bin"), max_length=20, blank=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="holdings", verbose_name=_("lot"))
    pieces = models.IntegerField(_("pieces"), default=0)
    quarantined = models.IntegerField(_("quarantined"), default=0)

    class Meta:
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        ordering = ["bin", "id"]
        constraints = [
            models.UniqueConstraint(fields=["stock", "bin", "lot"], nulls_distinct=False, name="holding_once"),
            models.CheckConstraint(condition=Q(pieces__gte=0, quarantined__gte=0), name="holding_not_negative"),
        ]
        indexes = [models.Index(fields=["bin"], name="holding_bin", condition=Q(pieces__gt=0))]

    def __str__(self) -> str:
        return f"{self.bin} {self.pieces}"


class Serial(models.Model):
    """One piece with a number of its own: which receipt brought it, where it is, which paper took it away."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="serials", verbose_name=_("product"))
    number = models.CharField(_("serial number"), max_length=60)
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, null=True, related_name="serials")
    cause = models.CharField(_("cause"), max_length=60, blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("serial number")
        verbose_name_plural = _("serial numbers")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["product", "number"], name="serial_once")]
        indexes = [
            models.Index(fields=["number"], name="serial_number"),
            models.Index(fields=["cause"], name="serial_cause"),
        ]

    def __str__(self) -> str:
        return self.number


class Movement(models.Model):
    """A line of the stock ledger; append-only."""

    class Kind(models.TextChoices):
        RECEIVE = "receive", _("received")
        ADJUST = "adjust", _("adjusted")
        RESERVE = "reserve", _("reserved")
        RELEASE = "release", _("released")
        SHIP = "ship", _("shipped")
        RETURN = "return", _("returned")
        MOVE = "move", _("moved to another bin")
        QUARANTINE = "quarantine", _("quarantined")
        UNBLOCK = "unblock", _("released from quarantine")
        SCRAP = "scrap", _("scrapped")
        ASSEMBLE = "assemble", _("assembled")

    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    on_hand = models.IntegerField(_("on hand"))
    reserved = models.IntegerField(_("reserved"))
    quarantined = models.IntegerField(_("quarantined"), db_default=0)
    bin = models.CharField(_("bin"), max_length=20, db_default="", blank=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("lot"))
    cause = models.CharField(_("cause"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("time"), db_default=models.functions.Now())

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["stock", "-id"], name="movement_of_stock"),
            models.Index(fields=["cause"], name="movement_cause"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on_hand:+d}/{self.reserved:+d}"
