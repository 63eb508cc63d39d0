"""crawling/addresses.py and frontier.py: one spelling for each page, and an end to endless websites."""

import pytest

from widget.knowledge.crawling.addresses import Site, canonical, origin_of, path_of
from widget.knowledge.crawling.frontier import DATED, NUMBERED, QUERIES_PER_PATH, Frontier

BASE = "https://toko.example/a/b.html?c=1"


@pytest.mark.parametrize(
    "href, address",
    [
        ("HTTPS://Toko.Example:443", "https://toko.example/"),
        ("http://toko.example:443/x", "http://toko.example:443/x"),
        ("c.html#top", "https://toko.example/a/c.html"),
        ("../c/./d/../e", "https://toko.example/c/e"),
        ("/../../x", "https://toko.example/x"),
        ("?page=2", "https://toko.example/a/b.html?page=2"),
        ("//lain.example/x", "https://lain.example/x"),
        ("/x?b=2&a=1&utm_source=ig&fbclid=9", "https://toko.example/x?a=1&b=2"),
        ("/x;jsessionid=99?sid=1", "https://toko.example/x"),
        ("/x?", "https://toko.example/x"),
        ("/%7Ebudi/%e2%9c%93/a b", "https://toko.example/~budi/%E2%9C%93/a%20b"),
        ("/kaos-é", "https://toko.example/kaos-%C3%A9"),
        ("https://tokó.example/", "https://xn--tok-ina.example/"),
        ("  /x\n", "https://toko.example/x"),
        ("https://toko.example./x", "https://toko.example/x"),
    ],
)
def test_a_page_has_one_spelling(href: str, address: str) -> None:
    assert canonical(href, BASE) == address
    assert canonical(address) == address


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "mailto:a@b.c", "tel:+62812", "data:text/html,x", "file:///etc/passwd", "https://user:pw@toko.example/", "https://toko.example:0/",
     "https://toko.example:99999/", "https://[::1", "https://a%00b/", "/a\\b", "ftp://toko.example/", "/a\x00b"],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_none(href: str) -> None:
    assert canonical(href, BASE) == "" == canonical("https://") == canonical("")


def test_www_and_https_are_the_same_site_and_other_hosts_and_ports_are_not() -> None:
    site = Site("https://toko.example")
    same = ["https://toko.example/", "http://toko.example/x", "https://www.toko.example/x"]
    others = ["https://blog.toko.example/", "https://toko.example.evil.example/", "https://toko.example:8443/", "https://eviltoko.example/", "http://[::1]/"]
    assert all(map(site.holds, same)) and not any(map(site.holds, others))
    assert {site.spelled(address) for address in same[1:]} == {"https://toko.example/x"}
    assert (origin_of("https://toko.example/x?y"), path_of("https://toko.example/x?y")) == ("https://toko.example", "/x?y")
    assert Site("http://127.0.0.1:8000").holds("http://127.0.0.1:8000/x") and not Site("http://127.0.0.1:8000").holds("https://127.0.0.1:8001/x")


def at(path: str) -> str:
    return f"https://toko.example{path}"


def test_near_pages_come_first_and_each_once() -> None:
    frontier = Frontier()
    for address, depth in (("/deep", 3), ("/listed", 2), ("/near", 1), ("/near2", 1), ("/near", 0)):
        assert frontier.offer(at(address), depth) == ""
    taken = [stop.address for stop in iter(frontier.take, None)]
    assert taken == [at("/near"), at("/near2"), at("/listed"), at("/deep")]
    assert frontier.offer(at("/near"), 0) == "" and frontier.take() is None


@pytest.mark.parametrize(
    "name, address, most",
    [
        ("days", "/kalender/2026/{year}-{month:02}", DATED),
        ("months in the query", "/acara?month={number}", DATED),
        ("filters", "/kaos?ukuran={number}&warna=x{number}y", QUERIES_PER_PATH),
        ("numbers", "/x/{number}", NUMBERED),
    ],
)
def test_endless_rooms_end(name: str, address: str, most: int) -> None:
    frontier = Frontier()
    for number in range(3_000):
        frontier.offer(at(address.format(number=number, year=2000 + number // 12 % 100, month=number % 12 + 1)), 1)
    assert 0 < len(frontier) <= most, name


def test_growing_paths_files_and_acts_are_not_visited() -> None:
    frontier = Frontier()
    why = {path: frontier.offer(at(path), 1) for path in (
        "/a/b/a/b/a/b/a/b", "/" + "x" * 600, "/1" * 13, "/gambar/Kaos.JPG", "/katalog.pdf", "/wp-admin/x", "/?add-to-cart=5", "/logout", "/keranjang/",
        "/blog/cara-login", "/kaos-merah", "/login-guide.html",
    )}  # fmt: skip
    assert list(why.values()) == ["trap", "trap", "trap", "not_html", "not_html", "no_page", "no_page", "no_page", "no_page", "", "", ""]


def test_a_shop_of_four_hundred_numbered_products_fits_and_what_the_owner_lists_always_does() -> None:
    frontier = Frontier()
    assert not any(frontier.offer(at(f"/produk/{number}"), 2) for number in range(NUMBERED))
    assert Frontier(numbered=NUMBERED + 1).offer(at("/produk/9999"), 2) == ""
    assert frontier.offer(at("/produk/9999"), 2) == "trap" and frontier.offer(at("/produk/10000"), 2, listed=True) == ""


def test_a_million_links_cost_a_fixed_room() -> None:
    frontier = Frontier(room=100)
    for number in range(10_000):
        frontier.offer(at(f"/{number}x"), 1, listed=True)
    assert len(frontier) == 100 and len(frontier._known) == 400 and frontier.unseen == 9_900
