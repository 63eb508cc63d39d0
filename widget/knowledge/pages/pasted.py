"""Questions and answers that an owner pasted become entries of their own, live at once. Called by source_add.py; reading/pasting.py tells them apart."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from widget.knowledge.models import Entry
from widget.knowledge.reading.pasting import read_text
from widget.knowledge.reading.piece import Piece, Skipped
from widget.sites.models import Site

# Entries of one transaction: indexing takes the most of its time.
STEP = 50
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Pasted:
    """How many entries were made, which of those before say something else now, how many were there already, and what was not understood."""

    made: int
    changed: tuple[Entry, ...]
    known: int
    skipped: tuple[Skipped, ...]


def add_pasted(site: Site, text: str) -> Pasted:
    """Pasted twice it adds nothing twice; another answer to a question that was there takes the place of the one before. Raises ChatError."""
    reads = [*read_text(text.replace("\x00", "").replace("\r\n", "\n"))]
    pieces = [read for read in reads if isinstance(read, Piece)][:MOST]
    own = _own_of(site, {_plain(piece.title) for piece in pieces})
    said = {(title, entry.answer) for title, entries in own.items() for entry in entries if entry.state == Entry.State.APPROVED}
    # Of a long answer in several parts the parts that stand are left alone.
    stays = {(_plain(piece.title), piece.text) for piece in pieces}
    fresh, changed = list[Piece](), list[Entry]()
    for piece in pieces:
        title = _plain(piece.title)
        if (title, piece.text) in said:
            continue
        entry = next((entry for entry in own.get(title, ()) if entry.answer == piece.text or (title, entry.answer) not in stays), None)
        if entry is None:
            fresh.append(piece)
        else:
            entry.title, entry.answer, entry.state = piece.title, piece.text, Entry.State.APPROVED
            changed.append(entry)
    _save(site, fresh, changed)
    skipped = [read for read in reads if isinstance(read, Skipped)]
    twice = sum(one.code == "duplicate" for one in skipped)
    known = len(pieces) - len(fresh) - len(changed) + twice
    return Pasted(len(fresh), tuple(changed), known, tuple(one for one in skipped if one.code != "duplicate"))


def _own_of(site: Site, titles: set[str]) -> dict[str, list[Entry]]:
    """What people wrote about these questions and is not over, by question."""
    entries = Entry.objects.of_site(site.pk).filter(Q(valid_until=None) | Q(valid_until__gte=timezone.localdate()), source=None).order_by("pk")
    found: dict[str, list[Entry]] = {}
    for entry in entries.iterator():
        if _plain(entry.title) in titles:
            found.setdefault(_plain(entry.title), []).append(entry)
    return found


def _save(site: Site, fresh: list[Piece], changed: list[Entry]) -> None:
    for start in range(0, len(fresh), STEP):
        Entry.objects.bulk_create(
            Entry(site=site, title=piece.title, answer=piece.text, language=piece.language or site.language) for piece in fresh[start : start + STEP]
        )
    for start in range(0, len(changed), STEP):
        with transaction.atomic():
            for entry in changed[start : start + STEP]:
                entry.save(update_fields=["title", "answer", "state", "updated_at"])


def _plain(title: str) -> str:
    """Questions that differ only in capitals and their last signs are one."""
    return " ".join(title.casefold().split()).rstrip(" ?!.")
