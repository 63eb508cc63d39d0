"""JSONL: one question and answer per line, `{id,title,text,lang,url?,tags?,products?}`; a small file with one JSON list of such is taken too.

Loaded by formats.py. A line that is no such object is skipped and told; nothing that a line holds is run or followed.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from widget.knowledge.reading import mapping
from widget.knowledge.reading.bounds import WHOLE_BYTES, bounded, check_size
from widget.knowledge.reading.cutting import first_sentence
from widget.knowledge.reading.errors import BrokenFileError, NothingFoundError
from widget.knowledge.reading.letters import letters_of, lines, seen
from widget.knowledge.reading.piece import Read, Skipped

# What a key may be called -> role.
_ROLES = {
    name: role
    for role, names in (
        ("key", "id key"),
        ("title", "title question"),
        ("text", "text answer content body"),
        ("language", "lang language"),
        *((name, name) for name in ("url", "tags", "other_ways", "products", "valid_from", "valid_until")),
    )
    for name in names.split()
}
_LIST_BYTES = WHOLE_BYTES // 2


def read(path: Path, options: Mapping[str, str]) -> Iterator[Read]:
    """Raises ReadingError."""
    return bounded(_read(path))


def _read(path: Path) -> Iterator[Read]:
    letters = letters_of(path)
    yield from letters.told()
    found = False
    with letters.open(path) as file:
        begin = file.read(64).lstrip()[:1]
        file.seek(0)
        rows = _listed(path, file.read) if begin == "[" else _lines(lines(file))
        for place, row in rows:
            for one in (row,) if isinstance(row, Skipped) else _pieces(row, place):
                found = found or not isinstance(one, Skipped)
                yield one
    if not found:
        raise NothingFoundError


def _lines(source: Iterator[str | None]) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(source, 1):
        place = f"line {number}"
        if line is None:
            yield place, Skipped(place, "too_long")
        elif line.strip():
            yield place, _value(line, place)


def _value(line: str, place: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return Skipped(place, "not_json")
    except RecursionError:
        return Skipped(place, "too_deep")


def _listed(path: Path, read: Any) -> Iterator[tuple[str, Any]]:
    check_size(path.stat().st_size, _LIST_BYTES)
    values = _value(read(), "line 1")
    if not isinstance(values, list):
        raise BrokenFileError("JSON")
    yield from ((f"line {number}", value) for number, value in enumerate(values, 1))


def _pieces(row: Any, place: str) -> Iterator[Read]:
    if not isinstance(row, dict):
        yield Skipped(place, "not_an_object")
        return
    said: dict[str, str] = {}
    for name, value in row.items():
        role = _ROLES.get(name.lower())
        if role and role not in said:
            said[role] = _text(value)
    text = said.get("text", "")
    # An answer without a question is titled as a paragraph of a document is.
    title = " ".join(said.get("title", "").split()) or first_sentence(text)
    yield from mapping.made(title, text, said, place)


def _text(value: Any) -> str:
    """Numbers and lists of words are taken, anything nested is not."""
    if isinstance(value, list):
        return "\n".join(_text(one) for one in value[:50] if isinstance(one, str | int))
    return seen(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
