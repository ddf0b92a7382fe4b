"""Webhooks: who is told of an order's events, what was told to whom, and how each attempt went."""

import secrets

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.models import Event
from orders.models.orders import Order


def new_secret() -> str:
    """256 random bits under a prefix by which a leaked secret is recognised."""
    return f"whsec_{secrets.token_urlsafe(32)}"


class WebhookEndpoint(models.Model):
    """An address of another system that is told of the events it asked for.

    While `old_secret_until` is ahead, what is sent is signed with the old secret too.
    """

    name = models.CharField(_("name"), max_length=80)
    channel = models.SlugField(_("channel"), max_length=20, blank=True)
    url = models.CharField(_("address"), max_length=500)
    events = models.JSONField(_("events"), default=list)
    secret = models.CharField(max_length=80, default=new_secret, editable=False)
    old_secret = models.CharField(max_length=80, blank=True, editable=False)
    old_secret_until = models.DateTimeField(null=True, editable=False)
    active = models.BooleanField(_("active"), default=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    given_up_at = models.DateTimeField(_("given up"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(given_up_at=None) | Q(active=False), name="webhook_given_up_is_switched_off"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("webhook", args=[self.pk])

    def secrets(self) -> list[str]:
        """The secrets that sign what is sent now, the newest first."""
        both = self.old_secret and self.old_secret_until and self.old_secret_until > timezone.now()
        return [self.secret, self.old_secret] if both else [self.secret]


class WebhookDelivery(models.Model):
    """One event owed to one endpoint, with the very body that is sent however often it is tried."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        DONE = "done", _("delivered")
        FAILED = "failed", _("failed")

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("webhook")
    )
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="webhooks", verbose_name=_("order"))
    kind = models.CharField(_("event"), max_length=60)
    body = models.TextField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    done_at = models.DateTimeField(_("delivered"), null=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-id"]
        permissions = [("replay_webhook", _("Can send a webhook again"))]
        constraints = [models.UniqueConstraint(fields=["event", "endpoint"], name="webhook_once_per_event")]
        indexes = [
            models.Index(fields=["next_at", "id"], name="webhook_due", condition=Q(state__in=["queued", "sending"])),
            models.Index(fields=["endpoint", "-id"], name="webhook_of_endpoint"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.endpoint}"

    def get_absolute_url(self) -> str:
        return reverse("webhook-delivery", args=[self.pk])


class WebhookAttempt(models.Model):
    """One try: what was answered, or why there was no answer; append-only."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.PROTECT, related_name="attempts")
    at = models.DateTimeField(_("at"), default=timezone.now)
    code = models.PositiveSmallIntegerField(_("answer"), null=True)
    answer = models.TextField(blank=True)
    error = models.CharField(max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.code or self.error)
