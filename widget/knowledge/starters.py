"""The questions a new site is asked first, as drafts by the kind of business: the owner writes the answers on one page, and those go live.

Called when a site is made and by pages/usual.py. Drafts have no answer yet and are never shown to a visitor; hints say what belongs there.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db.models import Q

from widget.knowledge.models import Entry
from widget.sites.models import Site

_FILE = Path(__file__).with_name("starters.json")
# What every kind of business is asked, after what its own kind is.
_EVERY = "every"


@dataclass(frozen=True)
class UsualQuestion:
    """A draft that waits for its answer, and what belongs there."""

    entry: Entry
    hint: str


def create_draft_questions(site: Site) -> int:
    """Makes the drafts in the site's language and returns how many; none where the site has entries already."""
    if Entry.objects.of_site(site.pk).exists():
        return 0
    rows = _questions()[site.kind][site.language] + _questions()[_EVERY][site.language]
    drafts = [
        Entry(site=site, title=row["title"], answer="", other_ways="\n".join(row["ask"]), language=site.language, state=Entry.State.DRAFT) for row in rows
    ]
    return len(Entry.objects.bulk_create(drafts))


def unanswered(site: Site) -> list[UsualQuestion]:
    """The drafts without an answer of their own, in the order they were made. Earlier versions put the hint where the answer belongs."""
    hints = _hints(site.language)
    drafts = Entry.objects.of_site(site.pk).filter(Q(answer="") | Q(answer__in=hints.values()), state=Entry.State.DRAFT).order_by("pk")
    return [UsualQuestion(entry, hints.get(entry.title, "")) for entry in drafts]


def answer_questions(site: Site, answers: Mapping[int, str]) -> int:
    """Stores the answers given, by the id of the draft, and lets visitors have them; how many. What is empty stays a draft."""
    answered = 0
    for question in unanswered(site):
        text = answers.get(question.entry.pk, "").strip()
        if text:
            question.entry.answer, question.entry.state = text, Entry.State.APPROVED
            question.entry.save()
            answered += 1
    return answered


def _hints(language: str) -> dict[str, str]:
    return {row["title"]: row["answer"] for kind in _questions().values() for row in kind[language]}


@cache
def _questions() -> dict[str, dict[str, list[dict[str, str]]]]:
    read: dict[str, dict[str, list[dict[str, str]]]] = json.loads(_FILE.read_text("utf-8"))
    return read
