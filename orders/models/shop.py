"""The house rules of the public order page."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ShopSettings(models.Model):
    """The one row of rules for the page on which strangers order."""

    open = models.BooleanField(_("the shop is open"), default=True)
    welcome = models.TextField(_("welcome"), max_length=500, blank=True, help_text=_("stands above the goods"))
    backorders = models.BooleanField(
        _("take orders for more than is in stock"),
        default=False,
        help_text=_("Such an order is held until the goods are there or somebody decides."),
    )
    few = models.PositiveSmallIntegerField(
        _("say how many are left, from"), default=10, help_text=_("Above this number it only says: in stock.")
    )
    payment = models.TextField(
        _("how to pay"), max_length=500, blank=True, help_text=_("such as your bank account; read before ordering")
    )

    class Meta:
        verbose_name = _("shop settings")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="shop_settings_are_one_row")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
