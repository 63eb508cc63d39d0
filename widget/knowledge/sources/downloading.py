"""Fetches the table, document or catalogue behind an address, through lib/outbound.py. Called in child processes only: by opening.py for a reading, by
distant.py for a look at its columns.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from widget.knowledge.reading import formats
from widget.knowledge.sources.errors import RefusedDownloadError
from widget.lib import outbound

DOWNLOAD_BYTES = 50_000_000
DOWNLOAD_SECONDS = 120.0
# For addresses that are called after nothing, as those of published spreadsheets.
_ENDINGS = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}


@contextmanager
def downloaded(address: str, seconds: float = DOWNLOAD_SECONDS) -> Iterator[tuple[Path, str]]:
    """The file, gone afterwards, and a name whose ending says what it is. Raises RefusedDownloadError or OutboundError."""
    answer = outbound.fetch("GET", address, max_bytes=DOWNLOAD_BYTES, seconds=seconds)
    if answer.status != 200:
        raise RefusedDownloadError(f"HTTP {answer.status}")
    name = urlsplit(address).path
    if not formats.format_of_name(name):
        name += _ENDINGS.get(answer.headers.get("content-type", "").partition(";")[0].strip().lower(), "")
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "download"
        path.write_bytes(answer.body)
        del answer
        yield path, name
