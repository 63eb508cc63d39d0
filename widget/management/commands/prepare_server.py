"""`manage.py prepare_server`: what a new server holds before it serves: a site without demo content, and an administrator. For `make server`.

Safe to run again: a site that is there stays as it is, only a website that is not allowed yet is added, and the administrator is made once.
"""

import io
import re
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, no_translations

from widget.inbox.first_administrator import ADMIN, make_administrator, password_file
from widget.sites.models import AllowedOrigin, Site
from widget.sites.origins import normalise_origin, www_twin
from widget.sites.tag import UNKNOWN_ADDRESS, embed_tag


class Command(BaseCommand):
    help = "Makes the first site (without demo content) and an administrator, and says where they are."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--website", default="", metavar="URL", help="the website the chat will stand on")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        site = make_site(options["website"])
        make_administrator()
        call_command("rebuild_search", "--if-stale", stdout=io.StringIO())
        address = settings.PUBLIC_URL or UNKNOWN_ADDRESS
        login = password_file().read_text("utf-8").strip() if password_file().exists() else "(the one you chose)"
        lines = [
            f"  Chat page   {address}/c/{site.key}",
            f"  Admin       {address}/admin/",
            f"  User        {ADMIN}",
            f"  Password    {login}   (change it after the first login)",
            "",
            f"  Put this before </body> on {_websites(site)}:",
            "",
            *(f"  {line}" for line in embed_tag(site, address).splitlines()),
        ]
        self.stdout.write("\n".join(lines))


def make_site(website: str) -> Site:
    """The site for this website: the one that allows it, else the first there is with the website added, else a new one. Raises CommandError."""
    try:
        origin = normalise_origin(website) if website else ""
    except ValidationError as error:
        raise CommandError(f"SHOP={website}: {error.messages[0]}") from None
    site = Site.objects.filter(origins__origin=origin).first() if origin else None
    site = site or Site.objects.order_by("pk").first()
    if site is None:
        key = key_for(origin)
        call_command("create_site", key, stdout=io.StringIO())
        site = Site.objects.get(key=key)
    for allowed in filter(None, (origin, www_twin(origin) if origin else None)):
        AllowedOrigin.objects.get_or_create(site=site, origin=allowed)
    return site


def key_for(origin: str) -> str:
    """The name in the website's address: https://www.toko-saya.co.id -> toko-saya."""
    host = (urlsplit(origin).hostname or "").removeprefix("www.")
    name = "" if re.fullmatch(r"[0-9.]+|.*:.*", host) else host.partition(".")[0]
    return re.sub(r"[^a-z0-9-]+", "-", name).strip("-")[:40] or "chat"


def _websites(site: Site) -> str:
    return " and ".join(site.origins.values_list("origin", flat=True)) or "your website (allow its address in the admin under Sites first)"
