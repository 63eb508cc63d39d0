"""A small website on loopback and a crawl over it without pauses: for the tests beside this file."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tests.fakes.web_sink import Page, WebSink
from widget.knowledge.crawling.crawl import crawl
from widget.knowledge.reading.piece import Piece, Read, Skipped
from widget.lib import outbound

HTML = {"content-type": "text/html; charset=utf-8"}
FILLING = "Kami menjual kaos, celana dan topi sejak 2010 di Bandung, dan mengirim ke seluruh Indonesia setiap hari kerja. "


def html(body: str, title: str = "", head: str = "", language: str = "id") -> Page:
    """A page as a website sends it."""
    return Page(200, HTML, f'<!doctype html><html lang="{language}"><head><title>{title}</title>{head}</head><body>{body}</body></html>'.encode())


def article(name: str, *links: str, more: str = "") -> Page:
    """A page with a text of its own."""
    anchors = "".join(f'<a href="{link}">Baca juga halaman {number} yang berikut ini</a> ' for number, link in enumerate(links))
    return html(f"<main><h1>{name}</h1><p>{name}: {FILLING}</p>{more}</main><p>{anchors}</p>", f"{name} | Toko Budi")


def allowed(*sinks: WebSink) -> Any:
    """The door to the outside, opened for these only."""
    return partial(outbound.fetch, allow_private=[f"127.0.0.1:{sink.port}" for sink in sinks])


def visit(sink: WebSink, path: str = "/", options: Mapping[str, str] | None = None, memory: Path | None = None, **more: Any) -> list[Read]:
    more.setdefault("fetch", allowed(sink))
    return list(crawl(f"{sink.url}{path}", options or {}, memory=memory, wait=more.pop("wait", lambda seconds: None), **more))


def titles(reads: Sequence[Read]) -> list[str]:
    return [read.title for read in reads if isinstance(read, Piece)]


def skipped(reads: Sequence[Read], sink: WebSink) -> dict[str, str]:
    """Why each was skipped, by path."""
    return {read.place.removeprefix(sink.url): read.code for read in reads if isinstance(read, Skipped)}


def paths(sink: WebSink) -> list[str]:
    return [seen.path for seen in sink.requests]
