"""crawling/sitemaps.py reads what owners' tools write, and nothing in a sitemap costs memory or reaches out."""

import gzip
from contextlib import suppress

import pytest

from widget.knowledge.crawling.sitemaps import ADDRESSES, Listed, SitemapError, read_sitemap

OPEN = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
ONE = (
    OPEN
    + """<!-- <url><loc>https://toko.example/no</loc></url> -->
<url><loc> https://toko.example/a?x=1&amp;y=2 </loc><lastmod>2026-11-02</lastmod><image:image><image:loc>https://cdn.example/a.jpg</image:loc></image:image></url>
<url><loc><![CDATA[https://toko.example/b]]></loc></url></urlset>"""
)
LISTED = [Listed("https://toko.example/a?x=1&y=2", "2026-11-02"), Listed("https://toko.example/b")]


@pytest.mark.parametrize("body", [ONE.encode(), gzip.compress(ONE.encode()), ONE.replace("UTF-8", "UTF-16").encode("utf-16"), b"\xef\xbb\xbf" + ONE.encode()])
def test_pages_are_listed_with_their_dates_and_without_their_pictures(body: bytes) -> None:
    assert read_sitemap(body) == LISTED


def test_an_index_lists_sitemaps() -> None:
    index = "<sitemapindex><sitemap><loc>https://toko.example/1.xml.gz</loc><lastmod>2026</lastmod></sitemap></sitemapindex>"
    assert read_sitemap(index.encode()) == [Listed("https://toko.example/1.xml.gz", "2026", sitemap=True)]


def test_one_address_a_line_is_a_sitemap_too() -> None:
    assert read_sitemap(b"https://toko.example/a\r\n\nhttps://toko.example/b\nnote\n") == [Listed("https://toko.example/a"), Listed("https://toko.example/b")]


def test_a_broken_sitemap_gives_what_came_before_the_break() -> None:
    assert read_sitemap(ONE.encode()[:-40]) == LISTED[:1]
    assert read_sitemap(gzip.compress(ONE.encode() + b" " * 200_000)[:-20]) == LISTED
    assert read_sitemap(ONE.replace("&amp;", "&").encode())[1:] == LISTED[1:]


@pytest.mark.parametrize("body", [b"", b"<html><body>Not found</body></html>", b"{}", b"\x1f\x8bnothing", b"\x00\x01\x02", b"<", "halo".encode("utf-16")])
def test_what_is_no_sitemap_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(SitemapError):
        read_sitemap(body)


BOMB = '<!DOCTYPE urlset [<!ENTITY a "https://toko.example/">' + "".join(
    f'<!ENTITY {name} "{("&" + before + ";") * 20}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.promise("S32")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("before", [0, 65_536 - 40 - 60, 200_000])
def test_a_bomb_of_entities_is_not_expanded(encoding: str, before: int) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>' + " " * before
    for reference in ("&i;", "&a;"):
        body = f"{head}{BOMB}]><urlset><url><loc>{reference}</loc></url><url><loc>https://toko.example/x</loc></url></urlset>".encode(encoding)
        with suppress(SitemapError):
            assert all(len(entry.address) < 100 for entry in read_sitemap(body))


@pytest.mark.promise("S32")
def test_nothing_outside_is_read_for_a_sitemap(tmp_path: object) -> None:
    secret = tmp_path / "secret"  # type: ignore[operator]
    secret.write_text("https://toko.example/secret")
    body = f'<!DOCTYPE urlset [<!ENTITY % e SYSTEM "{secret.as_uri()}"> %e;]><urlset><url><loc>x</loc></url></urlset>'
    with pytest.raises(SitemapError):
        read_sitemap(body.encode())
    included = f'<urlset xmlns:xi="http://www.w3.org/2001/XInclude"><url><loc><xi:include href="{secret.as_uri()}" parse="text"/></loc></url></urlset>'
    assert read_sitemap(included.encode()) == []


def test_more_than_the_protocol_allows_is_left() -> None:
    body = OPEN + "".join(f"<url><loc>https://toko.example/{number}</loc></url>" for number in range(ADDRESSES + 500)) + "</urlset>"
    assert len(read_sitemap(gzip.compress(body.encode()))) == ADDRESSES
    assert len(read_sitemap(("https://toko.example/x\n" * (ADDRESSES + 500)).encode())) == ADDRESSES
