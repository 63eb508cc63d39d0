"""Tables row by row: CSV of every usual kind, TSV and Excel, read the same way. A format's readers and the mapping preview call it.

`opened` finds encoding, separator and the row with the columns' names; `read` makes pieces by the owner's mapping, or by a guessed one.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from widget.knowledge.reading import mapping, sheet
from widget.knowledge.reading.bounds import COLUMNS, LINE_LENGTH, ROWS, bounded
from widget.knowledge.reading.errors import EmptyFileError, NothingFoundError
from widget.knowledge.reading.letters import Letters, letters_of, lines, seen_line
from widget.knowledge.reading.mapping import Columns
from widget.knowledge.reading.piece import Read, Skipped

SEPARATORS = ",;\t|"
_SAMPLE_ROWS = 30
_SHOWN_ROWS = 5
_LINES_OF_A_ROW = 2_000
# A column's name is short; what is longer is a value.
_NAME_LENGTH = 60

Cells = list[str]
Numbered = tuple[int, Cells]


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` by the name of their column; `number` as a spreadsheet shows it."""

    number: int
    cells: Mapping[str, str]
    uncalculated: bool = False  # a cell is a formula whose result the file does not hold

    @property
    def place(self) -> str:
        return f"row {self.number}"


@dataclass(frozen=True, slots=True)
class Table:
    """How a file is to be read, found out once."""

    path: Path
    format: str
    names: tuple[str, ...]
    header: int  # the row that holds the names; 0: none does
    letters: Letters
    separator: str = ","
    sheet: str = ""

    def rows(self) -> Iterator[Row | Skipped]:
        """Every row below the names; what is too long or too much is said."""
        for count, numbered in enumerate(self._raw()):
            if isinstance(numbered, Skipped):
                yield numbered
                continue
            number, cells = numbered
            if count >= ROWS:
                yield Skipped(f"row {number}", "too_many", str(ROWS))
                return
            if number > self.header and any(cells):
                said = {name: cell for name, cell in zip(self.names, cells, strict=False) if name and cell and cell != sheet.UNCALCULATED}
                yield Row(number, said, sheet.UNCALCULATED in cells)

    def _raw(self) -> Iterator[Numbered | Skipped]:
        if self.format == "xlsx":
            return sheet.rows(self.path, self.sheet)
        return _separated(self.path, self.letters, self.separator)


def opened(path: Path, options: Mapping[str, str]) -> Table:
    """`options`: format, sheet, separator, encoding, header ("yes", "no"; else found). Raises ReadingError."""
    format = options.get("format", "csv")
    if format == "xlsx":
        letters, separator = Letters("utf-8"), ""
        first: list[Numbered] = list(islice(sheet.rows(path, options.get("sheet", "")), _SAMPLE_ROWS))
    else:
        letters = Letters(options["encoding"]) if options.get("encoding") else letters_of(path)
        separator = options.get("separator") or ("\t" if format == "tsv" else _separator_of(path, letters))
        first = [row for row in islice(_separated(path, letters, separator), _SAMPLE_ROWS) if not isinstance(row, Skipped)]
    if not first:
        raise EmptyFileError
    at = _header_of(first, options.get("header", ""))
    width = min(COLUMNS, max(len(cells) for _, cells in first))
    header, names = (first[at][0], first[at][1]) if at >= 0 else (0, [])
    return Table(path, format, _named(names, width), header, letters, separator, options.get("sheet", ""))


def columns(path: Path, options: Mapping[str, str]) -> Columns:
    """For the preview of a mapping: the columns' names and the first rows. Raises ReadingError."""
    return columns_of(opened(path, options))


def columns_of(table: Table) -> Columns:
    first = [row for row in islice(table.rows(), _SHOWN_ROWS * 3) if isinstance(row, Row)][:_SHOWN_ROWS]
    shown = tuple(tuple(row.cells.get(name, "")[:300] for name in table.names) for row in first)
    sheets = sheet.sheet_names(table.path) if table.format == "xlsx" else ()
    return Columns(table.names, shown, sheets, table.letters.encoding if not sheets else "", table.separator)


def rows(path: Path, options: Mapping[str, str]) -> Iterator[Row | Skipped]:
    return opened(path, options).rows()


def read(path: Path, options: Mapping[str, str]) -> Iterator[Read]:
    """Questions and answers: the columns that were chosen, or that names tell. Raises ReadingError, NoColumnsError where none is known to answer."""
    return bounded(_read(path, options))


def _read(path: Path, options: Mapping[str, str]) -> Iterator[Read]:
    table = opened(path, options)
    yield from table.letters.told()
    roles = mapping.chosen(options.get("mapping", ""), table.names, mapping.KNOWLEDGE, named=bool(table.header))
    found = False
    for row in table.rows():
        for one in (row,) if isinstance(row, Skipped) else mapping.pieces(row.cells, roles, row.place):
            found = found or not isinstance(one, Skipped)
            missed = isinstance(row, Row) and row.uncalculated and isinstance(one, Skipped) and one.code == "empty"
            yield Skipped(one.place, "formula") if missed else one
    if not found:
        raise NothingFoundError


class _Lines:
    """Feeds the csv reader: a row over too many lines or letters (an open quotation mark) ends with an error instead of filling memory."""

    def __init__(self, source: Iterator[str | None]) -> None:
        self._source = source
        self.count = self.size = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._source)
        self.count += 1
        self.size += len(line or "")
        if line is None or self.count > _LINES_OF_A_ROW or self.size > LINE_LENGTH:
            raise csv.Error
        return line + "\n"


def _separated(path: Path, letters: Letters, separator: str) -> Iterator[Numbered | Skipped]:
    with letters.open(path) as file:
        feed = _Lines(lines(file))
        reader = csv.reader(feed, delimiter=separator)
        number = 0
        while True:
            number += 1
            feed.count = feed.size = 0
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield Skipped(f"row {number}", "too_long")
                continue
            if number == 1 and len(cells) == 1 and cells[0].lower().startswith("sep="):
                number = 0
                continue
            if any(cells):
                yield number, [cell.strip() for cell in cells[:COLUMNS]]


def _separator_of(path: Path, letters: Letters) -> str:
    """The one that cuts the first rows into the most columns of equal number."""
    with letters.open(path) as file:
        sample = [line for line in islice(lines(file), 60) if line]
    if sample and (named := re.match(r"sep=(.)$", sample[0], re.I)):
        return named[1]

    def score(separator: str) -> tuple[float, int]:
        try:
            widths = [len(cells) for cells in csv.reader(_Lines(iter(sample)), delimiter=separator) if cells]
        except csv.Error:
            return 0.0, 0
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        return (widths.count(usual) / len(widths) if usual > 1 else 0.0), usual

    return max(SEPARATORS, key=lambda separator: (round(score(separator)[0], 1), score(separator)[1]))


def _header_of(first: list[Numbered], wanted: str) -> int:
    """Which of the first rows holds the columns' names; -1 for none. Above it may stand a headline of one cell."""
    if wanted == "no":
        return -1
    known = [(mapping.known(cells), -at) for at, (_, cells) in enumerate(first[:10])]
    best, at = max(known)
    if best >= 2 or (best == 1 and at == 0):
        return -at
    widest = max(sum(1 for cell in cells if cell) for _, cells in first)
    at = next(at for at, (_, cells) in enumerate(first) if sum(1 for cell in cells if cell) >= min(widest, 2))
    return at if wanted == "yes" or _like_names(first, at) else -1


def _like_names(first: list[Numbered], at: int) -> bool:
    """Short different words without an end of a sentence or a number, over rows that are not all so."""
    cells = [cell for cell in first[at][1] if cell]
    if len(first) == at + 1 or len(set(cells)) < len(cells) or any(len(cell) > _NAME_LENGTH or cell[-1] in ".?!" for cell in cells):
        return False
    return not any(re.fullmatch(r"[\d.,%Rp$ -]+", cell) for cell in cells)


def _named(names: Cells, width: int) -> tuple[str, ...]:
    """Each column a name of its own; without one the letter a spreadsheet shows."""
    taken: list[str] = []
    for at in range(max(width, min(len(names), COLUMNS))):
        name = seen_line(names[at])[:_NAME_LENGTH] if at < len(names) else ""
        name = name or _letters(at)
        taken.append(name if name not in taken else f"{name} ({_letters(at)})")
    return tuple(taken)


def _letters(at: int) -> str:
    return (chr(64 + at // 26) if at >= 26 else "") + chr(65 + at % 26)
