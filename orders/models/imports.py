"""Files of orders and how they are read."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.models import Job


class ImportMapping(models.Model):
    """Which column of a customer's file is which field, under a name."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    fields = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("import mapping")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImportFile(models.Model):
    """An uploaded file of orders, how it is to be read, and the job that imports it."""

    name = models.CharField(_("file name"), max_length=200)
    file = models.FileField(upload_to="imports/%Y/%m/")
    mapping = models.JSONField(default=dict)
    create_missing = models.BooleanField(_("create missing products and customers"), default=False)
    history = models.BooleanField(_("record as history, without touching stock"), default=False)
    whole = models.BooleanField(_("reject the whole file when a row is refused"), default=False)
    headings = models.JSONField(default=list)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("uploaded"), default=timezone.now)
    undone_at = models.DateTimeField(_("undone"), null=True, editable=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("order-import-file" if self.is_begun else "order-import-columns", args=[self.pk])

    @property
    def is_begun(self) -> bool:
        """Whether the import itself, not only its check, was started."""
        return bool(self.job and self.job.kind in ("import_orders", "retry_rows"))

    @property
    def outcome(self) -> dict:
        """What came of it so far; empty before."""
        return self.job.result if self.job else {}


class ImportRow(models.Model):
    """A row of a file that became no order yet: its cells as they are now, and what is wrong with them.

    `errors` are [{"field", "code", "facts"}]. A row `waiting` is good, but its file is taken whole or not at all.
    """

    class State(models.TextChoices):
        REFUSED = "refused", _("refused")
        FIXED = "fixed", _("corrected")
        WAITING = "waiting", _("waiting for the others")
        RETRIED = "retried", _("imported")
        DROPPED = "dropped", _("dropped")

    OPEN = (State.REFUSED, State.FIXED, State.WAITING)
    SHOWN = (State.REFUSED, State.FIXED)

    file = models.ForeignKey(ImportFile, on_delete=models.CASCADE, related_name="refused")
    position = models.PositiveIntegerField(_("row"))
    cells = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    errors = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.REFUSED)
    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("order")
    )
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")
        ordering = ["file", "position"]
        indexes = [models.Index(fields=["file", "state", "position"], name="import_row_of_state")]
        constraints = [
            models.UniqueConstraint(fields=["file", "position"], name="import_row_once"),
            models.CheckConstraint(
                condition=models.Q(state="retried", order__isnull=False)
                | ~models.Q(state="retried") & models.Q(order=None),
                name="import_row_retried_has_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.position}"
