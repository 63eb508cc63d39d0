"""What readers and the crawler give, one at a time: a piece that may answer, or what was not taken and why.

Made by everything in `reading/` and `crawling/`, filed by `sources/`. Knows no model and no database, so that a child process can make pieces alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

KEY_LENGTH = 200
TITLE_LENGTH = 200
TEXT_LENGTH = 8_000


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that may answer. `key` names it within its source on every run: a row's id, a page's address and the heading below it."""

    key: str  # at most 200 characters
    title: str  # at most 200
    text: str  # at most 8,000; longer ones are cut into several pieces by the reader
    url: str = ""
    place: str = ""  # where in the source: "page 3", "Shipping > Abroad", "row 14"
    language: str = ""  # "id", "en", "" = the site's
    other_ways: str = ""  # one per line
    tags: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    facts: Mapping[str, str] = field(default_factory=dict)  # of a product: price, currency, stock, availability, image, variants (plain words, as shown)
    products: str = ""  # names or codes of those it concerns, one per line


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something of the source that was not taken, and why. `code` is stable; the sentence is made where it is shown (`findings.py`)."""

    place: str
    code: str
    detail: str = ""


# About the whole file and not a thing of it: nothing is missing because of them.
REMARKS = frozenset(("guessed_encoding", "damaged_letters"))

Read = Piece | Skipped
