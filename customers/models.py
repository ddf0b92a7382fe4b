"""Who buys: customers, their tiers, addresses and contacts."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def digits(phone: str) -> str:
    """The digits of a phone number as typed."""
    return "".join(c for c in phone if c.isdigit())


class Tier(models.Model):
    """How important a customer is: raises her orders' priority and may lower her prices."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    importance = models.PositiveSmallIntegerField(_("importance"), default=0, help_text=_("0 to 100"))
    discount = models.DecimalField(_("discount, %"), max_digits=5, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("tier")
        ordering = ["-importance", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(importance__lte=100), name="tier_importance_to_100"),
            models.CheckConstraint(condition=Q(discount__gte=0, discount__lt=100), name="tier_discount_percent"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("tier", args=[self.pk])


class Customer(models.Model):
    """A person or company that orders; `phone_digits` is the phone without signs, for search and log-in by tail."""

    code = models.CharField(_("number"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=160)
    is_company = models.BooleanField(_("is a company"), default=False)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    phone_digits = models.CharField(max_length=40, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("tier"))
    blocked = models.BooleanField(_("blocked"), default=False)
    credit_limit = models.DecimalField(
        _("credit limit"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Left empty, nothing is owed against a limit."),
    )
    payment_days = models.PositiveSmallIntegerField(_("pays within, days"), default=0, db_default=0)
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        permissions = [("import_customers", _("Can import customers"))]
        ordering = ["-id"]
        indexes = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="customer_name_trgm"),
            GinIndex(OpClass(Upper("email"), name="gin_trgm_ops"), name="customer_email_trgm"),
            GinIndex(OpClass("phone_digits", name="gin_trgm_ops"), name="customer_phone_trgm"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customer", args=[self.code])


class Address(models.Model):
    """A place of a customer where goods go."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    name = models.CharField(_("recipient"), max_length=160)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    line1 = models.CharField(_("address"), max_length=200)
    line2 = models.CharField(_("address, second line"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    region = models.CharField(_("province or region"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=60, default="CN")
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        verbose_name = _("address")
        ordering = ["-is_default", "id"]
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(is_default=True), name="one_default_address")
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.name, self.line1, self.city, self.country]))


class Contact(models.Model):
    """A person at a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=160)
    role = models.CharField(_("role"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("contact")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
