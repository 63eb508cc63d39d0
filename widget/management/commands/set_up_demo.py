"""`manage.py set_up_demo`: everything between a fresh checkout and a shop page whose chat answers. Called by `make run`; safe to run again.

What the owner changed since the first run stays: the demo site and the administrator are made once, only new addresses are added.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from daphne.management.commands.runserver import get_default_application
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction
from django.db.models import F

from widget.embed.demo import content
from widget.embed.demo.loader import load_demo
from widget.embed.demo.page import demo_application
from widget.inbox.first_administrator import ADMIN, make_administrator, password_file
from widget.lib.secrets import MissingKeyError
from widget.ops.errors import ServeError
from widget.ops.serve import Place, reserve, serve
from widget.providers.models import Provider, clean_base_url
from widget.sites.models import AllowedOrigin, Kind, OpeningHours, Site

KEY = "demo"


class Command(BaseCommand):
    help = "Prepares the database, a demo shop and an administrator, and says where they are."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", default=settings.PORT, type=int)
        parser.add_argument("--serve", action="store_true", help="goes on to serve, the demo shop's page on the next port")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        try:
            place = reserve(host, port, port + 1) if options["serve"] else None
            prepare(host, port + 1)
            where = "\n".join(["", *_places(host, port), *_login_lines(), ""])
            if place is None:
                self.stdout.write(where)
            else:
                self._serve(place, where)
        except ServeError as error:
            raise CommandError(str(error)) from None

    def _serve(self, place: Place, where: str) -> None:
        def announce() -> None:
            self.stdout.write(f"Kanal is running. Stop it with Ctrl+C.\n{where}")
            self.stdout.flush()

        serve(place, get_default_application(), demo_application(place.port), announce)


def prepare(host: str, demo_port: int) -> None:
    """The database, the demo site with the addresses its page has on this machine, and the administrator."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("rebuild_search", "--if-stale")
    site = Site.objects.filter(key=KEY).first()
    if site is None and not Site.objects.exists():
        site = make_demo_site(f"http://{_shown(host)}:{demo_port}/")
    if site is not None:
        for name in dict.fromkeys([*settings.OWN_NAMES, _shown(host)]):
            AllowedOrigin.objects.get_or_create(site=site, origin=f"http://{name}:{demo_port}")
    make_administrator()
    if settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL:
        make_first_provider(settings.OPENAI_BASE_URL or "https://api.openai.com/v1", settings.OPENAI_MODEL, settings.OPENAI_API_KEY)


def make_demo_site(page: str) -> Site:
    """The site with the key `demo`, its knowledge, rules and hours. `page`: where its shop page will be."""
    with transaction.atomic():
        site = Site.objects.create(key=KEY, name=content.NAME, kind=Kind.SHOP, greeting=content.GREETING, whatsapp=content.WHATSAPP, email=content.EMAIL)
        OpeningHours.objects.bulk_create(OpeningHours(site=site, weekday=day, opens=opens, closes=closes) for day, opens, closes in content.HOURS)
        load_demo(site, page)
    return site


def make_first_provider(base_url: str, model: str, key: str) -> None:
    """The provider the environment names becomes the first one asked. Named again, it only gets the key of now. Raises CommandError."""
    try:
        base_url = clean_base_url(base_url)
    except ValidationError as error:
        raise CommandError(f"OPENAI_BASE_URL: {error.messages[0]}") from None
    with transaction.atomic():
        provider = Provider.objects.filter(base_url=base_url, model=model).first()
        if provider is None:
            Provider.objects.update(position=F("position") + 1)
            name = "OpenAI" if base_url == "https://api.openai.com/v1" else urlsplit(base_url).hostname or base_url
            # Models that think before they speak spend tokens on it.
            provider = Provider(name=name, base_url=base_url, model=model, position=0, max_tokens=2_000)
        provider.give_key(key)
        try:
            provider.save()
        except MissingKeyError:
            raise CommandError(
                "OPENAI_API_KEY was not stored, because FIELD_KEY is empty. Put the old field.key back, or remove its empty file (a new one is made); "
                "then start again."
            ) from None


def _places(host: str, port: int) -> list[str]:
    shop = [f"  Shop page   http://{_shown(host)}:{port + 1}/"] if Site.objects.filter(key=KEY).exists() else []
    return [*shop, f"  Admin       http://{_shown(host)}:{port}/admin/"]


def _login_lines() -> list[str]:
    file = password_file()
    if not file.exists():
        return []
    return [f"  User        {ADMIN}", f"  Password    {file.read_text('utf-8').strip()}   (kept in {_short(file)}; holds until you change it)"]


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _shown(host: str) -> str:
    """What to type into a browser to reach a server that listens on `host`."""
    if host in ("0.0.0.0", "::", ""):
        return str(settings.OWN_NAMES[-1])
    return f"[{host}]" if ":" in host else host
