"""The sites as the running process sees them: frozen snapshots, read again at most every two seconds.

Asked by embed/, realtime/ and answering/ for every connection and turn, so it must not cost a query each. The
admin edits the models; every process notices within REFRESH_SECONDS.
"""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db import DatabaseError

from widget.lib import database
from widget.sites.models import Site
from widget.sites.timetable import Timetable, timetable_of

REFRESH_SECONDS = 2.0
KEYS_KEPT = 2_000
# As Site.key allows them; anything else need not be looked up, nor remembered.
_KEY = re.compile(r"[-a-zA-Z0-9_]{1,40}")


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """All that serving a visitor needs to know of a site."""

    id: int
    key: str
    name: str
    language: str
    address: str
    greeting: str
    accent: str
    zone: ZoneInfo
    hours: Timetable
    whatsapp: str
    email: str
    accept_minutes: int
    policy_url: str
    retention_days: int
    answers_per_visitor_day: int | None
    answers_per_site_day: int | None
    allow_apps: bool
    origins: frozenset[str]
    unseen_origins: frozenset[str]
    # Of the website's signed-in customers; empty where it has none, or where it cannot be read.
    identity_secret: str = field(default="", repr=False)
    # Where answers may lead beside the websites.
    link_hosts: frozenset[str] = frozenset()

    @property
    def identity_mark(self) -> str:
        """Names the secret without telling it: what was proven with another one is over."""
        return sha256(self.identity_secret.encode()).hexdigest()[:16] if self.identity_secret else ""


_snapshots: dict[str, tuple[float, SiteSettings | None]] = {}


async def site_by_key(key: str) -> SiteSettings | None:
    """The active site with this key, or None. At most REFRESH_SECONDS old, older only while the database does not answer."""
    if not _KEY.fullmatch(key):
        return None
    known = fresh_snapshot(key)
    if known is None:
        older = _snapshots.get(key)
        try:
            known = await database.read(read_site, key, patient=older is None)
        except DatabaseError:
            # Its page still gets the widget, and with it the other ways to reach the business.
            if older is None:
                raise
            known = older
    return known[1]


def last_known(key: str) -> SiteSettings | None:
    """However old, and without asking the database."""
    return _snapshots.get(key, (0.0, None))[1]


def fresh_snapshot(key: str) -> tuple[float, SiteSettings | None] | None:
    known = _snapshots.get(key)
    return known if known is not None and time.monotonic() - known[0] < REFRESH_SECONDS else None


def read_site(key: str) -> tuple[float, SiteSettings | None]:
    """Reads the site now; for sync code and for `site_by_key`."""
    site = Site.objects.filter(key=key, active=True).prefetch_related("origins", "hours", "holidays").first()
    known = (time.monotonic(), None if site is None else settings_of(site))
    if len(_snapshots) >= KEYS_KEPT:
        _snapshots.clear()
    _snapshots[key] = known
    return known


def read_site_by_id(site_id: int) -> SiteSettings:
    """The site of a turn taken over from another process. Raises Site.DoesNotExist."""
    return settings_of(Site.objects.prefetch_related("origins", "hours", "holidays").get(pk=site_id))


def forget(keys: Iterable[str] = ()) -> None:
    """Drops snapshots (all without keys), so that this process sees a change at once."""
    for key in list(keys) or list(_snapshots):
        _snapshots.pop(key, None)


def settings_of(site: Site) -> SiteSettings:
    origins = list(site.origins.all())
    return SiteSettings(
        id=site.pk,
        key=site.key,
        name=site.name,
        language=site.language,
        address=site.address_form,
        greeting=site.greeting,
        accent=site.accent,
        zone=site.zone,
        hours=timetable_of(site),
        whatsapp="".join(filter(str.isdigit, site.whatsapp)),
        email=site.email,
        accept_minutes=site.accept_minutes,
        policy_url=site.policy_url,
        retention_days=site.retention_days,
        answers_per_visitor_day=site.answers_per_visitor_day,
        answers_per_site_day=site.answers_per_site_day,
        allow_apps=site.allow_apps,
        origins=frozenset(origin.origin for origin in origins),
        unseen_origins=frozenset(origin.origin for origin in origins if origin.first_seen_at is None),
        identity_secret=site.identity_secret,
        link_hosts=frozenset(site.link_hosts.split()),
    )
