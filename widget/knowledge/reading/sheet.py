"""The rows of an Excel workbook, one at a time: words, numbers, dates and the results of formulas as a person sees them. Called by tables.py.

Reads the parts of the package by their own names (ECMA-376, parts 1 and 2). Formulas are never run: what Excel stored as their result is taken. Words
that many cells share are kept as one buffer, so a million different ones cost little more than their letters.
"""

import re
from array import array
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from widget.knowledge.reading import packed
from widget.knowledge.reading.bounds import CELL_LENGTH, COLUMNS
from widget.knowledge.reading.errors import BrokenFileError, NothingFoundError, UnsafeFileError
from widget.knowledge.reading.packed import Archive

# Unpacked: some 100 MB of words, a million rows of several columns.
_WORDS_BYTES = 96 * 1024 * 1024
# What Excel itself can hold.
_ROWS, _CELLS = 1_048_576, 16_384
_MERGES = 20_000
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]{0,100}?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_QUOTED = re.compile(r'"[^"]{0,100}"|\\.|\[[^\[\]]{0,50}\]')
# Stands for the result of a formula that nobody calculated; no cell can hold it, and tables.py takes it out.
UNCALCULATED = "\0="
# A cell of a merged block shows the block's first cell; wider blocks are headlines.
_FILLED_WIDTH = 2


def sheet_names(path: Path) -> tuple[str, ...]:
    """The visible sheets in their order."""
    with packed.opened(path) as archive:
        return tuple(_sheets(archive))


def rows(path: Path, name: str = "") -> Iterator[tuple[int, list[str]]]:
    """(number of the row as Excel shows it, its cells) of the named sheet, else of the first that holds something. Empty rows are left out."""
    with packed.opened(path) as archive:
        sheets = _sheets(archive)
        chosen = [sheets[name]] if name in sheets else list(sheets.values())
        words, styles, epoch = _Words(), _date_styles(archive), _epoch(archive)
        if "xl/sharedStrings.xml" in archive.sizes:
            words.read(archive)
        for part in chosen:
            sheet = _Sheet(words, styles, epoch, _merges(archive, part))
            found = False
            with archive.part(part) as stream:
                for _ in packed.parse(stream, sheet.start, sheet.end, sheet.text):
                    found = found or bool(sheet.rows)
                    yield from sheet.rows
                    sheet.rows.clear()
            if found:
                return
    raise NothingFoundError


def _sheets(archive: Archive) -> dict[str, str]:
    """Name of a visible sheet -> its part."""
    targets = {found["Id"]: found.get("Target", "") for found in _tags(archive, "xl/_rels/workbook.xml.rels", "Relationship") if "Id" in found}
    sheets = {}
    for found in _tags(archive, "xl/workbook.xml", "sheet"):
        identity = next((value for key, value in found.items() if key.rpartition(":")[2] == "id"), "")
        part = _part_of(targets.get(identity, ""))
        if found.get("state", "visible") == "visible" and part in archive.sizes:
            sheets[found.get("name", "")] = part
    if not sheets:
        raise BrokenFileError
    return sheets


def _part_of(target: str) -> str:
    """A name in the package, seen from xl/."""
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def _tags(archive: Archive, part: str, tag: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == tag and len(found) < 10_000:
            found.append(attributes)

    with archive.part(part, 8 * 1024 * 1024) as stream:
        for _ in packed.parse(stream, start, _nothing, _nothing):
            pass
    return found


def _nothing(_: str) -> None:
    pass


def _epoch(archive: Archive) -> datetime:
    """Day 0 of the workbook's dates: Excel counts from 1900 (and believes in 29 February 1900), old Macs from 1904."""
    old_mac = any(found.get("date1904") in ("1", "true") for found in _tags(archive, "xl/workbook.xml", "workbookPr"))
    return datetime(1904, 1, 1) if old_mac else datetime(1899, 12, 30)


def _date_styles(archive: Archive) -> frozenset[int]:
    """The numbers of those styles of cells that show a number as a date."""
    if "xl/styles.xml" not in archive.sizes:
        return frozenset()
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if name == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside and len(styles) < 100_000:
            styles.append(attributes.get("numFmtId", "0"))

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and name != "cellXfs"

    with archive.part("xl/styles.xml", 16 * 1024 * 1024) as stream:
        for _ in packed.parse(stream, start, end, _nothing):
            pass
    return frozenset(at for at, number in enumerate(styles) if _is_date(number, formats.get(number, "")))


def _is_date(number: str, code: str) -> bool:
    if code:
        return bool(re.search(r"[dyhs]|mmm", _QUOTED.sub("", code[:200]).lower().replace("general", "")))
    return number.isdigit() and len(number) < 5 and int(number) in _DATES


def _merges(archive: Archive, part: str) -> dict[int, list[tuple[int, int, int]]]:
    """First row of a merged block -> (last row, first column, last column); they stand behind the rows, so they are looked for first."""
    found: dict[int, list[tuple[int, int, int]]] = {}
    count, tail = 0, b""
    with archive.part(part) as stream:
        while chunk := stream.read(262_144):
            window = tail + chunk
            if b"mergeCell" in window:
                for left, top, right, bottom in _MERGE.findall(window):
                    count += 1
                    if count <= _MERGES:
                        found.setdefault(int(top), []).append((int(bottom), column_of(left.decode()), column_of(right.decode())))
                last = window.rfind(b">")
                tail = window[last + 1 :][-300:]
            else:
                tail = window[-12:]
    return found


def column_of(letters: str) -> int:
    """0 for A, 26 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


class _Words:
    """The words cells share: one buffer and where each begins."""

    def __init__(self) -> None:
        self.buffer, self.ends = bytearray(), array("Q", [0])
        self._parts: list[str] = []
        self._size = 0
        self._reading = self._spoken = False

    def read(self, archive: Archive) -> None:
        with archive.part("xl/sharedStrings.xml", _WORDS_BYTES) as stream:
            for _ in packed.parse(stream, self._start, self._end, self._text):
                pass

    def __getitem__(self, at: int) -> str:
        if not 0 <= at < len(self.ends) - 1:
            return ""
        return self.buffer[self.ends[at] : self.ends[at + 1]].decode("utf-8", "replace")

    def _start(self, name: str, _: dict[str, str]) -> None:
        if name == "t":
            self._reading = not self._spoken
        elif name == "rPh":  # how a word is spoken: not what it says
            self._spoken = True

    def _end(self, name: str) -> None:
        if name == "t":
            self._reading = False
        elif name == "rPh":
            self._spoken = False
        elif name == "si":
            self.buffer += "".join(self._parts)[:CELL_LENGTH].encode("utf-8", "replace")
            self.ends.append(len(self.buffer))
            self._parts.clear()
            self._size = 0

    def _text(self, text: str) -> None:
        if self._reading and self._size < CELL_LENGTH:
            self._size += len(text)
            self._parts.append(text)


class _Sheet:
    """Collects the rows of one sheet while its XML goes by."""

    def __init__(self, words: _Words, styles: frozenset[int], epoch: datetime, merges: dict[int, list[tuple[int, int, int]]]) -> None:
        self.words, self.styles, self.epoch, self.merges = words, styles, epoch, merges
        self.rows: list[tuple[int, list[str]]] = []
        self._filled: list[tuple[int, int, str]] = []
        self._row: list[str] = []
        self._number, self._column = 0, -1
        self._count = self._cells = 0
        self._kind, self._style, self._value = "", "", ""
        self._reading = self._formula = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            letters = attributes.get("r", "").rstrip("0123456789")
            self._cells += 1
            if self._cells > _CELLS:
                raise UnsafeFileError("columns")
            self._column = column_of(letters) if 0 < len(letters) <= 3 and letters.isupper() else self._column + 1
            self._kind, self._style, self._value = attributes.get("t", "n"), attributes.get("s", ""), ""
            self._formula = False
        elif name == "row":
            self._count += 1
            if self._count > _ROWS:
                raise UnsafeFileError("rows")
            number = attributes.get("r", "")
            self._number = int(number) if number.isdigit() and len(number) < 9 else self._number + 1
            self._row, self._column, self._cells = [], -1, 0
        elif name == "f":
            self._formula = True
        elif name in ("v", "t"):
            self._reading = True

    def text(self, text: str) -> None:
        if self._reading and len(self._value) < CELL_LENGTH:
            self._value += text

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._reading = False
        elif name == "c" and (self._value or self._formula) and 0 <= self._column < COLUMNS:
            self._row.extend([""] * (self._column + 1 - len(self._row)))
            self._row[self._column] = self._shown()[:CELL_LENGTH] if self._value else UNCALCULATED
        elif name == "row":
            self._fill()
            if any(self._row):
                self.rows.append((self._number, self._row))

    def _shown(self) -> str:
        value = self._value
        if self._kind == "s":
            return self.words[int(value)] if value.isdigit() and len(value) < 10 else ""
        if self._kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if self._kind == "e":
            return ""
        if self._kind in ("n", "") and len(value) < 40:
            return self._number_shown(value)
        return value

    def _number_shown(self, value: str) -> str:
        """1.0 as 1, 0.1 + 0.2 as 0.3, and a number in a style of dates as its date."""
        try:
            number = float(value)
        except ValueError:
            return value
        if self._style.isdigit() and len(self._style) < 7 and int(self._style) in self.styles and 0 <= number < 2_958_466:
            moment = self.epoch + timedelta(seconds=round(number * 86_400))
            if number < 1:
                return moment.strftime("%H:%M")
            return moment.date().isoformat() if moment.time() == datetime.min.time() else moment.strftime("%Y-%m-%d %H:%M")
        if abs(number) < 1e15 and number == int(number):
            return str(int(number))
        return f"{number:.12g}" if abs(number) < 1e15 else value

    def _fill(self) -> None:
        """The cells of a merged block that Excel leaves empty."""
        self._filled = [one for one in self._filled if one[0] >= self._number]
        for _, column, value in self._filled:
            self._row.extend([""] * (column + 1 - len(self._row)))
            self._row[column] = self._row[column] or value
        for last, left, right in self.merges.get(self._number, ()):
            value = self._row[left] if left < len(self._row) else ""
            if value and right - left < _FILLED_WIDTH and last > self._number and len(self._filled) < COLUMNS:
                self._filled.append((last, left, value))
