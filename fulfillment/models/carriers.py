"""Who drives."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Carrier(models.Model):
    """Who drives; our own fleet is one of them."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    own = models.BooleanField(_("our own fleet"), default=False)
    tracking_url = models.CharField(
        _("tracking link"), max_length=200, blank=True, help_text=_("{number} stands for the tracking number")
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
