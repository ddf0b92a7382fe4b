"""What there is: products, suppliers, warehouses, stock and the ledger that explains it."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.context import current
from oms.models import Company


class Category(models.Model):
    """A shelf of the catalogue; may stand inside another."""

    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("parent"))

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("category", args=[self.pk])


class Supplier(models.Model):
    """Who sells to us."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    lead_time_days = models.PositiveSmallIntegerField(_("lead time, days"), default=7)

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("supplier", args=[self.pk])


class Product(models.Model):
    """A thing with a SKU; prices are before tax, in the company's currency."""

    sku = models.CharField(_("SKU"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    barcode = models.CharField(_("barcode"), max_length=40, blank=True, db_index=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("category"))
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("supplier"))
    unit = models.CharField(_("unit"), max_length=20, default="pc")
    spec = models.CharField(_("specification"), max_length=120, blank=True, help_text=_("size, colour, model"))
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=4)
    floor_price = models.DecimalField(_("price floor"), max_digits=14, decimal_places=4, default=0)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=4, default=0)
    tax_rate = models.DecimalField(_("tax, %"), max_digits=5, decimal_places=2, default=0)
    weight_g = models.PositiveIntegerField(_("weight, g"), default=0)
    image = models.ImageField(_("image"), upload_to="products/", blank=True)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["sku"]
        indexes = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="product_name_trgm"),
            GinIndex(OpClass(Upper("sku"), name="gin_trgm_ops"), name="product_sku_trgm"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gte=0, floor_price__gte=0, cost__gte=0), name="product_prices_not_negative"
            ),
            models.CheckConstraint(condition=Q(tax_rate__gte=0, tax_rate__lt=100), name="product_tax_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("product", args=[self.pk])

    @property
    def currency(self) -> str:
        """The company's currency, in which all prices of the catalogue are."""
        return current(Company).currency


class Warehouse(models.Model):
    """A place with stock; the lowest rank serves first."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    address = models.TextField(_("address"), blank=True)
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
    alert_line = models.PositiveIntegerField(_("alert line"), default=0, help_text=_("0: no alert"))

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


class Movement(models.Model):
    """A line of the stock ledger; append-only."""

    class Kind(models.TextChoices):
        RECEIVE = "receive", _("received")
        ADJUST = "adjust", _("adjusted")
        RESERVE = "reserve", _("reserved")
        RELEASE = "release", _("released")
        SHIP = "ship", _("shipped")
        RETURN = "return", _("returned")

    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    on_hand = models.IntegerField(_("on hand"))
    reserved = models.IntegerField(_("reserved"))
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


class StockAlert(models.Model):
    """A product under its alert line, raised once and open until somebody handled it or stock is back."""

    stock = models.ForeignKey(Stock, on_delete=models.CASCADE, related_name="alerts")
    available = models.IntegerField(_("available"))
    alert_line = models.PositiveIntegerField(_("alert line"))
    raised_at = models.DateTimeField(_("raised"), default=timezone.now)
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)
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
        """open, handled or over."""
        if self.over_at:
            return "over"
        return "handled" if self.handled_at else "open"
