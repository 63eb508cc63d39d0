"""Which reader understands a file: by its content first, then by its name. Asked by whoever takes a file in; readers are loaded when first used.

The readers' modules import heavy packages, so nothing here imports them: `Reader.read` loads its module by name, which only a child process does.
A reader is one module with `read(path, options) -> Iterator[Read]`; a new one is a module and a line in `READERS`.
"""

import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from widget.knowledge.reading import packed
from widget.knowledge.reading.bounds import check_size
from widget.knowledge.reading.errors import EmptyFileError, EncryptedError, OldOfficeError, UnknownFormatError
from widget.knowledge.reading.letters import decode
from widget.knowledge.reading.mapping import plain
from widget.knowledge.reading.piece import Read

_HERE = "widget.knowledge.reading"
TABLE, DOCUMENT, CATALOGUE = "table", "document", "catalogue"


@dataclass(frozen=True, slots=True)
class Reader:
    """How one format is read. `kind` is the kind of source it makes: table, document or catalogue."""

    format: str
    kind: str
    module: str

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Read]:
        """Pieces and what was skipped, lazily; raises ReadingError, at the latest while they are taken. For a child process only.

        Options, all of them text: of tables `mapping` (JSON, role to column), `header` ("yes", "no"), `sheet`, `separator`, `encoding`; of catalogues
        `mapping`, `language` of the site ("id", "en"), `currency` (ISO 4217) where the file names none; `address` of the website a file is from.
        """
        check_size(path.stat().st_size)
        return importlib.import_module(f"{_HERE}.{self.module}").read(path, {**options, "format": self.format})


READERS: Mapping[str, Reader] = {
    reader.format: reader
    for reader in (
        Reader("csv", TABLE, "tables"),
        Reader("tsv", TABLE, "tables"),
        Reader("xlsx", TABLE, "tables"),
        Reader("jsonl", TABLE, "json_lines"),
        Reader("pdf", DOCUMENT, "pdf"),
        Reader("docx", DOCUMENT, "docx"),
        Reader("md", DOCUMENT, "markdown"),
        Reader("html", DOCUMENT, "html"),
        Reader("txt", DOCUMENT, "plain"),
        Reader("merchant", CATALOGUE, "catalogue_merchant"),
        Reader("woocommerce", CATALOGUE, "catalogue_woocommerce"),
        Reader("shopify", CATALOGUE, "catalogue_shopify"),
        Reader("catalogue", CATALOGUE, "catalogue_mapped"),
    )
}
_BY_NAME = {
    "markdown": "md",
    "htm": "html",
    "xhtml": "html",
    "text": "txt",
    "ndjson": "jsonl",
    "json": "jsonl",
    "tab": "tsv",
    "xlsm": "xlsx",
    "docm": "docx",
    "xml": "merchant",
}
# What a first line must hold of each choice of names.
_EXPORTS = {
    "shopify": ("handle urlhandle", "title", "variantprice option1value option1name"),
    "woocommerce": ("type tipe jenis", "sku", "regularprice harganormal hargareguler", "name nama"),
    "merchant": ("id", "title", "price", "availability", "link"),
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def reader_of(path: Path, name: str, format: str = "auto") -> Reader:
    """The reader of the file at `path` that its owner calls `name`; a `format` other than auto is taken at its word.

    Raises UnknownFormatError, EmptyFileError, and what the first bytes give away: OldOfficeError, EncryptedError, BrokenFileError.
    """
    if format != "auto":
        if format not in READERS:
            raise UnknownFormatError(format)
        return READERS[format]
    with path.open("rb") as file:
        head = file.read(65_536)
    if not head.strip(b"\0\t\r\n "):
        raise EmptyFileError
    found = _by_content(path, head) or format_of_name(name) or _by_lines(head)
    if not found:
        raise UnknownFormatError(Path(name).suffix.lower().lstrip("."))
    return READERS[found]


def catalogue_reader_of(path: Path, name: str) -> Reader:
    """For a file its owner calls a catalogue: any table is read by its columns. Raises as `reader_of`."""
    reader = reader_of(path, name)
    if reader.kind == DOCUMENT or reader.format == "jsonl":
        raise UnknownFormatError(reader.format)
    return reader if reader.kind == CATALOGUE else READERS["catalogue"]


def format_of_name(name: str) -> str:
    """What a name's ending stands for; empty where it says nothing."""
    return _by_name(Path(name).suffix.lower().lstrip("."))


def _by_content(path: Path, head: bytes) -> str:
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK"):
        return _packed(path)
    if head.startswith(_OLD_OFFICE):
        # Word and Excel lock a file by wrapping it in the old container.
        raise EncryptedError if "EncryptedPackage".encode("utf-16-le") in head else OldOfficeError
    text = decode(head[:16_384]).lstrip()
    # Also where programs call a page of HTML a workbook, or a website sent its error page instead of a table.
    return "html" if re.match(r"<(!doctype html|html|table)\b", text, re.I) else _catalogue(text)


def _catalogue(start: str) -> str:
    """The exports of shops are told by the names that only they use; anything else is a table or document like others."""
    if start.startswith("<"):
        return "merchant" if re.match(r"<(rss|feed)\b", _root(start)) and "base.google.com/ns" in start else ""
    names = {plain(name) for name in re.split(r"[,;\t|]", start.partition("\n")[0].replace('"', ""))}
    return next((format for format, needed in _EXPORTS.items() if all(names & set(choice.split()) for choice in needed)), "")


def _root(start: str) -> str:
    """From the first element on: without what XML says of itself and without comments."""
    while start.startswith(("<?", "<!--")):
        start = start.partition("?>" if start.startswith("<?") else "-->")[2].lstrip()
    return start


def _packed(path: Path) -> str:
    names = packed.names_of(path)
    if "word/document.xml" in names:
        return "docx"
    return "xlsx" if "xl/workbook.xml" in names else ""


def _by_name(ending: str) -> str:
    named = _BY_NAME.get(ending, ending)
    return named if named in READERS else ""


def _by_lines(head: bytes) -> str:
    """Of a download whose address names no format: JSON, or lines that are all cut by the same sign."""
    lines = [line for line in decode(head[:16_384]).split("\n") if line.strip()][:6]
    if lines[0].lstrip()[0] in "{[":
        return "jsonl"
    return "csv" if len(lines) > 2 and any(all(sign in line for line in lines[:-1]) for sign in ",;\t|") else ""
