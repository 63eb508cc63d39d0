"""The address of a source: tried by https and http where no scheme was typed, failures in plain words, edited where it has one, tried again within a day."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.fakes.web_sink import Page, WebSink
from tests.knowledge.crawling.website import article
from tests.knowledge.reading_sources import answers, line, make_source, own_folder, read
from tests.knowledge.source_pages import add, page
from widget.knowledge.models import Run, Source
from widget.knowledge.sources import due, intake
from widget.sites.models import Site

__all__ = ["own_folder"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


@pytest.fixture
def plain(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebSink]:
    """A website that speaks http only, open to this process and its child processes."""
    with WebSink() as sink:
        settings.OUTBOUND_ALLOW_PRIVATE = [f"127.0.0.1:{sink.port}"]
        monkeypatch.setenv("OUTBOUND_ALLOW_PRIVATE", f"127.0.0.1:{sink.port}")
        sink.pages["/"] = article("Toko", more="<p>Garansi mesin jahit dua tahun.</p>")
        sink.pages["/harga.csv"] = Page(200, {"content-type": "text/csv"}, b"Pertanyaan,Jawaban\nBisa COD?,Bisa.\n")
        yield sink


def saved(source: Source) -> Source:
    source.options = {**source.options, "rest": "0.2"}
    source.save()
    return source


def fields(source: Source, **changed: object) -> dict[str, object]:
    return {"name": source.name, "address": source.address, "every": source.every, "state": source.state, **changed}


def test_an_address_without_a_scheme_is_read_by_http_where_no_https_answers(owner: Client, site: Site, plain: WebSink) -> None:
    source = saved(intake.website(site, f"127.0.0.1:{plain.port}"))
    assert source.address == f"https://127.0.0.1:{plain.port}"
    assert read(source).state == "done" and "dua tahun" in answers(source, "garansi mesin jahit berapa lama?")[0]
    assert (source.address, "guessed" in source.options) == (plain.url, False)
    assert "read with http" in page(owner, source)


def test_a_file_behind_an_address_without_a_scheme_is_fetched_like_that_too(owner: Client, plain: WebSink) -> None:
    answer = add(owner, "catalogue", address=f"127.0.0.1:{plain.port}/harga.csv", every="daily", holds="questions")
    source = Source.objects.get()
    assert answer["Location"] == reverse("admin:widget_source_columns", args=[source.pk]) and source.address.startswith("https://")
    assert "Bisa COD?" in page(owner, source, "columns")
    assert read(source).state == "done" and source.address == f"{plain.url}/harga.csv" and answers(source, "bisa cod") == ["Bisa."]


def test_where_somebody_typed_https_no_http_is_tried_and_the_reason_is_said_in_plain_words(site: Site, plain: WebSink) -> None:
    for address in ("", "/harga.csv"):
        source = saved(
            intake.website(site, f"https://127.0.0.1:{plain.port}") if not address else intake.distant_file(site, f"https://127.0.0.1:{plain.port}{address}")
        )
        run = read(source)
        assert (run.state, run.error) == ("failed", "no_tls") and "does not speak https" in run.sentence
        assert "SSL" not in run.sentence and "_ssl" not in run.sentence
    assert not plain.requests


def test_the_address_is_edited_checked_and_read_at_once(owner: Client, site: Site) -> None:
    source = make_source(site, kind="website", address="https://lama.example", every="weekly", options={"guessed": "1"})
    Source.objects.update(name="lama.example")
    source.refresh_from_db()
    change = reverse("admin:widget_source_change", args=[source.pk])
    assert "must begin with http" in owner.post(change, fields(source, address="ftp://x.example")).content.decode()
    assert "from its new address" in owner.post(change, fields(source, address="baru.example"), follow=True).content.decode()
    source.refresh_from_db()
    assert (source.address, source.name, source.options["guessed"]) == ("https://baru.example", "baru.example", "1")
    assert Run.objects.get().state == "waiting"
    assert "being read just now" in owner.post(change, fields(source, address="http://lagi.example")).content.decode()
    Run.objects.update(state="failed")
    owner.post(change, fields(source, address="http://lagi.example", name="Toko", state="off"))
    source.refresh_from_db()
    assert (source.address, source.name, source.options, Run.objects.count()) == ("http://lagi.example", "Toko", {}, 1)


def test_other_settings_are_saved_without_a_reading_and_a_file_has_no_address(owner: Client, site: Site) -> None:
    source = make_source(site, kind="website", address="https://lama.example", every="weekly")
    assert owner.post(reverse("admin:widget_source_change", args=[source.pk]), fields(source, every="daily")).status_code == 302
    file = make_source(site, [line(1)])
    assert 'name="address"' not in page(owner, file)
    assert owner.post(reverse("admin:widget_source_change", args=[file.pk]), {"name": "Lain", "state": "on"}).status_code == 302
    assert not Run.objects.exists() and set(Source.objects.values_list("name", "every")) == {("Daftar", "daily"), ("Lain", "never")}


def test_what_failed_is_tried_again_within_a_day_and_its_page_says_so(owner: Client, site: Site) -> None:
    source = make_source(site, kind="website", address="https://lama.example", every="weekly")
    for state, told, started in (("failed", True, 1), ("done", False, 0)):
        Run.objects.all().delete()
        run = Run.objects.create(source=source, state=state)
        assert ("tried again by itself within a day" in page(owner, source)) is told
        assert due.start_due() == 0
        Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(hours=23))
        assert due.start_due() == started
