"""A website as a source: its pages answer, follow the website from reading to reading, and stay when it is ill."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fakes.web_sink import Page, WebSink
from tests.knowledge.crawling.website import article
from tests.knowledge.reading_sources import answers, entries_of, make_source, own_folder, read
from widget.knowledge.models import Source

__all__ = ["own_folder"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


@pytest.fixture
def shop(settings: Any) -> Iterator[WebSink]:
    with WebSink() as sink:
        settings.OUTBOUND_ALLOW_PRIVATE = [f"127.0.0.1:{sink.port}"]
        sink.pages["/"] = article("Toko", "/garansi", "/retur")
        sink.pages["/garansi"] = article("Garansi", more="<p>Garansi mesin jahit dua tahun.</p>")
        sink.pages["/retur"] = article("Retur", more="<p>Retur barang rusak empat belas hari.</p>")
        yield sink


@pytest.fixture
def website(shop: WebSink) -> Callable[[], Source]:
    """Politeness costs a fifth of a second a page here."""
    return lambda: make_source(kind=Source.Kind.WEBSITE, address=shop.url, options={"rest": "0.2"})


def test_what_a_website_says_answers_and_follows_it(shop: WebSink, website: Callable[[], Source]) -> None:
    source = website()
    run = read(source)
    assert (run.state, run.visited, run.taken, run.error) == ("done", 3, 3, "") and source.generation == run.generation
    assert [key for _, key in entries_of(source)] == ["/#Toko", "/garansi#Garansi", "/retur#Retur"]
    assert "dua tahun" in answers(source, "garansi mesin jahit berapa lama?")[0]

    again = read(source)
    assert again.unchanged and source.generation == run.generation

    shop.pages["/garansi"] = article("Garansi", more="<p>Garansi mesin jahit lima tahun.</p>")
    del shop.pages["/retur"]
    changed = read(source)
    assert source.generation == changed.generation and not changed.unchanged
    assert "lima tahun" in answers(source, "garansi mesin jahit berapa lama?")[0]
    assert not [text for text in answers(source, "retur barang rusak") if "empat belas" in text]
    assert list(changed.findings.values_list("place", "code")) == [(f"{shop.url}/retur", "status_404")]


def test_a_website_that_is_ill_leaves_what_was_read(shop: WebSink, website: Callable[[], Source]) -> None:
    source = website()
    read(source)
    shop.pages["/garansi"] = shop.pages["/retur"] = Page(503)
    partly = read(source)
    assert partly.unchanged and "dua tahun" in answers(source, "garansi mesin jahit berapa lama?")[0]
    shop.pages["/robots.txt"] = Page(500)
    failed = read(source)
    assert (failed.state, failed.error) == ("failed", "robots_unreadable") and "robots.txt" in failed.sentence
    assert "dua tahun" in answers(source, "garansi mesin jahit berapa lama?")[0]
