"""What the columns of a table hold: its first rows, looked at in a child process (reading/preview.py), and the owner's choice.

Called by pages/source_columns.py and source_add.py. A table behind an address is fetched by that child process (distant.py), each time anew.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from widget.knowledge.models import Source
from widget.knowledge.reading import mapping
from widget.knowledge.reading.errors import NoColumnsError, ReadingError
from widget.knowledge.reading.preview import Glimpse, Preview, look, told_by
from widget.knowledge.sources import files, intake
from widget.knowledge.sources.errors import FileGoneError, NothingToChooseError
from widget.lib.outbound import OutboundError

# More of them nobody looks through on a phone.
SHOWN = 40
# Fetching (distant.py) and looking.
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Column:
    """`role`: what it is taken for, "" for nothing."""

    name: str
    values: tuple[str, ...]
    role: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What an owner chooses from: `roles` a column may have, `sheets` of a workbook; `more` columns are not shown.

    `pieces`: the first ones as they would be.
    """

    columns: tuple[Column, ...]
    roles: tuple[str, ...]
    sheets: tuple[str, ...] = ()
    more: int = 0
    pieces: tuple[Glimpse, ...] = ()


def roles_of(source: Source) -> Mapping[str, str]:
    return mapping.PRODUCTS if source.kind == Source.Kind.CATALOGUE else mapping.KNOWLEDGE


def choice_of(source: Source, sheet: str = "") -> Choice:
    """As chosen before, else as guessed. Raises ReadingError where it cannot be read or has no columns to choose, OutboundError where it cannot be fetched."""
    kept = source.options.get("mapping", "") if sheet in ("", source.options.get("sheet", "")) else ""
    options = {name: value for name, value in {**source.options, "mapping": kept, "sheet": sheet or source.options.get("sheet", "")}.items() if value}
    found = _looked_at(source, options)
    if found.columns is None:
        raise found.trouble or (NothingToChooseError() if source.address else NoColumnsError())
    names = found.columns.names
    roles = {column: mapping.role_of(role) for role, column in (_chosen(kept, names, roles_of(source)) or found.mapping).items()}
    columns = tuple(Column(name, tuple(row[at] for row in found.columns.rows if at < len(row)), roles.get(name, "")) for at, name in enumerate(names[:SHOWN]))
    return Choice(columns, tuple(roles_of(source)), found.columns.sheets, max(0, len(names) - SHOWN), found.pieces)


def can_choose(source: Source) -> bool:
    """Whether there is anything to choose; also False where nobody can look at it just now."""
    try:
        return bool(choice_of(source).columns)
    except (ReadingError, OutboundError):
        return False


def choose(source: Source, chosen: Iterable[tuple[str, str]], sheet: str = "") -> None:
    """Keeps what was chosen: (role, column); the next reading follows it. The source is not saved."""
    mapped = mapping.numbered((role, column) for role, column in chosen if role in roles_of(source))
    source.options = {**source.options, "mapping": json.dumps(mapped, ensure_ascii=False), **({"sheet": sheet} if sheet else {})}


def _looked_at(source: Source, options: Mapping[str, str]) -> Preview:
    format = source.options.get("format", "auto")
    if source.address:
        wanted = "catalogue" if source.kind == Source.Kind.CATALOGUE and format == "auto" else format
        return told_by("widget.knowledge.sources.distant", [intake.without_guess(source), wanted, json.dumps(options)], _SECONDS)
    path = files.path_of(source)
    if not path.is_file():
        raise FileGoneError
    return look(path, source.options.get("file_name", ""), format, options)


def _chosen(kept: str, names: Iterable[str], roles: Mapping[str, str]) -> Mapping[str, str]:
    """The owner's earlier choice, as far as the file still has its columns."""
    try:
        return mapping.chosen(kept, list(names), roles) if kept else {}
    except ReadingError:
        return {}
