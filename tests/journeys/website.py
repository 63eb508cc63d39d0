"""A business's own website on an origin of its own: pages with any tag, any policy and any oddity. Used by the journeys through the fixture `website`."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

LINK = '<a href="https://wa.me/6281234567890" data-kanal>Chat lewat WhatsApp</a>'


def tag(kanal: str, key: str, more: str = "", link: str = LINK) -> str:
    """What the owner pastes into the website. `more`: further attributes of the script."""
    return f'{link}<script async src="{kanal}/widget.js?site={key}" data-site="{key}"{more}></script>'


class Website:
    """Serves what is put on it. One for the whole run: its origin is what the sites allow."""

    def __init__(self) -> None:
        self._pages: dict[str, tuple[str, Mapping[str, str]]] = {}
        self._numbers = count(1)
        pages = self._pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                html, headers = pages.get(self.path, ("", {}))
                body = html.encode()
                self.send_response(200 if body else 404)
                for name, value in {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def origin(self) -> str:
        """Another host name than the chat's, so that the browser treats it as another site and not only another origin."""
        return f"http://localhost:{self._server.server_port}"

    @property
    def foreign_origin(self) -> str:
        """The same pages under a name that no site allows."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def put(self, body: str, head: str = "", **headers: str) -> str:
        """Adds a page and returns its path. Headers: `Content_Security_Policy="..."`."""
        path = f"/{next(self._numbers)}"
        start = '<!doctype html><html lang="id"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        start += f'<title>Toko Bu Sari</title><link rel="icon" href="data:,">{head}</head>'
        html = f'{start}<body><h1>Toko Bu Sari</h1><p><a href="#">Produk</a></p>{body}</body></html>'
        self._pages[path] = (html, {name.replace("_", "-"): value for name, value in headers.items()})
        return path

    def page(self, body: str, head: str = "", **headers: str) -> str:
        """Adds a page and returns its address on the allowed origin."""
        return self.origin + self.put(body, head, **headers)

    @contextmanager
    def running(self) -> Iterator["Website"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="website", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join(5)
