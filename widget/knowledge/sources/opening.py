"""Opens a source for reading: finds its reader or the crawler by name, since their modules load heavy packages that no serving process may hold.

Called by attempt.py in the child process only. A table, document or catalogue with an address is fetched first (downloading.py).
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from widget.knowledge.models import Source
from widget.knowledge.reading import formats
from widget.knowledge.reading.piece import Read
from widget.knowledge.sources import files, intake
from widget.knowledge.sources.downloading import downloaded
from widget.knowledge.sources.errors import FileGoneError

CRAWLER = "widget.knowledge.crawling.crawl"

# (visited, known) pages of a website.
Told = Callable[[int, int], None]


def open_source(source: Source, told: Told) -> Iterator[Read]:
    """Everything it says, lazily. Raises ToldError (of a reader or the door to the outside), at the latest while it is read."""
    options = {str(name): str(value) for name, value in source.options.items()}
    if source.kind == Source.Kind.WEBSITE:

        def on_page(done: Any) -> None:
            intake.settle_address(source, done.address)
            told(done.visited, done.visited + done.waiting)

        crawler = import_module(CRAWLER)
        yield from crawler.crawl(intake.without_guess(source), options, memory=files.memory_of(source), on_page=on_page)
    elif source.file:
        path = files.path_of(source)
        if not path.is_file():
            raise FileGoneError
        yield from _read(path, options.get("file_name", source.name), options)
    else:
        with downloaded(intake.without_guess(source), on_answer=lambda address: intake.settle_address(source, address)) as (path, name):
            yield from _read(path, name, options, source.kind == Source.Kind.CATALOGUE)


def _read(path: Path, name: str, options: Mapping[str, str], catalogue: bool = False) -> Iterator[Read]:
    format = options.get("format", "auto")
    reader = formats.catalogue_reader_of(path, name) if catalogue and format == "auto" else formats.reader_of(path, name, format)
    yield from reader.read(path, options)
