"""What may be sold: categories, suppliers, products."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.context import current
from oms.formats import listed
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
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    minimum_value = models.DecimalField(
        _("minimum order value"), max_digits=14, decimal_places=2, default=0, help_text=_("0: none")
    )
    order_cost = models.DecimalField(
        _("cost of an order"),
        max_digits=10,
        decimal_places=2,
        default=0,
        help_text=_("freight and handling of one delivery; larger orders are suggested when it is high"),
    )

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_value__gte=0, order_cost__gte=0), name="supplier_amounts_not_negative"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("supplier", args=[self.pk])


class TaxClass(models.Model):
    """A named tax rate; the products of the class have its rate."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    rate = models.DecimalField(_("tax, %"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("tax class")
        verbose_name_plural = _("tax classes")
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(rate__gte=0, rate__lt=100), name="tax_class_percent")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("tax-class", args=[self.pk])


class Family(models.Model):
    """Products that differ only in attributes such as size and colour: variants of one thing."""

    name = models.CharField(_("name"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("product family")
        verbose_name_plural = _("product families")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('products')}?family={self.pk}"


class Product(models.Model):
    """A thing with a SKU; prices are before tax, in the company's currency."""

    class Kind(models.TextChoices):
        STOCKED = "stocked", _("stocked")
        KIT = "kit", _("kit, stocked as parts")
        MADE = "made", _("made to order")

    class Tracking(models.TextChoices):
        NONE = "none", _("by quantity")
        LOT = "lot", _("by lot and expiry")
        SERIAL = "serial", _("by serial number")

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
    tax_class = models.ForeignKey(
        TaxClass,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("tax class"),
        help_text=_("takes the place of the rate"),
    )
    weight_g = models.PositiveIntegerField(_("weight, g"), default=0)
    length_mm = models.PositiveIntegerField(_("length, mm"), default=0)
    width_mm = models.PositiveIntegerField(_("width, mm"), default=0)
    height_mm = models.PositiveIntegerField(_("height, mm"), default=0)
    pack_size = models.PositiveIntegerField(_("pieces in a pack"), default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.STOCKED)
    tracking = models.CharField(_("tracked"), max_length=10, choices=Tracking, default=Tracking.NONE)
    family = models.ForeignKey(
        Family, on_delete=models.PROTECT, null=True, blank=True, related_name="variants", verbose_name=_("family")
    )
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    ask_for = models.CharField(
        _("an order must state"),
        max_length=120,
        blank=True,
        help_text=_("separated by commas, such as size, engraving"),
    )
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
    )
    image = models.ImageField(_("image"), upload_to="products/", blank=True)
    active = models.BooleanField(_("active"), default=True)
    in_shop = models.BooleanField(
        _("in the shop"), default=True, db_default=True, help_text=_("strangers see and order it on the order page")
    )
    unchecked = models.BooleanField(
        _("to be checked"),
        default=False,
        db_default=False,
        help_text=_("made from an order file; nobody has looked at it"),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        permissions = [("import_products", _("Can import products and prices"))]
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
            models.CheckConstraint(condition=Q(pack_size__gte=1), name="product_pack_of_one_or_more"),
            models.CheckConstraint(condition=~Q(successor=models.F("id")), name="product_not_its_own_successor"),
            models.UniqueConstraint(fields=["family", "attributes"], name="variant_once_in_its_family"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("product", args=[self.pk])

    @property
    def currency(self) -> str:
        """The company's currency, in which all prices of the catalogue are."""
        return current(Company).currency

    @property
    def variant(self) -> str:
        """The attributes as one line: "M, red"."""
        return ", ".join(map(str, self.attributes.values()))

    @property
    def asked(self) -> list[str]:
        """What an order must state about it."""
        return listed(self.ask_for)


class Barcode(models.Model):
    """A further code that a scanner may read, such as that of a carton with many pieces."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="barcodes")
    code = models.CharField(_("barcode"), max_length=40, unique=True)
    pieces = models.PositiveIntegerField(_("pieces"), default=1)

    class Meta:
        verbose_name = _("barcode")
        verbose_name_plural = _("barcodes")
        ordering = ["pieces", "code"]
        constraints = [models.CheckConstraint(condition=Q(pieces__gte=1), name="barcode_of_a_piece_or_more")]

    def __str__(self) -> str:
        return self.code


class Component(models.Model):
    """A part of a kit, or an ingredient of a product that is made to order."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="components")
    part = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="part_of", verbose_name=_("part"))
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("component")
        verbose_name_plural = _("components")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "part"], name="component_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="component_of_a_piece_or_more"),
            models.CheckConstraint(condition=~Q(product=models.F("part")), name="component_not_of_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.part.sku}"
