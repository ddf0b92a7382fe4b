"""What may be sold: categories, suppliers, products."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
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
