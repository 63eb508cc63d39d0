"""A table behind an address: its columns are chosen by its first rows as those of an uploaded file, and every later reading follows the choice."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.fakes.web_sink import Page, WebSink
from tests.knowledge.reading_sources import answers, own_folder, read
from tests.knowledge.source_pages import add, page
from widget.knowledge.models import Run, Source
from widget.knowledge.sources import attempt

__all__ = ["own_folder"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
TABLE = "Tanya pelanggan,Balasan,Kat\nOngkir ke Makassar?,Mulai Rp 38.000.,kirim\nBisa COD?,Bisa untuk Jawa.,bayar\n"
PRODUCTS = "Barang,Rp,Sisa\nTopi Rimba,45000,3\nKaos Polos,60000,0\n"
FEED = "id\ttitle\tprice\tavailability\tlink\n1\tTopi Rimba\t45000 IDR\tin_stock\thttps://toko.example/1\n"


@pytest.fixture
def shop(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebSink]:
    """Open to this process and to its child processes."""
    with WebSink() as sink:
        settings.OUTBOUND_ALLOW_PRIVATE = [f"127.0.0.1:{sink.port}"]
        monkeypatch.setenv("OUTBOUND_ALLOW_PRIVATE", f"127.0.0.1:{sink.port}")
        yield sink


def columns_of(source: Source) -> str:
    return reverse("admin:widget_source_columns", args=[source.pk])


def test_a_table_behind_an_address_is_mapped_by_its_first_rows_and_read_again_like_that(owner: Client, shop: WebSink) -> None:
    shop.pages["/pub"] = Page(200, {"content-type": "text/csv; charset=utf-8"}, TABLE.encode())
    answer = add(owner, "catalogue", address=f"{shop.url}/pub?output=csv", every="daily", holds="questions")
    source = Source.objects.get()
    assert answer["Location"] == columns_of(source) and source.kind == "table" and not Run.objects.exists()
    shown = page(owner, source, "columns")
    assert "Mulai Rp 38.000." in shown and "Tanya pelanggan" in shown
    assert owner.post(columns_of(source), {"column-1": "title", "column-2": "text", "column-3": "tags"}).status_code == 302
    attempt.read_source(Run.objects.get().pk)
    assert answers(source, "ongkir ke makassar") == ["Mulai Rp 38.000."]
    shop.pages["/pub"] = Page(200, {"content-type": "text/csv"}, TABLE.replace("38.000", "41.000").encode())
    read(source)
    assert answers(source, "ongkir ke makassar") == ["Mulai Rp 41.000."]
    shop.pages["/pub"] = Page(200, {"content-type": "text/csv"}, TABLE.replace("Balasan", "Isi").encode())
    assert read(source).error == "no_columns" and answers(source, "ongkir ke makassar") == ["Mulai Rp 41.000."]


def test_a_table_of_products_whose_columns_nobody_could_guess(owner: Client, shop: WebSink) -> None:
    shop.pages["/harga.csv"] = Page(body=PRODUCTS.encode())
    add(owner, "catalogue", address=f"{shop.url}/harga.csv", every="daily", holds="products")
    source = Source.objects.get()
    assert source.kind == "catalogue" and 'value="sale_price"' in page(owner, source, "columns")
    owner.post(columns_of(source), {"column-1": "name", "column-2": "price", "column-3": "stock"})
    attempt.read_source(Run.objects.get().pk)
    assert "Rp45.000" in answers(source, "harga topi rimba berapa")[0]


def test_a_feed_that_says_what_it_holds_is_read_without_a_question(owner: Client, shop: WebSink) -> None:
    shop.pages["/feed"] = Page(200, {"content-type": "text/tab-separated-values"}, FEED.encode())
    answer = add(owner, "catalogue", address=f"{shop.url}/feed", every="daily", holds="products")
    source = Source.objects.get()
    assert answer["Location"] == reverse("admin:widget_source_change", args=[source.pk])
    attempt.read_source(Run.objects.get().pk)
    assert "Rp45.000" in answers(source, "harga topi rimba berapa")[0]
    assert "no columns to choose" in page(owner, source, "columns")


def test_what_cannot_be_fetched_is_told_in_words_and_tried_by_the_reading(owner: Client, shop: WebSink) -> None:
    add(owner, "catalogue", address=f"{shop.url}/weg.csv", every="daily", holds="questions")
    source = Source.objects.get()
    assert Run.objects.get().state == "waiting" and "The other server did not give the file" in page(owner, source, "columns")
    Source.objects.update(address="http://10.0.0.1/harga.csv")
    shown = page(owner, source, "columns")
    assert "private network" in shown and "Upload another file" not in shown
