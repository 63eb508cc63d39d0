"""May this connection talk to this site? Exact comparison of the Origin header with the site's stored origins.

Called by consumer.py before anything is read. Refused websites are noted for the owner (at most some per site), the first
visit from an allowed one too.
"""

import time
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError
from django.http.request import validate_host
from django.utils import timezone

from widget.lib import database
from widget.lib.ratelimit import RateLimit
from widget.sites.models import AllowedOrigin, RefusedOrigin
from widget.sites.registry import SiteSettings, forget

NOTE_EVERY_SECONDS = 60
REFUSALS_KEPT_PER_SITE = 50
LONGEST_ORIGIN = 255
# Stands for the hosted chat page of this installation, which no site can forbid.
OWN = "own"
refusals_per_minute = RateLimit(6)
_noted: dict[tuple[int, str], float] = {}


def header_values(headers: list[tuple[bytes, bytes]], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key == name]


def admitted_origin(site: SiteSettings, headers: list[tuple[bytes, bytes]]) -> str | None:
    """The origin if it may connect ("" for an own app without one, OWN for the hosted chat page), else None."""
    origins = header_values(headers, b"origin")
    if not origins:
        return "" if site.allow_apps else None
    origin = origins[0].lower()
    if len(origins) > 1:
        return None
    if origin in site.origins:
        return origin
    return OWN if is_own(origin, headers) else None


async def note_visit(site: SiteSettings, origin: str) -> None:
    """Remembers the first visit from an allowed website, so the owner sees that the tag works."""
    if origin in site.unseen_origins:
        with suppress(DatabaseError):
            await database.write(_mark_seen, site.id, origin)
            forget([site.key])


async def note_refusal(site: SiteSettings, headers: list[tuple[bytes, bytes]], address: str) -> None:
    """Remembers a website that asked and was refused: once a minute each, and only a few from one address, since anybody can invent origins."""
    origin = ", ".join(header_values(headers, b"origin")).lower()
    if not origin.startswith(("http://", "https://")) or len(origin) > LONGEST_ORIGIN or "," in origin:
        return
    now = time.monotonic()
    if now - _noted.get((site.id, origin), -NOTE_EVERY_SECONDS) < NOTE_EVERY_SECONDS:
        return
    if refusals_per_minute.take(address):
        return
    if len(_noted) > REFUSALS_KEPT_PER_SITE * 20:
        _noted.clear()
    _noted[(site.id, origin)] = now
    with suppress(DatabaseError):
        await database.write(_store_refusal, site.id, origin, durable=False)


def is_own(origin: str, headers: list[tuple[bytes, bytes]]) -> bool:
    """A page of this very installation. The host must be one of ours, or a foreign name that resolves here would pass."""
    if settings.PUBLIC_URL and origin == settings.PUBLIC_URL.lower():
        return True
    hosts = header_values(headers, b"host")
    host = hosts[0].lower() if len(hosts) == 1 else ""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return bool(host) and origin in (f"http://{host}", f"https://{host}") and validate_host(name, settings.ALLOWED_HOSTS)


def _mark_seen(site_id: int, origin: str) -> None:
    AllowedOrigin.objects.filter(site_id=site_id, origin=origin, first_seen_at=None).update(first_seen_at=timezone.now())


def _store_refusal(site_id: int, origin: str) -> None:
    known = RefusedOrigin.objects.filter(site_id=site_id, origin=origin).first()
    if known is not None:
        RefusedOrigin.objects.filter(pk=known.pk).update(times=known.times + 1, last_at=timezone.now())
        return
    # What asks again and again is a real website; an invented one is seen once and goes first.
    for old in RefusedOrigin.objects.filter(site_id=site_id).order_by("-times", "-last_at")[REFUSALS_KEPT_PER_SITE - 1 :]:
        old.delete()
    RefusedOrigin.objects.create(site_id=site_id, origin=origin, last_at=timezone.now())
