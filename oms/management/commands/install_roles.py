from django.core.management.base import BaseCommand

from oms.roles import install_roles


class Command(BaseCommand):
    help = "Create the roles that are missing."

    def handle(self, **options):
        install_roles()
