"""The demo shop's page: a tiny ASGI application of its own on the next port, so that the widget is tried across origins as on a real website.

Made by `manage.py serve` and the set-up command; shows what content.py holds. It knows nothing of Django's request or of the database.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.template.loader import render_to_string

from widget.embed.demo import content
from widget.embed.shared_files import forms_of
from widget.lib.compression import accepted_encoding

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
_FOLDER = Path(__file__).parent
_FILES = {"/toko.css": "text/css; charset=utf-8", "/kawung.svg": "image/svg+xml"}
_HEADERS = {"x-content-type-options": "nosniff", "referrer-policy": "strict-origin-when-cross-origin", "vary": "accept-encoding"}
# Groups with a shelf of their own; the small ones share one.
_SHELVES = ("Batik", "Kain", "Anyaman")
_OTHER_SHELF = "Rumah dan dapur"
# The first pattern found in the slug of a product names its drawing in templates/embed/demo_art.html.
_DRAWINGS = (
    ("mug", "mug"), ("teko", "teapot"), ("cobek", "mortar"), ("talenan|sendok", "spoon"), ("mangkuk|tatakan", "bowl"), ("hampers|kotak", "gift"),
    ("lampu", "lamp"), ("cermin", "mirror"), ("wayang", "puppet"), ("bantal|sprei", "cushion"), ("tudung", "dome"), ("rinjing|keranjang", "basket"),
    ("^tas|dompet", "bag"), ("kulot|anak", "trousers"), ("rok", "skirt"), ("kemeja|sarimbit", "shirt"), ("daster|gamis|tunik|blus|outer", "dress"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """A product as the page shows it."""

    product: content.Product
    drawing: str
    tint: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """A group of products under its heading."""

    name: str
    cards: tuple[Card, ...]


def demo_application(kanal_port: int) -> Application:
    """The page for a Kanal that is reached under the same host name on `kanal_port`."""

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        elif scope["type"] == "http":
            headers = {name.decode("latin1"): value.decode("latin1") for name, value in scope["headers"]}
            await _answer(scope["method"], scope["path"], headers, kanal_port, send)

    return application


async def _answer(method: str, path: str, headers: dict[str, str], kanal_port: int, send: Any) -> None:
    host, _ = split_domain_port(headers.get("host", ""))
    if not host or not validate_host(host, settings.ALLOWED_HOSTS):
        await _send(send, 400, "text/plain", "Unknown host.", headers)
    elif method not in ("GET", "HEAD"):
        await _send(send, 405, "text/plain", "Only reading is possible here.", headers)
    elif path == "/":
        kanal = f"{host}:{kanal_port}"
        await _send(send, 200, "text/html; charset=utf-8", _page(f"http://{kanal}"), headers, {"content-security-policy": _policy(kanal)})
    elif path in _FILES:
        await _send(send, 200, _FILES[path], _file(path), headers, {"cache-control": "public, max-age=300"})
    else:
        await _send(send, 404, "text/plain", "Not found.", headers)


async def _send(send: Any, status: int, content_type: str, text: str, request: dict[str, str], more: dict[str, str] | None = None) -> None:
    encoding = accepted_encoding(request.get("accept-encoding", ""))
    data = forms_of(text).form(encoding)
    headers = _HEADERS | {"content-type": content_type, "content-length": str(len(data))} | ({"content-encoding": encoding} if encoding else {}) | (more or {})
    await send({"type": "http.response.start", "status": status, "headers": [(name.encode(), value.encode()) for name, value in headers.items()]})
    await send({"type": "http.response.body", "body": data})


def _policy(kanal: str) -> str:
    """What a careful shop would allow: itself, and the chat."""
    return (
        f"default-src 'none'; img-src 'self'; style-src 'self' http://{kanal}; script-src http://{kanal}; connect-src http://{kanal} ws://{kanal}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )


@lru_cache(maxsize=8)
def _page(kanal: str) -> str:
    asked = [answer for answer in content.answers() if answer.language == "id"]
    abroad = [answer for answer in content.answers() if answer.language == "en"]
    return render_to_string(
        "embed/demo.html",
        {
            "kanal": kanal,
            "name": content.NAME,
            "shelves": _shelves(content.products()),
            "asked": asked,
            "abroad": abroad,
            "whatsapp": content.WHATSAPP,
            "email": content.EMAIL,
        },
    )


@lru_cache(maxsize=8)
def _file(path: str) -> str:
    return (_FOLDER / path.lstrip("/")).read_text("utf-8")


def _shelves(products: Iterable[content.Product]) -> list[Shelf]:
    by_shelf: dict[str, list[Card]] = {}
    for number, product in enumerate(products):
        name = product.group if product.group in _SHELVES else _OTHER_SHELF
        by_shelf.setdefault(name, []).append(Card(product, _drawing(product.slug), number % 6))
    return [Shelf(name, tuple(cards)) for name, cards in by_shelf.items()]


def _drawing(slug: str) -> str:
    return next((name for pattern, name in _DRAWINGS if re.search(pattern, slug)), "cloth")
