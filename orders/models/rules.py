"""Rules that act on orders by themselves, their versions, and the log of what they did."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.models import Event, Job
from orders.models.orders import Order


class Rule(models.Model):
    """When this happens to an order and these conditions hold, do that. What it says is in its versions."""

    class When(models.TextChoices):
        PLACED = "order.placed", _("an order is placed")
        CONFIRMED = "order.confirmed", _("an order is confirmed")
        CHANGED = "order.changed", _("an order is changed")
        HELD = "order.held", _("an order is put on hold")
        RELEASED = "order.released", _("a hold is released")
        PAID = "order.paid", _("a payment is recorded")
        SHIPPED = "order.shipped", _("goods of an order leave the house")
        DELIVERY_FAILED = "order.delivery_failed", _("a delivery fails")
        CANCELLED = "order.cancelled", _("an order is cancelled")

    name = models.CharField(_("name"), max_length=80, unique=True)
    event = models.CharField(_("when"), max_length=40, choices=When, default=When.PLACED)
    position = models.PositiveIntegerField(_("position"))
    active = models.BooleanField(
        _("switched on"), default=False, choices=[(True, _("switched on")), (False, _("switched off"))]
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["position", "id"]
        constraints = [models.CheckConstraint(condition=Q(position__gte=1), name="rule_position_from_one")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("rule", args=[self.pk])

    @property
    def latest(self) -> "RuleVersion":
        """What the rule says now."""
        return next(version for version in self.versions.all() if version.number == self.version)


class RuleVersion(models.Model):
    """What a rule said from a moment on; append-only. Both lists are as `orders.rules` stores them."""

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=80)
    event = models.CharField(_("when"), max_length=40, choices=Rule.When)
    together = models.BooleanField(_("all conditions"), default=True)
    conditions = models.JSONField(_("conditions"), default=list)
    actions = models.JSONField(_("actions"), default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("saved"), default=timezone.now)

    class Meta:
        verbose_name = _("rule version")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="rule_version_once")]

    def __str__(self) -> str:
        return _("%(rule)s, version %(number)s") % {"rule": self.name, "number": self.number}


class RuleFiring(models.Model):
    """A rule whose conditions held for an order: what it saw, what it did and with what outcome; append-only.

    `event` is what it answered, or `job` the request that applied it. `caused` are the order's events that its
    actions made, by which a rule is known not to answer itself.
    """

    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        NOT_NEEDED = "not_needed", _("not needed")
        REFUSED = "refused", _("refused")

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="firings", verbose_name=_("rule"))
    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version"))
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="firings", verbose_name=_("order"))
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, related_name="+")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("fired"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    conditions = models.JSONField(default=list)
    actions = models.JSONField(default=list)
    caused = models.JSONField(default=list)

    class Meta:
        verbose_name = _("rule firing")
        verbose_name_plural = _("rule firings")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "rule"], name="rule_fires_once_per_event"),
            models.UniqueConstraint(fields=["job", "rule", "order"], name="rule_applied_once_per_request"),
            models.CheckConstraint(condition=Q(event=None) ^ Q(job=None), name="rule_fired_by_an_event_or_a_request"),
        ]
        indexes = [
            models.Index(fields=["order", "-id"], name="firing_of_order"),
            models.Index(fields=["rule", "-id"], name="firing_of_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} → {self.order}"
