"""Opens a source for reading: finds its reader or the crawler by name, since their modules load heavy packages that no serving process may hold.

Called by attempt.py in the child process only. A table, document or catalogue with an address is fetched first, through lib/outbound.py.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from widget.knowledge.models import Source
from widget.knowledge.reading import formats
from widget.knowledge.reading.piece import Read
from widget.knowledge.sources import files
from widget.knowledge.sources.errors import FileGoneError, RefusedDownloadError
from widget.lib import outbound

CRAWLER = "widget.knowledge.crawling.crawl"
DOWNLOAD_BYTES = 50_000_000
DOWNLOAD_SECONDS = 120.0

# (visited, known) pages of a website.
Told = Callable[[int, int], None]


def open_source(source: Source, told: Told) -> Iterator[Read]:
    """Everything it says, lazily. Raises ToldError (of a reader or the door to the outside), at the latest while it is read."""
    options = {str(name): str(value) for name, value in source.options.items()}
    if source.kind == Source.Kind.WEBSITE:
        crawler = import_module(CRAWLER)
        yield from crawler.crawl(source.address, options, memory=files.memory_of(source), on_page=lambda done: told(done.visited, done.visited + done.waiting))
    elif source.file:
        path = files.path_of(source)
        if not path.is_file():
            raise FileGoneError
        yield from _read(path, options.get("file_name", source.name), options)
    else:
        yield from _read_address(source.address, options, source.kind == Source.Kind.CATALOGUE)


def _read_address(address: str, options: Mapping[str, str], catalogue: bool) -> Iterator[Read]:
    answer = outbound.fetch("GET", address, max_bytes=DOWNLOAD_BYTES, seconds=DOWNLOAD_SECONDS)
    if answer.status != 200:
        raise RefusedDownloadError(f"HTTP {answer.status}")
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "download"
        path.write_bytes(answer.body)
        del answer
        yield from _read(path, urlsplit(address).path, options, catalogue)


def _read(path: Path, name: str, options: Mapping[str, str], catalogue: bool = False) -> Iterator[Read]:
    format = options.get("format", "auto")
    reader = formats.catalogue_reader_of(path, name) if catalogue and format == "auto" else formats.reader_of(path, name, format)
    yield from reader.read(path, options)
