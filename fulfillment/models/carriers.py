"""Who drives, what it offers and what it costs."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oms.context import current
from oms.formats import listed
from oms.models import Company


class Carrier(models.Model):
    """Who drives; our own fleet is one of them. `adapter` says how we talk with it."""

    class Adapter(models.TextChoices):
        OWN = "own", _("numbers are typed in")
        FILE = "file", _("files: a manifest out, tracking events in")
        HTTP = "http", _("its web service")

    name = models.CharField(_("name"), max_length=80, unique=True)
    code = models.SlugField(
        _("code"),
        max_length=30,
        null=True,
        blank=True,
        unique=True,
        help_text=_("part of the address for its callbacks"),
    )
    own = models.BooleanField(_("our own fleet"), default=False)
    tracking_url = models.CharField(
        _("tracking link"), max_length=200, blank=True, help_text=_("{number} stands for the tracking number")
    )
    adapter = models.CharField(_("connection"), max_length=10, choices=Adapter, default=Adapter.OWN)
    base_url = models.CharField(
        _("address of its web service"), max_length=200, blank=True, help_text=_("https, or a program on this machine")
    )
    secret = models.CharField(
        _("shared secret"),
        max_length=200,
        blank=True,
        help_text=_("proves our calls to the carrier and its calls to us"),
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("carrier")
        verbose_name_plural = _("carriers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("carrier", args=[self.pk])

    @property
    def books(self) -> bool:
        """Whether parcels are announced to it before they leave."""
        return self.adapter != self.Adapter.OWN


class CarrierService(models.Model):
    """One way in which a carrier brings parcels; transit in calendar days after the hand-over."""

    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="services", verbose_name=_("carrier"))
    code = models.SlugField(_("code"), max_length=30, help_text=_("as the carrier calls it"))
    name = models.CharField(_("name"), max_length=80)
    transit_min = models.PositiveSmallIntegerField(_("transit at least, days"), default=1)
    transit_max = models.PositiveSmallIntegerField(_("transit at most, days"), default=2)
    cut_off = models.TimeField(_("hand-over until"), default=datetime.time(17, 0))
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("carrier service")
        verbose_name_plural = _("carrier services")
        ordering = ["carrier__name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["carrier", "code"], name="service_code_once"),
            models.CheckConstraint(condition=Q(transit_min__lte=F("transit_max")), name="service_transit_range"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} · {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("carrier", args=[self.carrier_id])


class RateZone(models.Model):
    """Where a price holds: a country, or the places in it whose postcode begins in one of these ways."""

    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="zones", verbose_name=_("carrier"))
    name = models.CharField(_("name"), max_length=80)
    country = models.CharField(_("country"), max_length=60, default="CN")
    postcodes = models.TextField(
        _("postcodes begin with"), blank=True, help_text=_("separated by commas; empty is the whole country")
    )

    class Meta:
        verbose_name = _("rate zone")
        verbose_name_plural = _("rate zones")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["carrier", "name"], name="zone_name_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("carrier", args=[self.carrier_id])

    @property
    def prefixes(self) -> tuple[str, ...]:
        """How postcodes of this zone begin; ("",) is the whole country."""
        return tuple(listed(self.postcodes)) or ("",)


class RateBand(models.Model):
    """The price of a parcel up to a weight, in the company's currency and without tax."""

    service = models.ForeignKey(CarrierService, on_delete=models.CASCADE, related_name="bands")
    zone = models.ForeignKey(RateZone, on_delete=models.CASCADE, related_name="bands")
    up_to_g = models.PositiveIntegerField(_("up to, g"))
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("price")
        ordering = ["zone", "up_to_g"]
        constraints = [
            models.UniqueConstraint(fields=["service", "zone", "up_to_g"], name="band_once"),
            models.CheckConstraint(condition=Q(price__gte=0, up_to_g__gt=0), name="band_makes_sense"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.zone_id} ≤ {self.up_to_g} g"

    @property
    def currency(self) -> str:
        """The company's currency."""
        return current(Company).currency
