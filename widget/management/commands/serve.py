"""`manage.py serve`: runs this installation, as the set-up command, a systemd unit or a container starts it."""

from argparse import ArgumentParser
from typing import Any

from daphne.management.commands.runserver import get_default_application
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from widget.checks import START
from widget.embed.demo.page import demo_application
from widget.ops import vital_signs
from widget.ops.errors import DatabaseUnusableError, ServeError
from widget.ops.keys import refuse_other_keys, warn_of_a_new_secret_key, warn_of_lost_secrets
from widget.ops.reaching import reach_database
from widget.ops.schema import refuse_another_schema, warn_of_plain_letters
from widget.ops.serve import Place, reserve, serve


class Command(BaseCommand):
    help = "Serves this installation until it is told to stop (Ctrl+C or SIGTERM)."
    # Only what a start depends on: all checks would load every address and admin page first.
    requires_system_checks = [START]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="address to listen on (default: the setting HOST)")
        parser.add_argument("--port", default=settings.PORT, type=int, help="port to listen on, 0 for any free one (default: the setting PORT)")
        parser.add_argument("--demo-port", type=int, help="also serves the demo shop page, on this port")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reach_database()
            refuse_another_schema()
            refuse_other_keys(serving=True)
            warn_of_lost_secrets()
            warn_of_a_new_secret_key()
            warn_of_plain_letters()
            connection.close()
            if trouble := vital_signs.database():
                raise DatabaseUnusableError(trouble=trouble)
            place = reserve(options["host"], options["port"], options["demo_port"])
            serve(place, get_default_application(), demo_application(place.port), lambda: self._announce(options["host"], place))
        except ServeError as error:
            raise CommandError(str(error)) from None

    def _announce(self, host: str, place: Place) -> None:
        demo = f", the demo page on http://{host}:{place.demo_port}/" if place.demo_port else ""
        self.stdout.write(f"Kanal serves on http://{host}:{place.port}/{demo} (stop with Ctrl+C)")
        self.stdout.flush()
