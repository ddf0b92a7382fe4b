from django.conf import settings
from django.core.management.base import BaseCommand

from oms.translations import compile_translations


class Command(BaseCommand):
    help = "Compile the translations that have changed."
    requires_system_checks = ()

    def handle(self, **options):
        compile_translations(settings.LOCALE_PATHS)
