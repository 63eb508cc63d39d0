"""The codes of articles ("KR-2201", "KP-M-H"): which cells hold one, and the spellings people type. Called by the readers of catalogues.

A code is found by its spellings, which stand among the other ways to ask: the search takes "KR-2201" for one word and "KR 2201" for two.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from widget.knowledge.reading.letters import seen_line
from widget.knowledge.reading.mapping import plain

_ROLES = ("key", "code", "mpn", "gtin")
# Columns whose code is meant for customers; ids and barcodes are found, but not said.
_SAID = frozenset(("kode", "kodeproduk", "kodebarang", "kodesku", "kodeartikel", "code", "itemcode", "productcode", "sku", "variantsku", "articlenumber"))
_CODE = re.compile(r"[A-Za-z0-9]{1,20}(?:[-_./ ][A-Za-z0-9]{1,20}){0,5}")
_LETTERS_THEN_DIGITS = re.compile(r"(?<![A-Za-z])([A-Za-z]++)(\d++)")
# "1042" is one; "12" is a size, a number of pieces or a row.
_LEAST_DIGITS = 4
# "KP-M-H" is one; "kaos-polos" is an address made of words.
_MOST_LETTERS = 4
_LENGTH, _ALL_LENGTH = 40, 1_400


def codes_of(said: Mapping[str, str]) -> tuple[str, ...]:
    """The codes of an offer, of its values by role."""
    return tuple(dict.fromkeys(code for role in _ROLES if is_code(code := seen_line(said.get(role, "")))))


def said_code(said: Mapping[str, str], columns: Mapping[str, str]) -> str:
    """The code that customers are told, by the names of the `columns` by role; "" where none is called so."""
    found = (seen_line(said.get(role, "")) for role in ("code", "key") if plain(columns.get(role, "")) in _SAID)
    return next((code for code in found if code and len(code) <= _LENGTH), "")


def is_code(text: str) -> bool:
    """Whether people would type it to mean one article: not a running number, and no name or address."""
    if len(text) > _LENGTH or not _CODE.fullmatch(text):
        return False
    parts = re.split(r"[-_./ ]", text)
    if text.isdigit():
        return len(text) >= _LEAST_DIGITS
    if any(letter.isdigit() for letter in text):
        return len(parts) < 4 or max(len(part) for part in parts if part.isalpha() or part.isdigit()) <= _MOST_LETTERS
    return len(parts) > 1 and text.isupper() and all(len(part) <= _MOST_LETTERS for part in parts)


def spellings(codes: Iterable[str]) -> str:
    """As written, in one word and with blanks, one a line: "KR-2201", "KR2201", "KR 2201"."""
    ways = list(dict.fromkeys(way for code in codes for way in _spelt(code)))
    while ways and sum(len(way) + 1 for way in ways) > _ALL_LENGTH:
        ways.pop()
    return "\n".join(ways)


def _spelt(code: str) -> Iterator[str]:
    yield code
    if code.isdigit():
        return
    parts = re.split(r"[-_./ ]", code)
    yield "".join(parts)
    yield " ".join(_LETTERS_THEN_DIGITS.sub(r"\1 \2", part) if _LETTERS_THEN_DIGITS.fullmatch(part) else part for part in parts)
