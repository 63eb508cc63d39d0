"""What the columns of an uploaded table hold: its first rows, looked at in a child process (reading/preview.py), and the owner's choice.

Called by pages/source_columns.py.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from widget.knowledge.models import Source
from widget.knowledge.reading import mapping
from widget.knowledge.reading.errors import NoColumnsError, ReadingError
from widget.knowledge.reading.preview import Glimpse, look
from widget.knowledge.sources import files
from widget.knowledge.sources.errors import FileGoneError

# More of them nobody looks through on a phone.
SHOWN = 40


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
    """As chosen before, else as guessed. Raises ReadingError where the file cannot be read."""
    path = files.path_of(source)
    if not path.is_file():
        raise FileGoneError
    kept = source.options.get("mapping", "") if sheet in ("", source.options.get("sheet", "")) else ""
    options = {name: value for name, value in {**source.options, "mapping": kept, "sheet": sheet or source.options.get("sheet", "")}.items() if value}
    found = look(path, source.options.get("file_name", ""), source.options.get("format", "auto"), options)
    if found.columns is None:
        raise found.trouble or NoColumnsError()
    names = found.columns.names
    roles = {column: role for role, column in (_chosen(kept, names, roles_of(source)) or found.mapping).items()}
    columns = tuple(Column(name, tuple(row[at] for row in found.columns.rows if at < len(row)), roles.get(name, "")) for at, name in enumerate(names[:SHOWN]))
    return Choice(columns, tuple(roles_of(source)), found.columns.sheets, max(0, len(names) - SHOWN), found.pieces)


def choose(source: Source, chosen: Iterable[tuple[str, str]], sheet: str = "") -> None:
    """Keeps what was chosen: (role, column); the next reading follows it. The source is not saved."""
    mapped = {role: column for role, column in chosen if role in roles_of(source)}
    source.options = {**source.options, "mapping": json.dumps(mapped, ensure_ascii=False), **({"sheet": sheet} if sheet else {})}


def _chosen(kept: str, names: Iterable[str], roles: Mapping[str, str]) -> Mapping[str, str]:
    """The owner's earlier choice, as far as the file still has its columns."""
    try:
        return mapping.chosen(kept, list(names), roles) if kept else {}
    except ReadingError:
        return {}
