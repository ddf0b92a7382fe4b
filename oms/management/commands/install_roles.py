from django.core.management.base import BaseCommand

from oms.roles import install_roles


class Command(BaseCommand):
    help = "Create the roles that are missing."

    def add_arguments(self, parser):
        parser.add_argument(
            "--add", action="store_true", help="give roles that exist what this version has for them; take nothing away"
        )

    def handle(self, *, add=False, **options):
        install_roles(add=add)
