"""Where addresses are, without asking anybody outside: our own gazetteer, and positions that people entered."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fulfillment.models.fleet import LATITUDE, LONGITUDE, ON_EARTH
from orders.models import Order


class Place(models.Model):
    """A postcode or a city with its middle; imported. `key` is the city without capitals and blanks."""

    country = models.CharField(_("country"), max_length=60)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    key = models.CharField(max_length=100, blank=True, editable=False)
    latitude = models.FloatField(_("latitude"), validators=LATITUDE)
    longitude = models.FloatField(_("longitude"), validators=LONGITUDE)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["country", "postcode", "city", "id"]
        indexes = [
            models.Index(fields=["country", "key"], name="place_city"),
            models.Index(fields=["country", "postcode", "city", "id"], name="place_in_order"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["country", "postcode", "key"], name="place_once"),
            models.CheckConstraint(condition=ON_EARTH, name="place_on_earth"),
            models.CheckConstraint(
                condition=~models.Q(postcode="") | ~models.Q(key=""), name="place_has_postcode_or_city"
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.country, self.postcode, self.city]))


class GeocodedAddress(models.Model):
    """The position of one address, entered by hand or imported; it holds for every order that goes there."""

    class Source(models.TextChoices):
        ENTERED = "entered", _("entered by hand")
        IMPORTED = "imported", _("imported")

    key = models.CharField(max_length=500, unique=True, editable=False)
    address = models.CharField(_("address"), max_length=500)
    latitude = models.FloatField(_("latitude"), validators=LATITUDE)
    longitude = models.FloatField(_("longitude"), validators=LONGITUDE)
    source = models.CharField(_("source"), max_length=10, choices=Source)

    class Meta:
        verbose_name = _("position of an address")
        verbose_name_plural = _("positions of addresses")
        ordering = ["address", "id"]
        indexes = [models.Index(fields=["address", "id"], name="geocoded_address_in_order")]
        constraints = [models.CheckConstraint(condition=ON_EARTH, name="geocoded_address_on_earth")]

    def __str__(self) -> str:
        return self.address

    def get_absolute_url(self) -> str:
        return reverse("position", args=[self.pk])


def plain(*words: str) -> str:
    """Words as a key: without capitals and blanks."""
    return "|".join("".join(word.casefold().split()) for word in words)


def address_key(order: Order) -> str:
    """What makes two orders go to the same door."""
    return plain(order.country, order.postcode, order.city, order.line1)[:500]
