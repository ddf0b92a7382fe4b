"""What happens next: returns, tickets and feedback."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from orders.models import Order, OrderLine


class Return(models.Model):
    """A return merchandise authorisation (RMA)."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("requested")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        RECEIVED = "received", _("received")
        CLOSED = "closed", _("closed")

    class Reason(models.TextChoices):
        DAMAGED = "damaged", _("arrived damaged")
        WRONG = "wrong", _("wrong goods")
        DEFECT = "defect", _("does not work")
        UNWANTED = "unwanted", _("no longer wanted")
        OTHER = "other", _("other")

    class Wish(models.TextChoices):
        REFUND = "refund", _("refund")
        EXCHANGE = "exchange", _("exchange")
        REPAIR = "repair", _("repair")

    number = models.CharField(_("number"), max_length=20, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="returns", verbose_name=_("order"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.REQUESTED)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    wish = models.CharField(_("wished for"), max_length=10, choices=Wish, default=Wish.REFUND)
    note = models.TextField(_("what happened"), blank=True)
    answer = models.TextField(_("our answer"), blank=True)
    refunded = models.DecimalField(_("refunded"), max_digits=14, decimal_places=2, default=0)
    created_at = models.DateTimeField(_("requested"), default=timezone.now)
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["-id"]
        indexes = [models.Index(fields=["status", "-id"], name="return_status")]
        permissions = [
            ("approve_return", _("Can approve a return")),
            ("receive_return", _("Can receive and inspect a return")),
            ("refund_return", _("Can refund a return")),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("return", args=[self.number])


class ReturnLine(models.Model):
    """Pieces coming back: asked for, received, and after inspection sound or scrapped."""

    rma = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="return_lines")
    quantity = models.PositiveIntegerField(_("quantity"))
    received = models.PositiveIntegerField(_("received"), default=0)
    sound = models.PositiveIntegerField(_("sound"), default=0)
    scrapped = models.PositiveIntegerField(_("scrapped"), default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["rma", "order_line"], name="return_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_line_is_something"),
            models.CheckConstraint(condition=Q(received__lte=F("quantity")), name="received_within_quantity"),
            models.CheckConstraint(
                condition=Q(received__gte=F("sound") + F("scrapped")), name="inspected_within_received"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_line.sku} × {self.quantity}"

    @property
    def uninspected(self) -> int:
        """Pieces that arrived and were not judged yet."""
        return self.received - self.sound - self.scrapped


class Ticket(models.Model):
    """An inquiry or complaint and its conversation."""

    class Kind(models.TextChoices):
        INQUIRY = "inquiry", _("inquiry")
        COMPLAINT = "complaint", _("complaint")
        REPAIR = "repair", _("repair")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        WAITING = "waiting", _("waiting for the customer")
        SOLVED = "solved", _("solved")

    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="tickets", verbose_name=_("customer"))
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("order")
    )
    subject = models.CharField(_("subject"), max_length=160)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    solved_at = models.DateTimeField(_("solved"), null=True, blank=True)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-id"]
        indexes = [models.Index(fields=["status", "-id"], name="ticket_status")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("ticket", args=[self.number])


class TicketMessage(models.Model):
    """A word of the customer or of ours in a ticket."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:40]


class Feedback(models.Model):
    """A customer's rating of one order."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="feedback", verbose_name=_("order"))
    rating = models.PositiveSmallIntegerField(_("rating"))
    comment = models.TextField(_("comment"), blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="rating_1_to_5")]

    def __str__(self) -> str:
        return f"{self.order} {self.rating}"
