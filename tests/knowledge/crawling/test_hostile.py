"""A website that means harm costs the crawler a fixed share of time and memory, and leads it nowhere (PROMISES S32)."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from tests.fakes.hostile_site import HostileSite
from tests.fakes.web_sink import WebSink
from tests.knowledge.crawling.website import article
from widget.knowledge.crawling.crawl import crawl
from widget.knowledge.crawling.errors import FailingSiteError, RobotsUnreadableError
from widget.knowledge.crawling.frontier import DATED
from widget.knowledge.crawling.visiting import PAGE_BYTES, PAGE_SECONDS
from widget.lib import outbound

pytestmark = pytest.mark.promise("S32")
MEMORY = 100_000_000
# What reading a page may cost beyond the time its answer may take.
READING = 3.0


@pytest.fixture
def hostile(shop: WebSink) -> Iterator[HostileSite]:
    shop.pages["/in"] = shop.pages["/map.xml"] = article("elsewhere")
    with HostileSite(shop.url) as site:
        yield site


def crawl_alone(site: HostileSite, pages: int, seconds: float) -> dict[str, Any]:
    """In a process of its own, so that memory is its own."""
    command = [sys.executable, "-m", "tests.knowledge.crawling.alone", site.url, str(pages), str(seconds)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "chatsite.settings", "OUTBOUND_ALLOW_PRIVATE": f"127.0.0.1:{site.port}"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_hostile_site_costs_little_leads_nowhere_and_ends(
    hostile: HostileSite, shop: WebSink, full_count: Callable[[int, int], int], record_property: Callable[[str, object], None]
) -> None:
    pages, seconds = full_count(40, 300), min(PAGE_SECONDS, full_count(1, 12))
    found = crawl_alone(hostile, pages, seconds)
    measured = {"grown": found["grown"], "answer": max(found["answers"].values()), "work": max(found["work"].values()), "seconds": found["seconds"]}
    record_property("measured", measured)
    assert found["ended"] == "whole" and found["pieces"] > 0 and shop.connections == 0
    assert found["grown"] <= MEMORY, measured
    assert PAGE_SECONDS + READING <= 15 and PAGE_BYTES <= 5_000_000
    assert measured["answer"] <= seconds + READING and measured["work"] <= READING, measured
    # Every trap was entered and left by its own door.
    code = found["skipped"]
    assert {code[path] for path in ("/endless", "/bomb", "/bomb-of-tags", "/million-links", "/line", "/map-endless.xml", "/map-many.xml")} == {"too_large"}
    assert {code[path] for path in ("/slow", "/slow-head")} == {"too_slow"}
    assert {code[path] for path in ("/loop", "/ever/x")} == {"redirects"} and code["/map-entities.xml"] == "bad_sitemap"
    assert code["/off-site"] == code["/map-away.xml"] == "off_site" and code["/links-that-fit"] == "too_many_links"
    assert all(code.get(path) in ("cut", "no_text", "duplicate", None) for path in hostile.rooms if "that-fit" in path and "links" not in path)
    assert len(hostile.paths) <= pages + 60 + 10


@pytest.mark.parametrize("room", ["/endless", "/bomb", "/bomb-of-tags"])
def test_a_hostile_robots_txt_lets_nobody_in(hostile: HostileSite, room: str) -> None:
    hostile.rooms["/robots.txt"] = hostile.rooms[room]
    fetch = partial(outbound.fetch, allow_private=[f"127.0.0.1:{hostile.port}"])
    with pytest.raises(RobotsUnreadableError):
        list(crawl(hostile.url, {}, fetch, wait=lambda seconds: None))
    assert hostile.paths == ["/robots.txt"]


def test_a_site_whose_pages_are_all_slow_is_left_after_a_few(hostile: HostileSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("widget.knowledge.crawling.visiting.PAGE_SECONDS", 0.2)
    hostile.rooms.update({path: hostile.rooms["/slow"] for path in hostile.rooms if path not in ("/", "/robots.txt")})
    fetch = partial(outbound.fetch, allow_private=[f"127.0.0.1:{hostile.port}"])
    with pytest.raises(FailingSiteError):
        list(crawl(hostile.url, {}, fetch, wait=lambda seconds: None))


def test_a_maze_ends_at_the_limit_of_pages(hostile: HostileSite) -> None:
    hostile.rooms = {path: room for path, room in hostile.rooms.items() if path in ("/maze/", "/calendar")}
    fetch = partial(outbound.fetch, allow_private=[f"127.0.0.1:{hostile.port}"])
    reads = list(crawl(f"{hostile.url}/maze/a", {"pages": "50"}, fetch, wait=lambda seconds: None))
    assert len(hostile.paths) == 52 and len(reads) < 50 + 1_002
    hostile.paths.clear()
    list(crawl(f"{hostile.url}/calendar", {"pages": "500"}, fetch, wait=lambda seconds: None))
    assert len(hostile.paths) <= 3 + 2 * DATED
