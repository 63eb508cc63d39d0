"""`manage.py create_site KEY`: makes a site with the starting texts of its kind and prints the tag to put on its pages."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction

from widget.knowledge.starters import create_draft_questions
from widget.rules.starters import create_first_rules
from widget.sites.models import AllowedOrigin, Kind, Language, Site
from widget.sites.origins import normalise_origin, www_twin
from widget.sites.starting_texts import greeting
from widget.sites.tag import UNKNOWN_ADDRESS, embed_tag


class Command(BaseCommand):
    help = "Makes a site (one website with its own chat) and prints the tag to put on its pages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="stands in the tag: small letters, digits and hyphens")
        parser.add_argument("--name", default="", help="what visitors see at the top of the chat")
        parser.add_argument("--language", default=Language.INDONESIAN, choices=Language.values)
        parser.add_argument("--kind", default=Kind.SHOP, choices=Kind.values, help="picks the starting texts")
        parser.add_argument("--origin", action="append", default=[], metavar="URL", help="a website the chat may stand on; may be given several times")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        origins = [self._origin(text) for text in options["origin"]]
        site = Site(
            key=options["key"].lower(),
            name=options["name"] or options["key"].replace("-", " ").capitalize(),
            kind=options["kind"],
            language=options["language"],
            greeting=greeting(options["kind"], options["language"]),
        )
        try:
            site.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        with transaction.atomic():
            site.save()
            AllowedOrigin.objects.bulk_create(AllowedOrigin(site=site, origin=origin) for origin in dict.fromkeys(origins))
            create_first_rules(site)
            create_draft_questions(site)
        tag = embed_tag(site, settings.PUBLIC_URL or UNKNOWN_ADDRESS)
        self.stdout.write(f"Site “{site.name}” is ready. Put this before </body> on its pages:\n\n  {tag}\n")
        self._advise(origins)

    def _origin(self, text: str) -> str:
        try:
            return normalise_origin(text)
        except ValidationError as error:
            raise CommandError(f"--origin {text}: {error.messages[0]}") from None

    def _advise(self, origins: list[str]) -> None:
        if not origins:
            self.stdout.write("No website is allowed yet: give --origin, or add one in the admin.")
        for origin in origins:
            twin = www_twin(origin)
            if twin and twin not in origins:
                self.stdout.write(f"Allowed is {origin}. If visitors also come by {twin}, add that one in the admin.")
