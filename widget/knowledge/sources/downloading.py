"""Fetches the table, document or catalogue behind an address, through lib/outbound.py. Called in child processes only: by opening.py for a reading, by
distant.py for a look at its columns.
"""

import tempfile
from collections.abc import Callable, Iterator
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
def downloaded(address: str, seconds: float = DOWNLOAD_SECONDS, on_answer: Callable[[str], None] = lambda address: None) -> Iterator[tuple[Path, str]]:
    """The file, gone afterwards, and a name whose ending says what it is. Raises RefusedDownloadError or OutboundError.

    An address without a scheme is fetched by https, or by http where no https answers; `on_answer` hears which address gave the file.
    """
    answer = _fetched(address, seconds)
    if answer.status != 200:
        raise RefusedDownloadError(f"HTTP {answer.status}")
    on_answer(answer.url)
    name = urlsplit(address if "://" in address else f"//{address}").path
    if not formats.format_of_name(name):
        name += _ENDINGS.get(answer.headers.get("content-type", "").partition(";")[0].strip().lower(), "")
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "download"
        path.write_bytes(answer.body)
        del answer
        yield path, name


def _fetched(address: str, seconds: float) -> outbound.Response:
    if "://" in address:
        return outbound.fetch("GET", address, max_bytes=DOWNLOAD_BYTES, seconds=seconds)
    try:
        return outbound.fetch("GET", f"https://{address}", max_bytes=DOWNLOAD_BYTES, seconds=seconds)
    except outbound.BadCertificateError:
        raise
    except outbound.UnreachableError:
        return outbound.fetch("GET", f"http://{address}", max_bytes=DOWNLOAD_BYTES, seconds=seconds)
