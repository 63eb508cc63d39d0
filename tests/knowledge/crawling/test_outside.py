"""The sinks crawler, robots.txt and sitemap reach the website and nothing else (PROMISES S29 to S31)."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from typing import Any

import pytest

from tests.fakes.web_sink import Page, WebSink
from tests.knowledge.crawling.website import article, html, paths, skipped, titles, visit
from tests.lib.test_outbound import HOSTILE, stub_resolver
from widget.knowledge.crawling.crawl import crawl
from widget.knowledge.crawling.errors import CrawlingError
from widget.lib import outbound

FORMS = sorted(set(HOSTILE))


def door(shop: WebSink) -> Any:
    """Opened for the shop; names are those of the table, none is looked for in the network."""
    return partial(outbound.fetch, allow_private=[f"127.0.0.1:{shop.port}"], resolver=stub_resolver)


def aimed(form: str, inside: WebSink) -> str:
    return form.format(port=inside.port)


def header(address: str) -> str:
    """As it can stand in a header's line."""
    return address.encode().decode("latin-1")


@pytest.mark.promise("S29")
@pytest.mark.parametrize("form", FORMS)
def test_no_private_address_can_be_crawled(inside: WebSink, form: str) -> None:
    inside.pages["/"] = article("inside")
    with pytest.raises(CrawlingError):
        list(crawl(aimed(form, inside), {}, partial(outbound.fetch, resolver=stub_resolver), wait=lambda seconds: None))
    assert inside.connections == 0


@pytest.mark.promise("S29")
def test_no_link_and_no_sitemap_leads_to_a_private_address(shop: WebSink, inside: WebSink) -> None:
    inside.pages["/"] = article("inside")
    addresses = [aimed(form, inside) for form in FORMS]
    quoted = [address.replace("&", "&amp;").replace('"', "%22") for address in addresses]
    anchors = "".join(f'<a href="{address}">x</a><link rel="next" href="{address}">' for address in quoted)
    refresh = "".join(f'<meta http-equiv="refresh" content="0; url={address}">' for address in quoted)
    shop.pages["/"] = html(f"<p>Kami menjual kaos dan celana.</p>{anchors}", head=f'{refresh}<link rel="canonical" href="http://127.0.0.1:{inside.port}/">')
    shop.pages["/robots.txt"] = Page(200, {}, "\n".join(f"Sitemap: {address}" for address in (*addresses, "/map.xml", "/index.xml")).encode())
    shop.pages["/map.xml"] = Page(200, {}, f"<urlset>{''.join(f'<url><loc>{address}</loc></url>' for address in quoted)}</urlset>".encode())
    shop.pages["/index.xml"] = Page(
        200, {}, f"<sitemapindex>{''.join(f'<sitemap><loc>{address}</loc></sitemap>' for address in quoted)}</sitemapindex>".encode()
    )
    assert len(titles(visit(shop, fetch=door(shop)))) == 1
    assert inside.connections == 0 and {"/map.xml", "/index.xml"} <= set(paths(shop)) and len(FORMS) >= 45


@pytest.mark.promise("S29", "S31")
@pytest.mark.parametrize("form", FORMS)
def test_no_redirect_of_page_robots_or_sitemap_leads_to_a_private_address(shop: WebSink, inside: WebSink, form: str) -> None:
    inside.pages["/"] = article("inside")
    away = Page(302, {"location": header(aimed(form, inside))})
    for moved in ("/", "/a", "/robots.txt", "/sitemap.xml"):
        shop.pages = {"/": article("Toko", "/a"), "/a": article("a"), moved: away}
        with suppress(CrawlingError):
            assert "inside" not in titles(visit(shop, fetch=door(shop)))
    assert inside.connections == 0


class Listener:
    """A door that should stay closed: counts who knocks."""

    def __init__(self, address: str, port: int) -> None:
        self._socket = socket.create_server((address, port))
        self._socket.setblocking(False)

    def knocks(self) -> int:
        for number in count():
            try:
                self._socket.accept()[0].close()
            except BlockingIOError:
                return number
        return 0

    def close(self) -> None:
        self._socket.close()


@contextmanager
def listening(address: str, port: int) -> Iterator[Listener]:
    listener = Listener(address, port)
    try:
        yield listener
    finally:
        listener.close()


@pytest.mark.promise("S30")
def test_a_name_that_changes_its_address_between_pages_gains_nothing(
    shop: WebSink, monkeypatch: pytest.MonkeyPatch, full_count: Callable[[int, int], int]
) -> None:
    """Here 127.0.0.1 plays the public internet; after the first page every second answer of the name server is 127.0.0.3, which is inside."""
    monkeypatch.setattr(outbound, "is_public", lambda address: address == "127.0.0.1")
    rebindings = full_count(40, 200)
    shop.pages["/"] = article("Toko", *(f"/x{'y' * number}" for number in range(2 * rebindings)))
    answered: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        answered.append("127.0.0.3" if len(answered) > 2 and len(answered) % 2 else "127.0.0.1")
        return answered[-1:]

    with listening("127.0.0.3", shop.port) as inside:
        fetch = partial(outbound.fetch, resolver=rebinding)
        reads = list(crawl(f"http://rebind.example:{shop.port}/", {"pages": "5000"}, fetch, wait=lambda seconds: None))
        assert inside.knocks() == 0
        with socket.create_connection(("127.0.0.3", shop.port)):
            pass
        assert inside.knocks() == 1
    refused = [code for code in skipped(reads, shop).values() if code == "private_target"]
    assert answered.count("127.0.0.3") >= rebindings - 1 and len(refused) == answered.count("127.0.0.3")
    assert shop.connections == answered.count("127.0.0.1")


@pytest.mark.promise("S31")
def test_redirects_end_and_carry_nothing(shop: WebSink, inside: WebSink) -> None:
    shop.pages["/"] = article("Toko", "/0", "/other-scheme")
    shop.pages.update({f"/{number}": Page(302, {"location": f"/{number + 1}", "set-cookie": "a=b"}) for number in range(20)})
    shop.pages["/other-scheme"] = Page(302, {"location": "ftp://127.0.0.1/"})
    reads = visit(shop, fetch=door(shop))
    assert skipped(reads, shop) == {"/0": "redirects", "/other-scheme": "bad_url"}
    assert [path for path in paths(shop) if path[1:].isdigit()] == [f"/{number}" for number in range(6)]
    assert not [seen for seen in shop.requests if {"cookie", "authorization", "referer"} & seen.headers.keys()]
