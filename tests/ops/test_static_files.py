"""Static files leave the server packed, whole and cacheable, and only those that are the same for everybody."""

import gzip
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.contrib.staticfiles.finders import find

from widget.ops.static_files import with_static_files

SCRIPT, PICTURE = "/static/inbox/src/store.js", "/static/push/icon-192.png"
Answer = tuple[int, dict[str, str], bytes]


async def elsewhere(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"Django's"})


@pytest.fixture
async def ask() -> AsyncIterator[Any]:
    served = with_static_files(elsewhere)

    async def get(path: str, method: str = "GET", **headers: str) -> Answer:
        told: list[Mapping[str, Any]] = []

        async def send(event: Mapping[str, Any]) -> None:
            told.append(event)

        asked = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": asked}
        await served(scope, None, send)
        named = {name.decode().lower(): value.decode() for name, value in told[0]["headers"]}
        return told[0]["status"], named, b"".join(event.get("body", b"") for event in told[1:])

    yield get


def on_disk(path: str) -> bytes:
    found = find(path.removeprefix("/static/"))
    assert isinstance(found, str)
    return Path(found).read_bytes()


async def test_a_text_leaves_in_the_smallest_form_the_browser_takes(ask: Any) -> None:
    plain = on_disk(SCRIPT)
    for accepted, encoding, unpacked in (("gzip, br", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress), ("", None, bytes)):
        for _ in range(2):
            status, headers, body = await ask(SCRIPT, accept_encoding=accepted)
            assert (status, headers.get("content-encoding"), unpacked(body)) == (200, encoding, plain)
            assert headers["content-length"] == str(len(body)) and headers["vary"] == "Accept-Encoding"
            assert headers["cache-control"] == "max-age=300, public" and headers["x-content-type-options"] == "nosniff" and headers["etag"]
    assert len((await ask(SCRIPT, accept_encoding="br"))[2]) < len(plain) / 2


async def test_who_has_the_file_is_only_told_so(ask: Any) -> None:
    etag = (await ask(SCRIPT, accept_encoding="br"))[1]["etag"]
    status, headers, body = await ask(SCRIPT, accept_encoding="br", if_none_match=etag)
    assert (status, body, headers["vary"]) == (304, b"", "Accept-Encoding")


async def test_parts_heads_and_pictures_go_as_they_are(ask: Any) -> None:
    status, headers, body = await ask(SCRIPT, accept_encoding="br", range="bytes=0-9")
    assert (status, body, "content-encoding" in headers) == (206, on_disk(SCRIPT)[:10], False)
    status, headers, body = await ask(SCRIPT, "HEAD", accept_encoding="br")
    assert (status, body, "content-encoding" in headers) == (200, b"", False)
    assert (await ask(SCRIPT, "POST", accept_encoding="br"))[0] == 405
    status, headers, body = await ask(PICTURE, accept_encoding="br")
    assert (status, body, "content-encoding" in headers) == (200, on_disk(PICTURE), False)


async def test_what_is_no_static_file_is_djangos(ask: Any) -> None:
    assert await ask("/static/nothing.js", accept_encoding="br") == (404, {}, b"Django's")
    assert await ask("/admin/", accept_encoding="br") == (404, {}, b"Django's")
