"""What goods cost whom: price lists with quantity breaks, promotions and what came of them."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Tier
from inventory.models import Category, Product
from orders.models.orders import Order


class PriceList(models.Model):
    """Prices for everybody or for one tier; before and after its days it is as if it were not there."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    tier = models.ForeignKey(
        Tier,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("tier"),
        help_text=_("Left empty, it is for every customer."),
    )
    tax_included = models.BooleanField(_("prices include tax"), default=False)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")) | Q(starts_on=None) | Q(ends_on=None),
                name="price_list_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("price-list", args=[self.pk])


class ListPrice(models.Model):
    """The price of one piece of a product when at least `minimum` pieces are ordered."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    minimum = models.PositiveIntegerField(_("from pieces"), default=1)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=4)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["price_list", "product__sku", "minimum"]
        constraints = [
            models.UniqueConstraint(fields=["product", "price_list", "minimum"], name="list_price_once"),
            models.CheckConstraint(condition=Q(price__gte=0), name="list_price_not_negative"),
            models.CheckConstraint(condition=Q(minimum__gte=1), name="list_price_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.product} ≥ {self.minimum}: {self.price}"


class Promotion(models.Model):
    """An offer that lowers what an order costs, by itself or by its code; `used` counts orders that got it."""

    class Kind(models.TextChoices):
        PERCENT = "percent", _("percent off")
        AMOUNT = "amount", _("amount off")
        GOODS = "goods", _("buy some, get some free")
        SHIPPING = "shipping", _("free shipping")

    name = models.CharField(_("name"), max_length=80, unique=True, help_text=_("Customers read it on their order."))
    code = models.CharField(
        _("code"), max_length=40, blank=True, help_text=_("Left empty, every order that meets the conditions gets it.")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PERCENT)
    value = models.DecimalField(_("percent or amount"), max_digits=12, decimal_places=2, default=Decimal("0.00"))
    buy = models.PositiveSmallIntegerField(_("buy"), default=0)
    free = models.PositiveSmallIntegerField(_("get free"), default=0)
    minimum = models.DecimalField(_("from goods worth"), max_digits=12, decimal_places=2, default=Decimal("0.00"))
    tiers = models.ManyToManyField(Tier, blank=True, verbose_name=_("only for tiers"), related_name="+")
    products = models.ManyToManyField(Product, blank=True, verbose_name=_("only for products"), related_name="+")
    categories = models.ManyToManyField(Category, blank=True, verbose_name=_("only for categories"), related_name="+")
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    max_uses = models.PositiveIntegerField(_("orders altogether"), null=True, blank=True)
    max_uses_each = models.PositiveIntegerField(_("orders of one customer"), null=True, blank=True)
    used = models.PositiveIntegerField(_("used"), default=0, editable=False)
    alone = models.BooleanField(
        _("not together with others"),
        default=False,
        help_text=_("The customer gets either this one or all the others, whichever saves more."),
    )
    rank = models.PositiveSmallIntegerField(_("rank"), default=10, help_text=_("Lower ones are applied first."))
    active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(Upper("code"), condition=~Q(code=""), name="promotion_code_once"),
            models.CheckConstraint(
                condition=Q(max_uses=None) | Q(used__lte=F("max_uses")), name="promotion_used_within_its_limit"
            ),
            models.CheckConstraint(
                condition=Q(kind="percent", value__gt=0, value__lte=100)
                | Q(kind="amount", value__gt=0)
                | Q(kind="goods", buy__gte=1, free__gte=1)
                | Q(kind="shipping"),
                name="promotion_gives_something",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")) | Q(starts_at=None) | Q(ends_at=None),
                name="promotion_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("promotion", args=[self.pk])


class OrderPromotion(models.Model):
    """What came of a promotion when an order was priced: applied, or refused and why; the newest pricing is kept."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="promotions")
    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, null=True, related_name="uses")
    code = models.CharField(_("code"), max_length=40, blank=True)
    applied = models.BooleanField(_("applied"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, default=Decimal("0.00"))
    reason = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "promotion"], condition=Q(applied=True), name="promotion_once_in_an_order"
            )
        ]

    def __str__(self) -> str:
        return str(self.promotion or self.code)
