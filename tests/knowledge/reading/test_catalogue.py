"""Products of every catalogue say price and stock from data, in the site's language, with variants folded into their product."""

import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.knowledge.reading.taken import Taken, take, written
from widget.knowledge.reading.catalogue_prices import Price, read_price
from widget.knowledge.reading.errors import NoColumnsError, UnknownFormatError
from widget.knowledge.reading.formats import catalogue_reader_of, reader_of


@pytest.mark.parametrize(
    ("text", "price", "indonesian", "english"),
    [
        ("Rp50.000", "50000 IDR", "Rp50.000", "Rp50,000"),
        ("Rp 50.000,00", "50000 IDR", "Rp50.000", "Rp50,000"),
        ("50000 IDR", "50000 IDR", "Rp50.000", "Rp50,000"),
        ("50000.00 IDR", "50000 IDR", "Rp50.000", "Rp50,000"),
        ("IDR 50,000", "50000 IDR", "Rp50.000", "Rp50,000"),
        ("Rp. 1.250.000,-", "1250000 IDR", "Rp1.250.000", "Rp1,250,000"),
        ("50rb", "50000 IDR", "Rp50.000", "Rp50,000"),
        ("Rp 1,5 juta", "1500000 IDR", "Rp1.500.000", "Rp1,500,000"),
        ("1,250 jt", "1250000 IDR", "Rp1.250.000", "Rp1,250,000"),
        ("1.250rb", "1250000 IDR", "Rp1.250.000", "Rp1,250,000"),
        ("50k", "50000 IDR", "Rp50.000", "Rp50,000"),
        ("50.00 USD", "50 USD", "US$50,00", "US$50.00"),
        ("$1,250.5", "1250.5 USD", "US$1.250,50", "US$1,250.50"),
        ("RM 12,90", "12.90 MYR", "RM12,90", "RM12.90"),
        ("€1.234,56", "1234.56 EUR", "€1.234,56", "€1,234.56"),
        ("12 CHF", "12 CHF", "CHF 12,00", "CHF 12.00"),
    ],
)
def test_prices_are_read_and_shown_as_people_do(text: str, price: str, indonesian: str, english: str) -> None:
    read = read_price(text, "IDR")
    amount, currency = price.split()
    assert read == Price(Decimal(amount), currency)
    assert (read.shown("id"), read.shown("en")) == (indonesian, english)


@pytest.mark.parametrize("text", ["", "0", "-5000", "hubungi kami", "50.000 - 75.000", "1.250.00", "9" * 100_000, "1" + ",1" * 40, "1e9999"])
def test_what_is_no_price_is_none(text: str) -> None:
    assert read_price(text, "IDR") is None


def taken_of(folder: Path, content: str, name: str = "products.csv", format: str = "catalogue", **options: str) -> Taken:
    return take(written(folder, name, content), format, **options)


def test_any_table_of_products_is_read_by_its_columns(tmp_path: Path) -> None:
    text = (
        "Kode;Nama Barang;Harga;Stok;Link;Foto;Keterangan;Merek\nK1;Kaos Polos;50.000;12;https://toko.example/k1;https://toko.example/k1.jpg;Katun 24s.;Rumah\n"
    )
    (piece,) = taken_of(tmp_path, text).pieces
    assert (piece.key, piece.title, piece.url, piece.language) == ("K1", "Kaos Polos", "https://toko.example/k1", "id")
    assert piece.text == "Kaos Polos.\nHarga: Rp50.000.\nStok: tersedia, 12.\nKode: K1.\nMerek: Rumah.\nKatun 24s."
    image = "https://toko.example/k1.jpg"
    assert piece.facts == {"price": "Rp50.000", "currency": "IDR", "stock": "12", "availability": "tersedia", "image": image}
    assert "Berapa harga Kaos Polos?" in piece.other_ways


def test_an_english_site_says_it_in_english(tmp_path: Path) -> None:
    (piece,) = taken_of(tmp_path, "SKU,Name,Price,Stock\nA,Mug,12.50,0\n", language="en", currency="USD").pieces
    assert piece.text == "Mug.\nPrice: US$12.50.\nStock: out of stock.\nCode: A." and piece.facts["availability"] == "out of stock"
    assert piece.other_ways.startswith("How much is Mug?")


@pytest.mark.parametrize(
    ("stock", "said"),
    [
        ("12", "tersedia, 12"),
        ("3.0", "tersedia, 3"),
        ("5 pcs", "tersedia, 5"),
        ("0", "habis"),
        ("-2", "habis"),
        ("habis", "habis"),
        ("READY", "tersedia"),
        ("PO", "bisa dipesan"),
        ("sisa 2", "tersedia, 2"),
        ("Tinggal 3 pcs", "tersedia, 3"),
    ],
)
def test_stock_is_understood_as_a_number_or_a_word(tmp_path: Path, stock: str, said: str) -> None:
    assert f"Stok: {said}" in taken_of(tmp_path, f"nama,harga,stok\nKaos,50000,{stock}\n").pieces[0].text


def test_unknown_stock_is_not_spoken_of_and_an_unread_price_is_said_as_it_is(tmp_path: Path) -> None:
    first, second, third = taken_of(tmp_path, "nama,harga,stok\nKaos,mulai 5 atau 6,-\nJasa,,mungkin\nTopi,5000,–\n").pieces
    assert first.text == "Kaos.\nHarga: mulai 5 atau 6." and second.text == "Jasa.\nHarga: silakan tanyakan." and third.text == "Topi.\nHarga: Rp5.000."


@pytest.mark.parametrize(
    "price", ["50000 - 75000", "50.000–75.000", "Rp50.000 - Rp75.000", "50rb-75rb", "50 - 75rb", "Rp 50.000 s/d 75.000", "50000 to 75000 IDR"]
)
def test_a_range_of_prices_is_said_as_one(tmp_path: Path, price: str) -> None:
    (piece,) = taken_of(tmp_path, f"nama;harga\nKaos;{price}\n").pieces
    assert piece.text == "Kaos.\nHarga: Rp50.000–Rp75.000." and piece.facts["price"] == "Rp50.000–Rp75.000"


def test_the_owner_s_mapping_of_a_workbook_is_used(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active
    for row in (["X", "Y", "Z"], ["Kaos", 75000, 4], ["Topi", 30000, 0]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    chosen = json.dumps({"name": "X", "price": "Y", "stock": "Z"})
    pieces = take(tmp_path / "a.xlsx", "catalogue", mapping=chosen).pieces
    assert [piece.facts["price"] for piece in pieces] == ["Rp75.000", "Rp30.000"]
    with pytest.raises(NoColumnsError):
        take(tmp_path / "a.xlsx", "catalogue")


def test_rows_of_one_name_with_variants_are_one_product(tmp_path: Path) -> None:
    text = "nama,warna,ukuran,harga,stok\nKaos,Merah,M,50000,3\nTopi,,,30000,1\nKaos,Merah,L,55000,0\n"
    kaos, topi = taken_of(tmp_path, text).pieces
    assert kaos.text == (
        "Kaos.\nHarga: Rp50.000 sampai Rp55.000, tergantung pilihan.\nStok: tersedia, 3.\nPilihan:\n"
        "- Merah, M: Rp50.000, tersedia, 3\n- Merah, L: Rp55.000, habis"
    )
    assert kaos.facts["price"] == "Rp50.000 – Rp55.000" and kaos.facts["stock"] == "3" and topi.title == "Topi"


FEED = """<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Toko</title>
<item><g:id>1</g:id><g:title>Kaos Polos - Merah M</g:title><g:description>&lt;p&gt;Katun &amp;amp; adem&lt;/p&gt;</g:description><g:link>https://toko.example/1</g:link>
<g:image_link>https://toko.example/1.jpg</g:image_link><g:price>50000.00 IDR</g:price><g:sale_price>40000 IDR</g:sale_price>
<g:availability>in_stock</g:availability><g:item_group_id>K</g:item_group_id><g:color>Merah</g:color><g:size>M</g:size></item>
<item><id>2</id><title><![CDATA[Topi <Rimba>]]></title><g:price>30000 IDR</g:price><g:availability>out of stock</g:availability><g:color>Hijau</g:color>
<g:sale_price>1000 IDR</g:sale_price><g:sale_price_effective_date>2020-01-01T00:00+0700/2020-02-01T00:00+0700</g:sale_price_effective_date></item>
<item><g:id>3</g:id><g:title>Kaos Polos - Hitam L</g:title><g:price>50000 IDR</g:price><g:availability>out_of_stock</g:availability>
<g:item_group_id>K</g:item_group_id><g:color>Hitam</g:color><g:size>L</g:size></item></channel></rss>"""


def test_a_merchant_feed_folds_its_groups_and_knows_which_sale_is_over(tmp_path: Path) -> None:
    path = written(tmp_path, "feed.xml", FEED)
    assert reader_of(path, "feed.xml").format == "merchant"
    kaos, topi = take(path).pieces
    assert (kaos.title, kaos.key, kaos.url) == ("Kaos Polos", "K", "https://toko.example/1")
    assert kaos.text.startswith(
        "Kaos Polos.\nHarga: Rp40.000 sampai Rp50.000, tergantung pilihan.\nStok: tersedia.\nPilihan:\n- Merah, M: Rp40.000, tersedia\n"
    )
    assert kaos.text.endswith("Katun & adem")
    assert topi.text == "Topi <Rimba>.\nHarga: Rp30.000.\nStok: habis."


def test_a_merchant_table_says_the_same(tmp_path: Path) -> None:
    head = "id\ttitle\tdescription\tlink\timage link\tprice\tsale price\tavailability\titem group id\tcolor\n"
    path = written(tmp_path, "feed.tsv", head + "1\tMug\tBlue mug.\thttps://toko.example/1\t\t50.00 USD\t45.00 USD\tin stock\t\tblue\n")
    assert reader_of(path, "feed.tsv").format == "merchant"
    (piece,) = take(path, language="en").pieces
    assert piece.text == "Mug.\nPrice: US$45.00 (was US$50.00).\nStock: in stock.\nBlue mug."


WOO = """ID,Type,SKU,Name,Published,"Short description",Description,"In stock?",Stock,"Sale price","Regular price",\
Categories,Images,Parent,"Attribute 1 name","Attribute 1 value(s)"
10,variable,KP,"Kaos Polos",1,"<p>Adem.</p>","<p>Katun 24s.</p>",1,,,,"Baju, Baju > Kaos",https://toko.example/k.jpg,,Ukuran,"M, L"
12,simple,T1,Topi,1,,,1,7,25000,30000,Topi,,,,
13,simple,T2,"Topi lama",0,,,1,7,,30000,Topi,,,,
20,variation,KP-M,"Kaos Polos - M",1,,,1,3,,50000,,,KP,Ukuran,M
21,variation,KP-L,"Kaos Polos - L",1,,,0,0,,55000,,,KP,Ukuran,L
"""


def test_woocommerce_variations_are_folded_and_drafts_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, "wc-product-export.csv", WOO)
    assert reader_of(path, path.name).format == "woocommerce"
    taken = take(path)
    kaos, topi = taken.pieces
    assert kaos.text == (
        "Kaos Polos.\nHarga: Rp50.000 sampai Rp55.000, tergantung pilihan.\nStok: tersedia, 3.\nKode: KP.\nPilihan:\n"
        "- M (KP-M): Rp50.000, tersedia, 3\n- L (KP-L): Rp55.000, habis\n"
        "Kategori: Baju.\nAdem.\n\nKatun 24s."
    )
    assert topi.text == "Topi.\nHarga: Rp25.000 (sebelumnya Rp30.000).\nStok: tersedia, 7.\nKode: T1.\nKategori: Topi."
    assert [(one.code, one.detail) for one in taken.skipped] == [("unpublished", "Topi lama")]


def test_a_variation_that_stands_before_its_product_is_folded_too(tmp_path: Path) -> None:
    head, parent, *_, medium, large = WOO.splitlines(keepends=True)
    (kaos,) = take(written(tmp_path, "wc.csv", head + medium + parent + large)).pieces
    assert kaos.title == "Kaos Polos" and kaos.text.endswith("Katun 24s.") and "- L (KP-L): Rp55.000, habis" in kaos.text


SHOPIFY = """Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,\
Variant SKU,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src,Status
kaos,Kaos Polos,<p>Katun.</p>,Rumah,Baju,katun,true,Warna,Merah,Ukuran,M,K1,3,deny,50000,60000,https://toko.example/k.jpg,active
kaos,,,,,,,,Merah,,L,K2,0,deny,50000,60000,,
kaos,,,,,,,,,,,,,,,,https://toko.example/k2.jpg,
mug,Mug,,,,,true,Title,Default Title,,,M1,0,continue,25000,,,active
draft,Draft,,,,,true,Size,S,,,D1,1,deny,1,,,draft
draft,,,,,,,,L,,,D2,1,deny,2,,,
"""


def test_shopify_variants_are_folded_into_their_product(tmp_path: Path) -> None:
    path = written(tmp_path, "products_export.csv", SHOPIFY)
    assert reader_of(path, path.name).format == "shopify"
    taken = take(path, address="https://toko.example/")
    kaos, mug = taken.pieces
    assert kaos.text == (
        "Kaos Polos.\nHarga: Rp50.000 (sebelumnya Rp60.000).\nStok: tersedia, 3.\nPilihan:\n"
        "- Merah, M (K1): Rp50.000, tersedia, 3\n- Merah, L (K2): Rp50.000, habis\nMerek: Rumah.\nKategori: Baju.\nKatun."
    )
    assert (kaos.key, kaos.url, mug.text) == (
        "kaos",
        "https://toko.example/products/kaos",
        "Mug.\nHarga: Rp25.000.\nStok: bisa dipesan dulu (pre-order).\nKode: M1.",
    )
    assert [one.detail for one in taken.skipped] == ["Draft"]


def test_keys_stay_when_prices_and_order_change(tmp_path: Path) -> None:
    before = taken_of(tmp_path, "sku,nama,harga\nA,Kaos,1000\nB,Topi,2000\n").pieces
    after = taken_of(tmp_path, "sku,nama,harga\nB,Topi,2500\nA,Kaos,1000\n").pieces
    assert {piece.key for piece in before} == {piece.key for piece in after} == {"A", "B"}


def test_a_long_description_goes_on_in_pieces_of_the_same_title(tmp_path: Path) -> None:
    first, *rest = taken_of(tmp_path, f'nama,harga,deskripsi\nKaos,50000,"{"Bahan katun yang adem. " * 300}"\n').pieces
    assert first.facts["price"] == "Rp50.000" and rest and {piece.title for piece in rest} == {"Kaos"} and not any(piece.facts for piece in rest)


def test_any_table_can_be_called_a_catalogue_and_a_letter_cannot(tmp_path: Path) -> None:
    assert catalogue_reader_of(written(tmp_path, "a.csv", "nama,harga\nKaos,5000\n"), "a.csv").format == "catalogue"
    assert catalogue_reader_of(written(tmp_path, "b.csv", SHOPIFY), "b.csv").format == "shopify"
    with pytest.raises(UnknownFormatError):
        catalogue_reader_of(written(tmp_path, "c.txt", "Halo"), "c.txt")
