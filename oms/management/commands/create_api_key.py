from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug

from oms.apikeys import SCOPES, create_key
from oms.errors import DomainError


class Command(BaseCommand):
    help = "Make an API key for a channel and print it, once."

    def add_arguments(self, parser):
        parser.add_argument("channel", help="short name of the system that will use it, e.g. webshop")
        parser.add_argument("--scopes", required=True, help=f"comma-separated, from {','.join(SCOPES)}")

    def handle(self, *, channel, scopes, **options):
        try:
            validate_slug(channel)
            if len(channel) > 20:
                raise ValueError
        except (ValueError, ValidationError) as error:
            raise CommandError("A channel has at most 20 letters, digits, hyphens and underscores.") from error
        try:
            self.stdout.write(create_key(channel, [s.strip() for s in scopes.split(",") if s.strip()]))
        except DomainError as error:
            raise CommandError(str(error)) from error
