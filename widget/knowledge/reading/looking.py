"""The child process of a preview: `python -m widget.knowledge.reading.looking PATH NAME FORMAT OPTIONS`, started by preview.py through jobs/child.py.

Says, a line each: how the file will be read, its columns and the guess what they are, its first rows, and the first pieces that would be made.
"""

import json
import sys
from importlib import import_module
from itertools import islice
from pathlib import Path

import django

_ROLES = {"table": "KNOWLEDGE", "catalogue": "PRODUCTS"}
_PIECES, _READS = 5, 200
_COLUMNS, _CELL, _TEXT = 60, 100, 600


def main(path: Path, name: str, format: str, options: dict[str, str]) -> None:
    """Nothing is kept, and no more than the first pieces is read."""
    say = import_module("widget.jobs.child").say
    here = "widget.knowledge.reading"
    errors, formats, mapping = (import_module(f"{here}.{module}") for module in ("errors", "formats", "mapping"))
    try:
        reader = formats.catalogue_reader_of(path, name) if format == "catalogue" else formats.reader_of(path, name, format)
        say(format=reader.format, kind=reader.kind)
        if reader.format in ("csv", "tsv", "xlsx", "catalogue"):
            tables, mapped = import_module(f"{here}.tables"), import_module(f"{here}.catalogue_mapped")
            table = mapped.opened(path, options) if reader.format == "catalogue" else tables.opened(path, {**options, "format": reader.format})
            columns = tables.columns_of(table)
            guessed = mapping.guessed(table.names, getattr(mapping, _ROLES[reader.kind]), named=bool(table.header))
            say(names=columns.names[:_COLUMNS], sheets=columns.sheets[:20], encoding=columns.encoding, separator=columns.separator)
            say(mapping=guessed)
            for row in columns.rows:
                say(row=[cell[:_CELL] for cell in row[:_COLUMNS]])
        reads = islice(reader.read(path, options), _READS)
        for piece in islice((read for read in reads if hasattr(read, "text")), _PIECES):
            say(title=piece.title, text=piece.text[:_TEXT], place=piece.place[:_CELL])
    except errors.ReadingError as error:
        say(error=error.code, detail=error.detail[:_CELL])


if __name__ == "__main__":
    django.setup()
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], json.loads(sys.argv[4]))
