"""The code of an article leads to it, however it is typed: of a feed's id, a shop's SKU, a table's column, and of every variant."""

from pathlib import Path

import pytest

from tests.knowledge.reading.taken import take, written
from tests.knowledge.reading_sources import answers, make_source, own_folder, read
from widget.knowledge.models import Source
from widget.knowledge.reading.catalogue_codes import is_code, spellings
from widget.knowledge.sources import files

__all__ = ["own_folder"]

MERCHANT = """<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>
<item><g:id>B-101</g:id><g:title>Rantai motor</g:title><g:price>90000 IDR</g:price></item>
<item><g:id>B-102</g:id><g:title>Kampas rem</g:title><g:price>45000 IDR</g:price><g:mpn>06435-KVB</g:mpn></item></channel></rss>"""
SHOPIFY = """Handle,Title,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price
kemeja,Kemeja Polos,true,Warna,Merah,KP-M-M,3,85000
kemeja,,,,Hitam,KP-M-H,2,87000
gamis,Gamis Anggun,true,Title,Default Title,GA-M,1,150000
"""
TABLE = "Kode;Nama Barang;Harga;Stok\nMT-07;Meteran 5 m;25000;4\nKR 2201;Keramik putih;61000;\nKR-2202;Keramik abu;64000;9\nGA-M;Gagang pintu;30000;1\n"


@pytest.mark.django_db
@pytest.mark.usefixtures("own_folder")
@pytest.mark.parametrize(
    ("content", "format", "question", "said"),
    [
        (MERCHANT, "merchant", "ada B-102?", "Kampas rem"),
        (MERCHANT, "merchant", "harga b102", "Kampas rem"),
        (MERCHANT, "merchant", "06435 KVB ready?", "Kampas rem"),
        (SHOPIFY, "shopify", "KP-M-H masih ada?", "- Hitam (KP-M-H): Rp87.000, tersedia, 2"),
        (SHOPIFY, "shopify", "kpmh", "- Hitam (KP-M-H): Rp87.000, tersedia, 2"),
        (SHOPIFY, "shopify", "berapa harga GA-M", "Gamis Anggun"),
        (TABLE, "catalogue", "harga KR 2201", "Keramik putih"),
        (TABLE, "catalogue", "kr2201", "Keramik putih"),
        (TABLE, "catalogue", "KR-2201", "Keramik putih"),
        (TABLE, "catalogue", "kr 2202 berapa kak", "Keramik abu"),
        (TABLE, "catalogue", "ada mt-07?", "Meteran 5 m"),
        (TABLE, "catalogue", "mt 07", "Meteran 5 m"),
        (TABLE, "catalogue", "GA-M berapa", "Gagang pintu"),
    ],
)
def test_an_article_is_found_by_its_code(content: str, format: str, question: str, said: str) -> None:
    source = make_source(kind=Source.Kind.CATALOGUE, options={"format": format})
    source.file = files.store([content.encode()])
    source.save()
    read(source)
    assert said in answers(source, question)[0]


def test_a_code_is_told_where_its_column_is_called_one(tmp_path: Path) -> None:
    assert "\nKode: MT-07." in take(written(tmp_path, "a.csv", TABLE), "catalogue").pieces[0].text
    assert "B-102" not in take(written(tmp_path, "feed.xml", MERCHANT)).pieces[1].text


def test_a_column_of_codes_beside_the_key_counts_too(tmp_path: Path) -> None:
    (piece,) = take(written(tmp_path, "a.csv", "id,sku,nama,harga\n7,MT-07,Meteran,25000\n"), "catalogue").pieces
    assert piece.key == "7" and "MT07" in piece.other_ways.split("\n") and "Kode: MT-07." in piece.text


@pytest.mark.parametrize(
    ("text", "is_one"), [("12", False), ("kaos-polos", False), ("id:12", False), ("KAOS", False), ("2201", True), ("GA-M", True), ("a1", True)]
)
def test_running_numbers_and_names_are_no_codes(text: str, is_one: bool) -> None:
    assert is_code(text) is is_one


def test_a_code_is_spelt_as_people_type_it() -> None:
    assert spellings(["KR-2201", "8991002"]).split("\n") == ["KR-2201", "KR2201", "KR 2201", "8991002"]
    assert len(spellings(f"KR-{number}" for number in range(1000))) <= 1_400
