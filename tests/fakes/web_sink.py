"""A small website on loopback that counts who comes and answers as told: for what fetches (lib/outbound.py, crawlers, webhooks).

with WebSink() as sink:                        # `with WebSink(tls=(certificate file, key file))` speaks TLS and remembers `sink.names` asked for
    sink.pages["/path"] = Page(200, {"location": "/x"}, b"body")      # others get 404; `Page.pieces` are written with `Page.pause` seconds between
    sink.url, sink.port, sink.connections, sink.requests -> [Seen(method, path, headers, body)]
"""

import socketserver
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any


@dataclass(frozen=True)
class Page:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    pieces: tuple[bytes, ...] = ()
    pause: float = 0.0


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def _answer(self) -> None:
        sink = self.server.sink
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        sink.requests.append(Seen(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        page = sink.pages.get(self.path.partition("?")[0], Page(404))
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        if not page.pieces:
            self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        for piece in page.pieces or (page.body,):
            self.wfile.write(piece)
            self.wfile.flush()
            if sink.stopped.wait(page.pause):
                return

    do_GET = do_POST = do_HEAD = do_PUT = _answer

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = block_on_close = True
    sink: "WebSink"

    def get_request(self) -> Any:
        connection, address = super().get_request()
        self.sink.connections += 1
        return connection, address

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.sink.tls is None:
            return super().finish_request(request, client_address)
        with self.sink.tls.wrap_socket(request, server_side=True) as wrapped:
            super().finish_request(wrapped, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave early are what the tests are about."""


class WebSink:
    """See the module's docstring."""

    def __init__(self, tls: tuple[str, str] | None = None) -> None:
        self.stopped = threading.Event()
        self.forget()
        self.tls: ssl.SSLContext | None = None
        if tls:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(*tls)
            self.tls.sni_callback = lambda _socket, name, _context: self.names.append(name)

    def forget(self) -> None:
        """As fresh as new; the port stays."""
        self.pages: dict[str, Page] = {}
        self.requests: list[Seen] = []
        self.names: list[str | None] = []
        self.connections = 0

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> "WebSink":
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.sink, self.port = self, self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
