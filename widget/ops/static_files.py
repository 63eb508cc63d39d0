"""Serves Django's static files below the application, without `collectstatic` and under every ASGI server. Used by chatsite/asgi.py.

Texts leave compressed, whatever stands in front: each is packed when it is first asked for and then kept, since all that are asked for in practice are
half a megabyte. They are the same for everybody and hold nothing of the request, so packing them tells nobody anything (lib/compression.py).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, FileSystemFinder, get_finders
from servestatic.asgi import ServeStaticASGI
from servestatic.responders import StaticFile

from widget.lib.compression import accepted_encoding, pack

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
_TEXTS = re.compile(r"text/|image/svg|application/(javascript|json|manifest)")
# A larger one is not kept in memory.
_MOST_BYTES = 1_000_000


class PackedFiles(ServeStaticASGI):  # type: ignore[misc]
    """Answers plain requests for whole texts by itself; conditional and partial ones, and all other files, are servestatic's."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._packed: dict[tuple[str, str], bytes] = {}
        super().__init__(*arguments, **options)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        file = self.files.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if not isinstance(file, StaticFile):
            await super().__call__(scope, receive, send)
            return
        asked = {f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}": value.decode("latin-1") for name, value in scope["headers"]}
        encoding = accepted_encoding(asked.get("HTTP_ACCEPT_ENCODING", ""))
        path, plain = file.get_path_and_headers({})
        headers = {name.lower(): value for name, value in plain if value is not None}
        if not encoding or not _is_packed(headers) or "HTTP_RANGE" in asked or file.is_not_modified(asked):
            await super().__call__(scope, receive, send)
            return
        packed = path, encoding
        body = self._packed[packed] if packed in self._packed else await asyncio.to_thread(self._pack, path, encoding)
        headers |= {"content-encoding": encoding, "content-length": str(len(body))}
        told = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": told})
        await send({"type": "http.response.body", "body": body})

    def _pack(self, path: str, encoding: str) -> bytes:
        return self._packed.setdefault((path, encoding), pack(Path(path).read_bytes(), encoding))


def _is_packed(headers: Mapping[str, str]) -> bool:
    return bool(_TEXTS.match(headers["content-type"])) and int(headers["content-length"]) <= _MOST_BYTES


def with_static_files(application: Application) -> Application:
    """Files are found once; with DEBUG they are looked for at every request, so that an edit shows."""
    prefix = f"/{settings.STATIC_URL.strip('/')}/"
    served = PackedFiles(application, autorefresh=settings.DEBUG, max_age=300, add_headers_function=_add_headers)
    folders = [storage for finder in cast(list[FileSystemFinder | AppDirectoriesFinder], get_finders()) for storage in finder.storages.values()]
    # What is added later wins here; what is found first wins in Django.
    for storage in reversed(folders):
        served.add_files(storage.location, prefix=prefix + (getattr(storage, "prefix", None) or ""))
    return served


def _add_headers(headers: Any, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    # A drawing opened by itself is a page; ours run no scripts.
    headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    if _TEXTS.match(headers["Content-Type"]):
        headers["Vary"] = "Accept-Encoding"
