"""Questions and answers that an owner pasted become entries of their own, live at once. Called by source_add.py; reading/pasting.py tells them apart."""

from dataclasses import dataclass

from widget.knowledge.models import Entry
from widget.knowledge.reading.pasting import read_text
from widget.knowledge.reading.piece import Piece, Skipped
from widget.sites.models import Site

# Entries of one transaction: indexing takes the most of its time.
STEP = 50
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Pasted:
    """How many entries were made, how many were there already, and what was not understood."""

    made: int
    known: int
    skipped: tuple[Skipped, ...]


def add_pasted(site: Site, text: str) -> Pasted:
    """Pasted twice it adds nothing twice."""
    reads = [*read_text(text.replace("\x00", "").replace("\r\n", "\n"))]
    pieces = [read for read in reads if isinstance(read, Piece)][:MOST]
    own = Entry.objects.of_site(site.pk).filter(source=None)
    known = set(own.filter(title__in=[piece.title for piece in pieces]).values_list("title", "answer"))
    fresh = [piece for piece in pieces if (piece.title, piece.text) not in known]
    for start in range(0, len(fresh), STEP):
        Entry.objects.bulk_create(
            Entry(site=site, title=piece.title, answer=piece.text, language=piece.language or site.language) for piece in fresh[start : start + STEP]
        )
    return Pasted(len(fresh), len(pieces) - len(fresh), tuple(read for read in reads if isinstance(read, Skipped)))
