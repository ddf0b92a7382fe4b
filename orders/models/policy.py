"""The house rules for orders."""

import datetime
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.allocation import CHEAP_FIRST, NEAR_FIRST, WHOLE_FIRST
from orders.priority import Weights


class OrderPolicy(models.Model):
    """The one row of house rules for orders."""

    auto_confirm = models.BooleanField(_("confirm clean orders without review"), default=True)
    cut_off = models.TimeField(_("daily cut-off"), default=datetime.time(15, 0))
    handling_days = models.PositiveSmallIntegerField(_("handling, working days"), default=0)
    transit_days = models.PositiveSmallIntegerField(_("transit, days"), default=2)
    working_days = models.CharField(
        _("working days"), max_length=7, default="12345", help_text=_("1 is Monday, 7 is Sunday")
    )
    allocation = models.CharField(
        _("warehouse is chosen"),
        max_length=60,
        default=WHOLE_FIRST,
        choices=[
            (WHOLE_FIRST, _("whole order first, then the nearest, then the cheapest")),
            (NEAR_FIRST, _("the nearest first, then the whole order, then the cheapest")),
            (CHEAP_FIRST, _("the cheapest first, then the whole order, then the nearest")),
        ],
    )
    key_importance = models.PositiveSmallIntegerField(_("key customers have an importance of"), default=50)
    unpaid_hours = models.PositiveSmallIntegerField(_("unpaid shop orders keep stock for, hours"), default=0)
    prices_include_tax = models.BooleanField(
        _("catalogue prices include tax"), default=False, help_text=_("So do prices entered by hand.")
    )
    checks = models.JSONField(_("checks"), default=dict, editable=False)  # name → hold, warn or off
    duplicate_hours = models.PositiveSmallIntegerField(_("the same order again within, hours"), default=2)
    priority_weights = models.JSONField(_("weights of the queue"), default=dict, editable=False)
    approval_from = models.DecimalField(
        _("orders need approval from"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    shipping_fee = models.DecimalField(_("shipping fee"), max_digits=10, decimal_places=2, default=Decimal("0.00"))
    shipping_tax_rate = models.DecimalField(
        _("tax on shipping, %"), max_digits=5, decimal_places=2, default=Decimal("0.00")
    )
    free_shipping_from = models.DecimalField(
        _("no shipping fee from goods worth"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    uses_price_lists = models.BooleanField(default=False, editable=False)
    uses_promotions = models.BooleanField(default=False, editable=False)
    return_days = models.PositiveSmallIntegerField(_("returns accepted for, days"), default=30)

    class Meta:
        verbose_name = _("order rules")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="order_policy_is_one_row"),
            # with no working day at all, no date could ever be promised
            models.CheckConstraint(condition=Q(working_days__regex="^[1-7]+$"), name="order_policy_working_days"),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def weights(self) -> Weights:
        """What counts in the queue."""
        return Weights(**self.priority_weights)
