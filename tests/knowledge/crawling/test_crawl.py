"""crawling/crawl.py over a real website on loopback: what is taken, what is skipped and why, and what a second visit costs."""

import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.web_sink import Page, WebSink
from tests.knowledge.crawling.website import FILLING, HTML, allowed, article, html, paths, skipped, titles, visit
from widget.knowledge.crawling.crawl import Limits, Progress, crawl, limits_of
from widget.knowledge.crawling.errors import (
    BadAddressError,
    CrawlingError,
    ElsewhereError,
    FailingSiteError,
    NothingReadableError,
    RefusedByRobotsError,
    RobotsUnreadableError,
    UnreachableSiteError,
)
from widget.knowledge.reading.errors import ReadingError
from widget.knowledge.reading.piece import Piece, Skipped

LONG = "/" + "x" * 600


def robots(text: str) -> Page:
    return Page(200, {"content-type": "text/plain"}, text.encode())


def sitemap(*addresses: str, index: bool = False) -> Page:
    kind, whole = ("sitemap", "sitemapindex") if index else ("url", "urlset")
    entries = "".join(f"<{kind}><loc>{address}</loc></{kind}>" for address in addresses)
    return Page(200, {"content-type": "application/xml"}, f"<{whole}>{entries}</{whole}>".encode())


def test_pages_are_found_by_links_and_sitemap_near_ones_first(shop: WebSink) -> None:
    shop.pages.update({f"/{name}": article(name) for name in ("listed", "child", "grandchild")})
    shop.pages["/"] = article("Toko", "/child")
    shop.pages["/child"] = article("child", "/grandchild", "/")
    shop.pages["/sitemap.xml"] = sitemap(f"{shop.url}/listed", f"{shop.url}/child")
    reads = visit(shop)
    assert titles(reads) == ["Toko", "child", "listed", "grandchild"]
    assert paths(shop) == ["/robots.txt", "/", "/sitemap.xml", "/child", "/listed", "/grandchild"]


def test_every_page_that_is_not_taken_says_why(shop: WebSink) -> None:
    shop.pages["/robots.txt"] = robots("User-agent: *\nDisallow: /private")
    links = (
        "/private", "/gone", "/broken", "/empty", "/unlisted", "/copy", "/picture", "/a.pdf",
        "/cart", "/moved", "/away", "/loop", "http://lain.example/", LONG,
    )  # fmt: skip
    shop.pages["/"] = article("Toko", *links)
    shop.pages["/gone"], shop.pages["/broken"] = Page(410), Page(500)
    shop.pages["/empty"], shop.pages["/unlisted"] = html(""), html(f"<p>{FILLING}</p>", head='<meta name="robots" content="noindex">')
    shop.pages["/copy"] = shop.pages["/"]
    shop.pages["/picture"] = Page(200, {"content-type": "image/png"}, b"\x89PNG")
    shop.pages["/moved"], shop.pages["/away"] = Page(301, {"location": "/gone"}), Page(302, {"location": "http://lain.example/"})
    shop.pages["/loop"] = Page(302, {"location": "/loop"})
    reads = visit(shop)
    found = skipped(reads, shop)
    assert titles(reads) == ["Toko"]
    assert found.pop(LONG) == "trap"
    assert found == {
        "/private": "robots", "/gone": "status_410", "/broken": "status_500", "/empty": "no_text",
        "/unlisted": "noindex", "/copy": "duplicate", "/picture": "not_html",
        "/a.pdf": "not_html", "/cart": "no_page", "/moved": "status_410", "/away": "off_site", "/loop": "redirects", "http://lain.example/": "off_site",
    }  # fmt: skip
    assert "/private" not in paths(shop) and "/a.pdf" not in paths(shop)


def test_a_page_is_taken_once_under_the_address_it_gives_itself(shop: WebSink) -> None:
    def product(more: str, canonical: str, name: str = "Kaos merah") -> Page:
        return html(f"<main><h1>{name}</h1><p>{name} {FILLING} {more}</p></main>", name, f'<link rel="canonical" href="{canonical}">')

    shop.pages["/"] = article("Toko", "/koleksi/kaos", "/produk/kaos", "/diskon/kaos", "/tema?x=1", "/tema/lain")
    shop.pages["/koleksi/kaos"], shop.pages["/diskon/kaos"] = product("a", "/produk/kaos"), product("b", "/produk/kaos")
    shop.pages["/produk/kaos"] = product("c", "/produk/kaos")
    # Themes that name one address on pages that have nothing in common.
    shop.pages["/tema"], shop.pages["/tema/lain"] = product("d", "/tema", "Tema"), product("e", "/tema", "Lain sekali")
    reads = visit(shop)
    assert {piece.key: piece.url for piece in reads if isinstance(piece, Piece)} == {
        "/#Toko": f"{shop.url}/",
        "/produk/kaos#Kaos merah": f"{shop.url}/produk/kaos",
        "/tema#Tema": f"{shop.url}/tema",
        "/tema/lain#Lain sekali": f"{shop.url}/tema/lain",
    }
    assert skipped(reads, shop) == {"/diskon/kaos": "duplicate"}


def test_at_most_so_many_pages_are_visited_and_the_others_named(shop: WebSink) -> None:
    shop.pages["/"] = article("Toko", *(f"/{number}" for number in range(20)))
    shop.pages.update({f"/{number}": article(f"Nomor {number}") for number in range(20)})
    reads = visit(shop, options={"pages": "5"})
    assert len(titles(reads)) == 5 and list(skipped(reads, shop).values()) == ["page_limit"] * 16
    assert len([path for path in paths(shop) if path not in ("/robots.txt", "/sitemap.xml")]) == 5


def test_only_a_part_of_the_site_is_read_where_the_owner_says_so(shop: WebSink) -> None:
    shop.pages["/"] = article("Toko", "/bantuan/a", "/blog/b", "/bantuan/pindah")
    shop.pages["/bantuan/a"], shop.pages["/blog/b"] = article("a"), article("b")
    shop.pages["/bantuan/pindah"] = Page(302, {"location": "/blog/b"})
    reads = visit(shop, options={"below": "/bantuan/"})
    assert titles(reads) == ["Toko", "a"] and skipped(reads, shop) == {"/blog/b": "outside", "/bantuan/pindah": "outside"}


def test_progress_is_told_after_each_page_and_a_stop_ends_it_between_two(shop: WebSink) -> None:
    shop.pages["/"] = article("Toko", "/1", "/2", "/3")
    shop.pages.update({f"/{number}": article(f"Nomor {number}") for number in range(1, 4)})
    told: list[Progress] = []
    reads = visit(shop, on_page=told.append)
    assert [(progress.visited, progress.taken, progress.waiting) for progress in told] == [(1, 1, 3), (2, 2, 2), (3, 3, 1), (4, 4, 0)]
    told.clear()
    reads = visit(shop, on_page=told.append, is_stopped=lambda: len(told) >= 2)
    assert titles(reads) == ["Toko", "Nomor 1"] and not skipped(reads, shop)


# -- a second visit ---------------------------------------------------------------------------------------------------------
def test_a_page_that_did_not_change_is_not_sent_again(shop: WebSink, tmp_path: Path) -> None:
    memory = tmp_path / "pages"
    shop.pages["/"] = article("Toko", "/tagged", "/dated", "/plain")
    shop.pages.update({f"/{name}": article(name) for name in ("tagged", "dated", "plain")})
    shop.pages["/tagged"] = Page(200, {**HTML, "etag": 'W/"1"'}, shop.pages["/tagged"].body)
    shop.pages["/dated"] = Page(200, {**HTML, "last-modified": "Sun, 01 Nov 2026 10:00:00 GMT"}, shop.pages["/dated"].body)
    first = visit(shop, memory=memory)
    shop.pages["/tagged"] = shop.pages["/dated"] = Page(304)
    shop.requests.clear()
    assert visit(shop, memory=memory) == first and len(titles(first)) == 4
    sent = {seen.path: seen.headers for seen in shop.requests}
    assert (sent["/tagged"]["if-none-match"], sent["/dated"]["if-modified-since"]) == ('W/"1"', "Sun, 01 Nov 2026 10:00:00 GMT")
    assert not {"if-none-match", "if-modified-since"} & sent["/plain"].keys()
    assert memory.stat().st_mode & 0o077 == 0


def test_a_page_that_did_not_change_is_not_read_again(shop: WebSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.pages["/"], shop.pages["/a"] = article("Toko", "/a"), article("a")
    first = visit(shop, memory=tmp_path / "pages")
    read: list[str] = []
    monkeypatch.setattr("widget.knowledge.crawling.crawl.read_page", lambda address, *_, **__: read.append(address) or pytest.fail("read"))
    with pytest.raises(pytest.fail.Exception):
        visit(shop)
    read.clear()
    assert visit(shop, memory=tmp_path / "pages") == first and read == []


def test_what_changed_is_new_and_what_is_gone_is_gone(shop: WebSink, tmp_path: Path) -> None:
    memory = tmp_path / "pages"
    shop.pages["/"] = article("Toko", "/changed", "/gone", "/unlinked", "/ill")
    shop.pages.update({f"/{name}": article(name) for name in ("changed", "gone", "unlinked", "ill")})
    visit(shop, memory=memory)
    shop.pages["/"], shop.pages["/changed"], shop.pages["/ill"] = (
        article("Toko", "/changed", "/gone", "/ill"),
        article("changed", more="<p>Baru!</p>"),
        Page(503),
    )
    del shop.pages["/gone"]
    reads = visit(shop, memory=memory)
    # A page that is only ill for the moment keeps what it said.
    assert titles(reads) == ["Toko", "changed", "ill"] and "Baru!" in [read.text for read in reads if isinstance(read, Piece)][1]
    assert {(skip.place.removeprefix(shop.url), skip.code, skip.detail) for skip in reads if isinstance(skip, Skipped)} == {
        ("/gone", "status_404", ""),
        ("/ill", "status_503", "kept"),
    }
    shop.pages["/"] = article("Toko", "/changed", "/unlinked")
    shop.pages["/unlinked"] = Page(503)
    assert "unlinked" not in titles(visit(shop, memory=memory))


@pytest.mark.parametrize("damage", [b"", b"this is no database", b"SQLite format 3\x00" + b"\xff" * 4_000])
def test_a_damaged_memory_means_only_reading_everything_again(shop: WebSink, tmp_path: Path, damage: bytes) -> None:
    shop.pages["/"] = article("Toko", "/a")
    shop.pages["/a"] = article("a")
    (tmp_path / "pages").write_bytes(damage)
    assert visit(shop, memory=tmp_path / "pages") == visit(shop) == visit(shop, memory=tmp_path / "pages")


@pytest.mark.promise("R46")
def test_a_crawl_killed_anywhere_is_done_again_as_if_nothing_had_been(shop: WebSink, tmp_path: Path, full_count: Callable[[int, int], int]) -> None:
    shop.pages = {f"/{number}": article(f"Halaman {number}", f"/{2 * number + 1}", f"/{2 * number + 2}") for number in range(30)}
    shop.pages["/"] = shop.pages["/0"]
    whole, chance, ticks = visit(shop), random.Random("R46"), threading.Event()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "chatsite.settings", "OUTBOUND_ALLOW_PRIVATE": f"127.0.0.1:{shop.port}"}
    for _ in range(full_count(2, 100)):
        shop.requests.clear()
        last = chance.randint(1, 33)
        command = [sys.executable, "-m", "tests.knowledge.crawling.alone", shop.url, "100", "12", str(tmp_path / "pages")]
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as child:
            while len(shop.requests) < last and child.poll() is None:
                ticks.wait(0.001)
            child.kill()
        assert visit(shop, memory=tmp_path / "pages") == whole
        if chance.random() < 0.5:
            (tmp_path / "pages").unlink()


# -- what makes the whole visit worth nothing ---------------------------------------------------------------------------------
@pytest.mark.parametrize("address", ["", "http://", "ftp://toko.example/", "javascript:alert(1)", "http://a:b@toko.example/", "halo dunia"])
def test_what_is_no_address_of_a_website_is_refused_with_a_sentence(address: str) -> None:
    def fetch(*_: Any, **__: Any) -> Any:
        raise AssertionError("asked")

    with pytest.raises(BadAddressError) as refused:
        list(crawl(address, {}, fetch))
    assert isinstance(refused.value, ReadingError) and "https://example.com" in refused.value.sentence


@pytest.mark.parametrize("page", [Page(404), Page(500), Page(200, {"content-type": "text/html", "content-encoding": "br"}, b"x"), Page(301, {"location": "/"})])
def test_a_first_page_that_cannot_be_read_ends_it(shop: WebSink, page: Page) -> None:
    shop.pages["/"] = page
    with pytest.raises(UnreachableSiteError):
        visit(shop)


def test_a_site_that_leads_elsewhere_or_lets_nobody_in_ends_it(shop: WebSink) -> None:
    shop.pages["/"] = Page(301, {"location": "http://lain.example/"})
    with pytest.raises(ElsewhereError, match=r"lain\.example"):
        visit(shop)
    shop.pages["/robots.txt"] = robots("User-agent: Kanal\nDisallow: /")
    with pytest.raises(RefusedByRobotsError):
        visit(shop)
    shop.pages["/robots.txt"], shop.pages["/"] = Page(404), html("<nav>x</nav>")
    with pytest.raises(NothingReadableError):
        visit(shop)


@pytest.mark.parametrize("page", [Page(500), Page(503), Page(429), Page(200, {"content-encoding": "br"}, b"x")])
def test_robots_txt_that_cannot_be_read_means_wait(shop: WebSink, page: Page) -> None:
    shop.pages["/"], shop.pages["/robots.txt"] = article("Toko"), page
    with pytest.raises(RobotsUnreadableError) as waits:
        visit(shop)
    assert waits.value.retryable and "/" not in paths(shop)


@pytest.mark.parametrize(
    "page", [Page(404), Page(403), Page(401), Page(302, {"location": "http://lain.example/robots.txt"}), Page(302, {"location": "/robots.txt"})]
)
def test_robots_txt_that_is_not_there_means_free(shop: WebSink, page: Page) -> None:
    shop.pages["/"], shop.pages["/robots.txt"] = article("Toko"), page
    assert titles(visit(shop)) == ["Toko"]


def test_robots_txt_is_followed_where_it_moved_on_the_site(shop: WebSink) -> None:
    shop.pages["/robots.txt"], shop.pages["/r"] = Page(301, {"location": "/r"}), robots("User-agent: *\nDisallow: /a")
    shop.pages["/"], shop.pages["/a"] = article("Toko", "/a"), article("a")
    assert titles(visit(shop)) == ["Toko"]


def test_a_site_that_stops_answering_is_left_and_what_was_read_before_stays(shop: WebSink) -> None:
    shop.pages["/"] = article("Toko", *(f"/{number}" for number in range(20)))
    shop.pages.update({f"/{number}": Page(503) for number in range(20)})
    with pytest.raises(FailingSiteError) as failing:
        visit(shop)
    assert failing.value.retryable and len(paths(shop)) == 8  # robots.txt, first page, sitemap, five pages


def test_errors_of_a_crawl_have_codes_of_their_own() -> None:
    kinds = CrawlingError.__subclasses__()
    assert len({kind.code for kind in kinds}) == len(kinds) and all(kind.__doc__ != CrawlingError.__doc__ for kind in kinds)


# -- sitemaps ---------------------------------------------------------------------------------------------------------------
def test_sitemaps_that_robots_txt_names_are_followed_through_their_index(shop: WebSink) -> None:
    shop.pages["/robots.txt"] = robots(f"Sitemap: {shop.url}/index.xml\nSitemap: http://lain.example/map.xml\nSitemap: /none.xml\nSitemap: /bad.xml")
    shop.pages["/index.xml"] = sitemap("/one.xml", f"{shop.url}/index.xml", "http://lain.example/map2.xml", index=True)
    shop.pages["/one.xml"], shop.pages["/bad.xml"] = sitemap(f"{shop.url}/a", "http://lain.example/x", f"{shop.url}/cart"), html("no")
    shop.pages["/"], shop.pages["/a"] = article("Toko"), article("a")
    reads = visit(shop)
    assert titles(reads) == ["Toko", "a"]
    assert skipped(reads, shop) == {
        "http://lain.example/map.xml": "off_site", "http://lain.example/map2.xml": "off_site", "http://lain.example/x": "off_site",
        "/none.xml": "status_404", "/bad.xml": "bad_sitemap", "/cart": "no_page",
    }  # fmt: skip
    assert "/sitemap.xml" not in paths(shop)


def test_an_endless_chain_of_sitemaps_ends(shop: WebSink) -> None:
    shop.pages["/"] = article("Toko")
    shop.pages["/sitemap.xml"] = sitemap(*(f"/sitemap.xml?{number}" for number in range(500)), index=True)
    visit(shop)
    assert len(paths(shop)) == 2 + 50


# -- options ----------------------------------------------------------------------------------------------------------------
def test_options_are_read_within_bounds() -> None:
    assert limits_of({}) == limits_of({"pages": "x", "minutes": "", "rest": "nan", "below": ""}) == Limits()
    assert limits_of({"pages": "99999999", "minutes": "5", "rest": "0", "below": "bantuan"}) == Limits(5_000, 5.0, 0.2, "/bantuan")
    assert limits_of({"pages": "-3"}).pages == 1


def test_the_door_to_the_outside_is_the_only_way(shop: WebSink) -> None:
    shop.pages["/"] = article("Toko", "/a")
    asked: list[tuple[str, dict[str, Any]]] = []

    def watched(method: str, url: str, **more: Any) -> Any:
        asked.append((method, more))
        return allowed(shop)(method, url, **more)

    visit(shop, fetch=watched)
    assert len(asked) == len(shop.requests) == 4
    assert all(method == "GET" and more["follow"] is False and more["seconds"] <= 12 and more["max_bytes"] <= 5_000_000 for method, more in asked)
