"""Texts that people send again and again, and what their placeholders stand for. Called by the operator's line and the inbox on database threads."""

import re
from dataclasses import dataclass

from django.db.models import Q

from widget.conversations.models import CannedReply

# Once through, from the left: what was put in is never looked at again, and nothing else of a text means anything.
_PLACEHOLDER = re.compile(r"( ?)\{(name|me|site)\}")
# A name is one line: the controls of a terminal, of a log or of bidirectional text have no place in it.
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Canned:
    """`site` is None where the reply is there for every site."""

    id: int
    site: int | None
    shortcut: str
    title: str
    text: str


def for_site(site_id: int) -> list[Canned]:
    """Those of the site and those of every site, by shortcut; a site's own stands for the common one of the same shortcut."""
    rows = CannedReply.objects.filter(Q(site=site_id) | Q(site=None)).order_by("shortcut").values_list("pk", "site_id", "shortcut", "title", "text")
    found = [Canned(*row) for row in rows]
    own = {canned.shortcut for canned in found if canned.site is not None}
    return [canned for canned in found if canned.site is not None or canned.shortcut not in own]


def fill(text: str, name: str, me: str, site: str) -> str:
    """The text with {name}, {me} and {site} filled in literally; one that is empty takes the space before it along."""
    values = {"name": one_line(name), "me": one_line(me), "site": one_line(site)}
    return _PLACEHOLDER.sub(lambda found: f"{found[1]}{values[found[2]]}" if values[found[2]] else "", text)


def one_line(value: str) -> str:
    return " ".join(_NOT_IN_NAMES.sub(" ", value).split())
