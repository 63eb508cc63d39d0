"""`manage.py reset_second_step USER`: lets somebody in by password alone who lost their phone and recovery codes, when nobody else can do it in the admin."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, no_translations

from widget.inbox import audit, second_factor


class Command(BaseCommand):
    help = "Turns somebody's second step at sign-in off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="the name they sign in with")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        person = get_user_model().objects.filter(username=options["user"]).first()
        if person is None:
            raise CommandError(f"Nobody here signs in as {options['user']}.")
        if not second_factor.turn_off(person):
            raise CommandError(f"{person.get_username()} has no second step; the password is enough.")
        audit.note(None, audit.Action.SECOND_FACTOR, audit.sites_of(person), person, "turned off by whoever runs the server")
        self.stdout.write(f"The second step of {person.get_username()} is off. They sign in with their password and can set it up again.")
