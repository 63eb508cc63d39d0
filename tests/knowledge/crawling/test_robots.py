"""crawling/robots.py reads robots.txt as RFC 9309 says (its section 5 examples, and what websites write)."""

import time

import pytest

from widget.knowledge.crawling.robots import READ_BYTES, Robots, parse

RFC_SIMPLE = b"""
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""


def rules(text: str, agent: str = "kanal") -> Robots:
    return parse(text.encode(), agent)


@pytest.mark.parametrize(
    "agent, path, allowed",
    [
        ("kanal", "/a.gif", False),
        ("kanal", "/a.gif?x=1", True),
        ("kanal", "/example/x", False),
        ("kanal", "/publications/x", True),
        ("foobot", "/", False),
        ("foobot", "/example/page.html", True),
        ("foobot", "/publications/", False),
        ("barbot", "/example/page.html", False),
        ("bazbot", "/example/page.html", False),
        ("bazbot", "/example/", True),
        ("quxbot", "/example/", True),
    ],
)
def test_the_simple_example_of_the_rfc_is_read_as_it_says(agent: str, path: str, allowed: bool) -> None:
    assert parse(RFC_SIMPLE, agent).allows(path) == allowed


def test_the_longest_rule_decides_and_of_equals_the_one_that_allows() -> None:
    assert rules("User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif").allows("/example/page/x")
    assert not rules("User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif").allows("/example/page/disallowed.gif")
    assert rules("User-agent: *\nDisallow: /a\nAllow: /a").allows("/a")
    assert not rules("User-agent: *\nDisallow: /\nAllow: /$").allows("/x") and rules("User-agent: *\nDisallow: /\nAllow: /$").allows("/")


@pytest.mark.parametrize(
    "pattern, path, fits",
    [
        ("/fish", "/fish.html", True),
        ("/fish", "/Fish.asp", False),
        ("/fish*", "/fishheads/yummy.html", True),
        ("/fish/", "/fish", False),
        ("/*.php", "/folder/filename.php?x", True),
        ("/*.php$", "/filename.php", True),
        ("/*.php$", "/filename.php?x", False),
        ("/*.php$", "/filename.php/x.php", True),
        ("/fish*.php", "/fishheads/catfish.php?x", True),
        ("/*a*b$", "/xab", True),
        ("/*a*b$", "/xba", False),
        ("/a*a$", "/a", False),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https%3a%2f%2ffoo.bar", True),
        ("/ツ", "/%E3%83%84", True),
        ("/%62%61%7A", "/baz", True),
        ("*", "/x", True),
        ("/a**b", "/a1b", True),
    ],
)
def test_patterns_fit_octet_by_octet(pattern: str, path: str, fits: bool) -> None:
    assert rules(f"User-agent: *\nDisallow: {pattern}").allows(path) != fits


def test_our_own_group_stands_before_that_for_everybody_and_counts_wherever_it_stands() -> None:
    text = "User-agent: Kanal/1.0\nDisallow: /a\n\nUser-agent: *\nDisallow: /b\n\nUser-agent: other\nuser-agent: KANAL\nDisallow: /c\n"
    found = rules(text)
    assert [found.allows(path) for path in ("/a", "/b", "/c")] == [False, True, False]
    assert rules("User-agent: kanalisasi\nDisallow: /").allows("/")


def test_rules_before_any_group_empty_rules_and_noise_say_nothing() -> None:
    found = rules("Disallow: /\n<html>404</html>\nUser-agent: *\nDisallow:\nNoindex: /x\nDisallow /y\n# Disallow: /z\nDisallow: /q # why\n")
    assert [found.allows(path) for path in ("/", "/x", "/y", "/z")] == [True] * 4 and not found.allows("/q")
    assert parse(b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /a\r").allows("/a") is False
    assert parse(b"\xff\xfe\x00").allows("/") and rules("User-agent: *\nDisallow: /").allows("/robots.txt")


def test_the_delay_and_the_sitemaps_are_read() -> None:
    found = rules("Sitemap: https://toko.example/a.xml\nUser-agent: *\nCrawl-delay: 2.5\nDisallow: /x\nSitemap: /b.xml\nUser-agent: other\nCrawl-delay: 9")
    assert (found.delay, found.sitemaps) == (2.5, ("https://toko.example/a.xml", "/b.xml"))
    assert [rules(f"User-agent: *\nCrawl-delay: {said}").delay for said in ("x", "-1", "inf", "nan", "")] == [None] * 5


def test_a_hostile_file_costs_no_time() -> None:
    pattern = "/" + "*a" * 1_000 + "b"
    found = rules(f"User-agent: *\nDisallow: {pattern}\n")
    started = time.monotonic()
    assert found.allows("/" + "a" * 100_000)
    assert time.monotonic() - started < 1
    assert parse(b"User-agent: *\n" + b"#" * READ_BYTES + b"\nDisallow: /").allows("/")
