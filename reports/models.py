"""Reports store nothing of their own; this says who may see and make them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Report(models.Model):
    """A place for the permissions of reports; it has no table."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("view_dashboard", _("Can see the dashboard")),
            ("view_report", _("Can make report files")),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
