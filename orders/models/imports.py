"""Files of orders and how they are read."""

from django.conf import settings
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
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("uploaded"), default=timezone.now)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("order-import-columns", args=[self.pk])

    @property
    def is_begun(self) -> bool:
        """Whether the import itself, not only its check, was started."""
        return bool(self.job and self.job.kind == "import_orders")

    @property
    def outcome(self) -> dict:
        """What came of it so far; empty before."""
        return self.job.result if self.job else {}
