"""A website on loopback that wants to keep a crawler for ever, fill its memory or lead it astray (PROMISES S32).

with HostileSite(elsewhere) as site:      # `elsewhere`: the address of another site, to which links and redirects lead
    site.url, site.paths (what was asked for), site.ROOMS (paths of the traps; what each does stands in `_rooms`)

`python -m tests.fakes.hostile_site` serves one until Enter, to look at.
"""

import gzip
import socketserver
import threading
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any

_BOMBS = (b"\0", b"<p>x", b"<urlset><url><loc>/x</loc></url>")
_TEXT = b"Kami menjual kaos, celana dan topi sejak 2010 di Bandung, dan mengirim ke seluruh Indonesia. "
_FITS = 4_900_000
_ENTITIES = b"".join(b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 30) for letter in b"bcdefghij")
_DOCTYPE = b'<!DOCTYPE html [<!ENTITY a "kaos kaos kaos kaos">' + _ENTITIES + b"]>"


@cache
def _bomb(pattern: bytes) -> bytes:
    """100 kB that become 100 MB."""
    return gzip.compress(pattern * (100_000_000 // len(pattern)), 6)


def _for_ever(piece: bytes) -> Iterator[bytes]:
    while True:
        yield piece


def _page(body: bytes) -> bytes:
    return b"<!doctype html><html><head><title>Toko</title></head><body><h1>Toko</h1>" + body


def _filled(piece: bytes) -> bytes:
    """One page that is just small enough to be taken whole."""
    return _page(piece * (_FITS // len(piece)))


def _links(number: int) -> Iterator[bytes]:
    for start in range(0, number, 1_000):
        yield b"".join(b'<a href="/l%d">x</a>' % link for link in range(start, start + 1_000))


def _many_addresses(origin: str) -> Iterator[bytes]:
    yield b"<urlset>"
    for number in count():
        yield f"<url><loc>{origin}/s{number}</loc></url>".encode() * 10


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        site = self.server.site
        site.paths.append(self.path)
        self.close_connection = True
        path = self.path.partition("?")[0]
        for start, room in site.rooms.items():
            if path == start or (start.endswith("/") and start != "/" and path.startswith(start)):
                room(self)
                return
        self.send_error(404)

    def say(self, pieces: Iterator[bytes] | bytes, pause: float = 0.0, **headers: str) -> None:
        self.send_response(200)
        for name, value in {"content-type": "text/html", "connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        for piece in (pieces,) if isinstance(pieces, bytes) else pieces:
            self.wfile.write(piece)
            if self.server.site.closed.wait(pause) if pause else self.server.site.closed.is_set():
                return

    def lead(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def drip_head(self) -> None:
        for byte in b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nx-slow: " + b"x" * 1_000:
            self.wfile.write(bytes((byte,)))
            if self.server.site.closed.wait(1.0):
                return

    def turn_page(self) -> None:
        """A calendar: every month has a next one."""
        month = int(self.path.rpartition("=")[2]) if "=" in self.path else 0
        self.say(_page(b"<p>Bulan %d: %s</p>" % (month, _TEXT) + b"".join(b'<a href="/calendar?month=%d">x</a>' % (month + step) for step in range(-5, 6))))

    def grow(self) -> None:
        """A maze: every room has ten doors to rooms that nobody has seen."""
        here = self.path.strip("/").replace("/", "")
        doors = b"".join(f'<a href="/maze/{here[4:]}{letter}">x</a>'.encode() for letter in "abcdefghij")
        self.say(_page(f"<p>Ruang {here}: ".encode() + _TEXT + b"</p>" + doors))

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


Room = Callable[[_Handler], None]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    site: "HostileSite"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave early are what it is about."""


class HostileSite:
    """See the module's docstring."""

    def __init__(self, elsewhere: str) -> None:
        self.elsewhere = elsewhere
        self.paths: list[str] = []
        self.closed = threading.Event()
        self.rooms: dict[str, Room] = {}

    def __enter__(self) -> "HostileSite":
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.site = self
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.rooms = {**self._rooms(), **self._listed()}
        for pattern in _BOMBS:
            _bomb(pattern)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.closed.set()
        self._server.shutdown()
        self._server.server_close()

    def _rooms(self) -> dict[str, Room]:
        away = self.elsewhere.encode()
        rooms: dict[str, Room] = {
            "/endless": lambda to: to.say(_for_ever(_TEXT * 100)),
            "/bomb": lambda to: to.say(_bomb(_BOMBS[0]), content_encoding="gzip"),
            "/slow": lambda to: to.say(_for_ever(b"x"), 1.0),
            "/bomb-of-tags": lambda to: to.say(_bomb(_BOMBS[1]), content_encoding="gzip"),
            "/entities": lambda to: to.say(_DOCTYPE + _page(b"<p>&j; " + _TEXT + b"</p>")),
            "/million-links": lambda to: to.say(_links(1_000_000)),
            "/slow-head": _Handler.drip_head,
            "/links-that-fit": lambda to: to.say(_page(b"".join(_links(250_000))[:_FITS])),
            "/line": lambda to: to.say(_for_ever(b"x" * 1_000_000)),
            "/line-that-fits": lambda to: to.say(_filled(b"x")),
            "/words-that-fit": lambda to: to.say(_filled(_TEXT)),
            "/tags-that-fit": lambda to: to.say(_filled(b"<b>")),
            "/paragraphs-that-fit": lambda to: to.say(_filled(b"<p>" + _TEXT)),
            "/deep-that-fits": lambda to: to.say(_filled(b"<div>x")),
            "/cells-that-fit": lambda to: to.say(_page(b"<table>" + b"<tr><td>x" * (_FITS // 9))),
            "/tables-that-fit": lambda to: to.say(_filled(b"<table><tr><td>x")),
            "/attributes-that-fit": lambda to: to.say(_page(b"<p " + b"a=b " * (_FITS // 4) + b">x")),
            "/blanks-that-fit": lambda to: to.say(_page(b"<p>x" + b" " * _FITS + b"x")),
            "/off-site": lambda to: to.lead(f"{self.elsewhere}/in"),
            "/off-site-links": lambda to: to.say(_page(b"<p>" + _TEXT + b"".join(b'<a href="%s/%d">x</a>' % (away, number) for number in range(500)))),
            "/loop": lambda to: to.lead("/loop"),
            "/ever/": lambda to: to.lead(f"{to.path}x"),
            "/calendar": _Handler.turn_page,
            "/maze/": _Handler.grow,
        }
        links = b"".join(b'<a href="%s">x</a>' % (path + "x" if path.endswith("/") else path).encode() for path in rooms)
        return {"/": lambda to: to.say(_page(b"<p>" + _TEXT + links)), **rooms}

    def _listed(self) -> dict[str, Room]:
        named = ("/map-entities.xml", "/map-bomb.xml.gz", "/map-endless.xml", "/map-many.xml", "/map-itself.xml", "/map-away.xml", "/map-line.xml")
        head = b"<?xml version='1.0'?>"
        return {
            "/robots.txt": lambda to: to.say("\n".join(f"Sitemap: {path}" for path in named).encode(), content_type="text/plain"),
            "/map-entities.xml": lambda to: to.say(head + _DOCTYPE.replace(b"html", b"urlset") + b"<urlset><url><loc>&j;</loc></url></urlset>"),
            "/map-bomb.xml.gz": lambda to: to.say(_bomb(_BOMBS[2])),
            "/map-endless.xml": lambda to: to.say(_for_ever(b"<urlset><url>" + b" " * 10_000)),
            "/map-many.xml": lambda to: to.say(_many_addresses(self.url)),
            "/map-itself.xml": lambda to: to.say(f"<sitemapindex><sitemap><loc>{self.url}{to.path}?{len(self.paths)}</loc></sitemap></sitemapindex>".encode()),
            "/map-away.xml": lambda to: to.lead(f"{self.elsewhere}/map.xml"),
            "/map-line.xml": lambda to: to.say(head + b"<urlset><url><loc>" + b"x" * _FITS),
        }


if __name__ == "__main__":
    with HostileSite("http://127.0.0.1:9") as running:
        print(running.url)
        input()
