"""What would become of a file, shown before anything is kept: its columns, the guess what they are, the first pieces. Called by the pages that take files in.

The file is looked at in a child process (looking.py), since the serving process neither parses nor loads what does; what lies behind an address is
fetched there too (sources/distant.py).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from widget.jobs import child
from widget.jobs.child import End, Step
from widget.knowledge.reading.errors import FileTooLargeError, ReadingError, TooSlowError
from widget.knowledge.reading.mapping import Columns
from widget.lib.outbound import OutboundError
from widget.lib.told_errors import ToldError, named

_SECONDS = 20.0
_MEMORY = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A piece as it would be, its text shortened."""

    title: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Preview:
    """`columns` and `mapping` (role to column, guessed) of a table; `trouble` where the columns are known and yet nothing can be made of them."""

    format: str
    kind: str
    columns: Columns | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    pieces: tuple[Glimpse, ...] = ()
    trouble: ToldError | None = None


def look(path: Path, name: str, format: str = "auto", options: Mapping[str, str] | None = None) -> Preview:
    """Takes seconds at most: call it from a thread. `format` "catalogue" takes any table as one of products.

    Raises ReadingError for a file that cannot be read at all.
    """
    return told_by("widget.knowledge.reading.looking", [str(path), name, format, json.dumps(dict(options or {}))], _SECONDS)


def told_by(module: str, arguments: Sequence[str], seconds: float) -> Preview:
    """What this child process says of a file. Raises ReadingError, or OutboundError where it had to be fetched."""
    said: list[Step] = []
    outcome = child.run_child(module, arguments, seconds, _MEMORY, said.append)
    preview = _made(said)
    if preview.trouble and not preview.columns:
        raise preview.trouble
    if outcome.end is End.DONE:
        return preview
    if outcome.end is End.OUT_OF_MEMORY:
        raise FileTooLargeError
    raise TooSlowError if outcome.end is End.OVERTIME else ReadingError


def _made(said: list[Step]) -> Preview:
    found: dict[str, object] = {}
    for step in said:
        found.update(step)
    rows = tuple(tuple(map(str, _listed(step["row"]))) for step in said if "row" in step)
    names, sheets = (tuple(map(str, _listed(found.get(name)))) for name in ("names", "sheets"))
    mapping = found.get("mapping")
    return Preview(
        format=str(found.get("format", "")),
        kind=str(found.get("kind", "")),
        columns=Columns(names, rows, sheets, str(found.get("encoding", "")), str(found.get("separator", ""))) if names else None,
        mapping={str(role): str(column) for role, column in mapping.items()} if isinstance(mapping, dict) else {},
        pieces=tuple(Glimpse(str(step["title"]), str(step["text"]), str(step["place"])) for step in said if "title" in step),
        trouble=_trouble(found),
    )


def _trouble(found: Mapping[str, object]) -> ToldError | None:
    if "unreached" in found:
        return named(OutboundError, str(found["unreached"]), str(found["detail"]))
    return named(ReadingError, str(found["error"]), str(found["detail"])) if "error" in found else None


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
