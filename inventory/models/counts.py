"""Counting what is really there: counts, their lines, and how often each stock row is counted."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models.stock import Stock, Warehouse


class AbcClass(models.TextChoices):
    """The ABC class of a stock row by the value that leaves it."""

    A = "A", _("A: most of the value")
    B = "B", _("B: some of the value")
    C = "C", _("C: little of the value")


class CountPolicy(models.Model):
    """The one row of house rules for counting; intervals in days, the threshold in percent of what was expected."""

    a_days = models.PositiveSmallIntegerField(_("class A every, days"), default=30, validators=[MinValueValidator(1)])
    b_days = models.PositiveSmallIntegerField(_("class B every, days"), default=91, validators=[MinValueValidator(1)])
    c_days = models.PositiveSmallIntegerField(_("class C every, days"), default=365, validators=[MinValueValidator(1)])
    period_days = models.PositiveSmallIntegerField(
        _("shipped value of the last, days"), default=365, choices=[(90, "90"), (365, "365")]
    )
    threshold = models.DecimalField(
        _("count again over a difference of, %"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(5),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        verbose_name = _("rules for counting")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="count_policy_is_one_row"),
            models.CheckConstraint(condition=Q(a_days__gte=1, b_days__gte=1, c_days__gte=1), name="count_policy_days"),
            models.CheckConstraint(
                condition=Q(threshold__gte=0, threshold__lte=100), name="count_policy_threshold_percent"
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def get_absolute_url(self) -> str:
        return reverse("counts")


class CountClass(models.Model):
    """How often a stock row is counted: its class, what it is made from, and when it was last counted.

    Beside the stock row and not in it, because the rows that every order locks are not to be rewritten at night.
    """

    stock = models.OneToOneField(Stock, on_delete=models.CASCADE, primary_key=True, related_name="count_class")
    abc = models.CharField(_("class"), max_length=1, choices=AbcClass, default=AbcClass.C)
    value = models.DecimalField(_("shipped value"), max_digits=18, decimal_places=4, default=0)
    counted_at = models.DateTimeField(_("last counted"), null=True, blank=True)

    class Meta:
        verbose_name = _("count class")
        verbose_name_plural = _("count classes")
        ordering = ["abc", "stock"]

    def __str__(self) -> str:
        return self.abc


class Count(models.Model):
    """A count of some or all goods of a warehouse; approved, its differences become movements."""

    class Kind(models.TextChoices):
        CYCLE = "cycle", _("cycle count")
        FULL = "full", _("full stocktake")

    class Mode(models.TextChoices):
        FREEZE = "freeze", _("goods stand still")
        MOVING = "moving", _("work goes on")

    class Status(models.TextChoices):
        OPEN = "open", _("being counted")
        COUNTED = "counted", _("to be approved")
        APPROVED = "approved", _("approved")
        CANCELLED = "cancelled", _("cancelled")

    number = models.CharField(_("number"), max_length=20, unique=True)
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="counts", verbose_name=_("warehouse")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CYCLE)
    mode = models.CharField(_("meanwhile"), max_length=10, choices=Mode, default=Mode.MOVING)
    blind = models.BooleanField(
        _("blind"), default=True, help_text=_("whoever counts does not see how many are expected")
    )
    threshold = models.DecimalField(
        _("count again over a difference of, %"), max_digits=5, decimal_places=2, default=Decimal(5)
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        ordering = ["-id"]
        permissions = [("count_stock", _("Can count stock")), ("approve_count", _("Can approve counts"))]
        constraints = [
            models.CheckConstraint(condition=Q(threshold__gte=0, threshold__lte=100), name="count_threshold_percent")
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("count", args=[self.number])

    @property
    def hides_expected(self) -> bool:
        """Whether nobody may see yet how many pieces are expected."""
        return self.blind and self.status == self.Status.OPEN


class CountLine(models.Model):
    """What was found of one stock row. `expected` is on hand at the moment it was counted, so that what moves
    afterwards changes nothing in the difference."""

    count = models.ForeignKey(Count, on_delete=models.CASCADE, related_name="lines")
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="count_lines", verbose_name=_("stock"))
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=4, default=0)
    expected = models.IntegerField(_("expected"), null=True)
    counted = models.PositiveIntegerField(_("counted"), null=True)
    again = models.BooleanField(_("count again"), default=False)
    recounted = models.PositiveIntegerField(_("counted again"), null=True)
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    counted_at = models.DateTimeField(_("counted at"), null=True)
    open = models.BooleanField(default=True)
    variance = models.GeneratedField(
        expression=Coalesce(F("recounted"), F("counted")) - F("expected"),
        output_field=models.IntegerField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("count line")
        verbose_name_plural = _("count lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["count", "stock"], name="count_line_once"),
            # two open counts of the same row would post the same difference twice
            models.UniqueConstraint(fields=["stock"], condition=Q(open=True), name="stock_in_one_open_count"),
            models.CheckConstraint(
                condition=Q(counted=None, expected=None, recounted=None, again=False)
                | Q(counted__isnull=False, expected__isnull=False, counted_at__isnull=False),
                name="count_line_counted_at_a_time",
            ),
            models.CheckConstraint(condition=Q(recounted=None) | Q(again=True), name="count_line_again_when_asked"),
        ]
        indexes = [models.Index(fields=["stock", "-id"], name="count_line_of_stock")]

    def __str__(self) -> str:
        return str(self.stock)

    @property
    def found(self) -> int | None:
        """What counts: the second counting when there was one."""
        return self.counted if self.recounted is None else self.recounted

    @property
    def waits(self) -> bool:
        """Whether somebody still has to count it, for the first time or again."""
        return self.counted is None or (self.again and self.recounted is None)

    @property
    def value(self) -> Decimal:
        """What the difference is worth at cost: less than nothing when pieces are missing."""
        return (self.variance or 0) * self.cost
