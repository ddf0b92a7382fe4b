from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class OmsConfig(AppConfig):
    name = "oms"
    verbose_name = _("ground floor")

    def ready(self):
        autodiscover_modules("reactions", "tasks", "events", "resources")
