"""Which column of a table is what: guessed from its name, Indonesian or English, or as the owner chose. Called by tables.py and the catalogues.

A chosen mapping stands in a source's options as JSON: {"title": "Pertanyaan", "text": "Jawaban"}: role to column. Several columns may be the answer:
"text", "text 2" and so on, or a list; each is a line of it then. A column without a role is not published.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from widget.knowledge.reading.cutting import Block, cut, first_sentence
from widget.knowledge.reading.dates import read_date
from widget.knowledge.reading.errors import NoColumnsError
from widget.knowledge.reading.internal import is_internal
from widget.knowledge.reading.letters import seen, seen_line
from widget.knowledge.reading.piece import KEY_LENGTH, TEXT_LENGTH, TITLE_LENGTH, Piece, Read, Skipped

# Role -> how people name its column, best first. Names are compared without case, accents  and blanks.
KNOWLEDGE: Mapping[str, str] = {
    "title": "pertanyaan question tanya judul title soal q topik topic subject perihal pertanyaanpelanggan faqquestion questions intent"
    " tanyaapa tanyapelanggan pertanyaancustomer customerquestion yangditanya yangditanyakan tanyaan",
    "text": "jawaban answer jawab isi text teks konten content body balasan response reply a keterangan penjelasan description deskripsi answers faqanswer"
    " respon respons balas balasanadmin jawabanadmin responadmin replies adminreply balasankami jawabankami balasancs jawabancs",
    "other_ways": "caralainbertanya caralain otherways otherwaystoask variasi sinonim synonyms alternatives alternatif paraphrases alias aliases",
    "key": "id kode key no nomor code identifier uid slug",
    "tags": "tag tags label labels kategori category categories topik kelompok group",
    "products": "produkterkait produkyangterkait produkyangdimaksud untukproduk relatedproducts productsconcerned forproducts products",
    "language": "bahasa language lang locale",
    "url": "url link tautan alamat address halaman page source sumber",
    "valid_from": "berlakumulai berlakudari mulai validfrom from startdate start tanggalmulai",
    "valid_until": "berlakusampai berlakuhingga sampai hingga validuntil until enddate end expires tanggalakhir kedaluwarsa",
}
PRODUCTS: Mapping[str, str] = {
    "name": "nama namaproduk namabarang produk barang name productname product title judul item itemname namaitem layanan service",
    "key": "id sku kode kodeproduk kodebarang productid itemid variantsku code kodesku mpn gtin barcode",
    "code": "sku kode kodeproduk kodebarang kodesku variantsku code itemcode mpn gtin barcode",
    "description": "deskripsi deskripsiproduk description keterangan bodyhtml body detail details spesifikasi shortdescription",
    "price": "harga hargajual hargasatuan price regularprice hargarp saleprice unitprice variantprice tarif biaya",
    "sale_price": "hargapromo hargadiskon saleprice promoprice hargaobral discountprice specialprice",
    "currency": "matauang currency",
    "stock": "stok stock jumlah jumlahstok qty quantity sisa sisastok inventory stockquantity stoktersedia",
    "availability": "ketersediaan availability tersedia available instock status",
    "url": "link url tautan permalink producturl linkproduk productlink halaman",
    "image": "gambar foto image imagelink imageurl images imagesrc fotoproduk linkgambar photo picture",
    "variants": "varian variasi variant variants pilihan options option model",
    "colour": "warna color colour",
    "size": "ukuran size",
    "brand": "merek merk brand vendor",
    "category": "kategori category categories producttype type tipe jenis googleproductcategory",
    "group": "itemgroupid group induk parent parentsku",
    "tags": "tag tags label",
}
# "text 2": a further column of the answer.
_FURTHER = re.compile(r"text \d{1,3}")
_PLAIN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """What a preview shows: the columns' names, the first rows, and how the file was read. `sheets` of a workbook."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    separator: str = ""


@lru_cache(maxsize=4_096)
def plain(name: str) -> str:
    """ "Nama Produk*" and "nama_produk" are one name."""
    return _PLAIN.sub("", re.sub(r"\([^)]{0,40}\)|^\w{1,3}:", "", name.lower()))


def guess(names: Sequence[str], roles: Mapping[str, str] = KNOWLEDGE) -> dict[str, str]:
    """Role -> column. A column takes one role, the best name of a role wins; roles that no column is called are left out."""
    ranked = []
    shown = [column for column in names if not is_internal(column)]
    for role, words in roles.items():
        for at, word in enumerate(words.split()):
            ranked += [(at, column, role) for column in shown if plain(column) == word]
    found: dict[str, str] = {}
    # A second column of codes only where there is one: a key comes first.
    for _, column, role in sorted(ranked, key=lambda one: (one[2] == "code", one[0])):
        if role not in found and column not in found.values():
            found[role] = column
    return found


def known(cells: Sequence[str]) -> int:
    """How many of a row's cells are names of columns that we know."""
    short = [cell for cell in cells if 0 < len(cell) <= 40]
    return max(len(guess(short, KNOWLEDGE)), len(guess(short, PRODUCTS)))


def chosen(options: str, names: Sequence[str], roles: Mapping[str, str], named: bool = True) -> dict[str, str]:
    """The owner's mapping where there is one, else the guess; `named` is False where the names are letters of ours.

    Raises NoColumnsError for a column the file no longer has, and where no column of questions is known to hold the answer.
    """
    mapped = _wanted(options, names, roles) if options else guessed(names, roles, named)
    if roles is KNOWLEDGE and "text" not in mapped:
        raise NoColumnsError
    return mapped


def role_of(role: str) -> str:
    """What a column is for: "text" of "text 2"."""
    return "text" if _FURTHER.fullmatch(role) else role


def numbered(chosen: Iterable[tuple[str, str]]) -> dict[str, str]:
    """(role, column) as a mapping, whose further columns of the answer are numbered."""
    mapped: dict[str, str] = {}
    for role, column in chosen:
        if role == "text" and role in mapped:
            role = f"text {1 + sum(role_of(one) == 'text' for one in mapped)}"
        mapped[role] = column
    return mapped


def guessed(names: Sequence[str], roles: Mapping[str, str], named: bool = True) -> dict[str, str]:
    """As far as names tell; `named` is False where they are letters of ours."""
    found = guess(names, roles) if named else {}
    return _completed(found, names) if roles is KNOWLEDGE else found


def _wanted(options: str, names: Sequence[str], roles: Mapping[str, str]) -> dict[str, str]:
    try:
        wanted = json.loads(options)
    except ValueError as error:
        raise NoColumnsError from error
    if not isinstance(wanted, dict):
        raise NoColumnsError
    pairs = [(role, column) for role, said in wanted.items() for column in (said if isinstance(said, list) else [said])]
    mapped = numbered((role_of(role), column) for role, column in pairs if role_of(role) in roles and isinstance(column, str) and column)
    missing = [column for column in mapped.values() if column not in names]
    if missing or not mapped:
        raise NoColumnsError(", ".join(missing)[:200])
    return mapped


def _completed(found: dict[str, str], names: Sequence[str]) -> dict[str, str]:
    """With a question and one column left, that is the answer; two columns that say nothing are both. A price list answers with its columns."""
    left = [column for column in names if column not in found.values() and not is_internal(column)]
    if "text" in found:
        return found
    if "title" in found and len(left) == 1:
        return found | {"text": left[0]}
    if not found and len(left) == len(names) == 2:
        return {"title": left[0], "text": left[1]}
    product = guess(names, PRODUCTS)
    if "name" in product and "price" in product:
        key = {"key": found["key"]} if "key" in found else {}
        said = [column for column in names if column not in (product["name"], *key.values()) and not is_internal(column)]
        return {"title": product["name"], **key, **numbered(("text", column) for column in said)}
    return found


def pieces(cells: Mapping[str, str], roles: Mapping[str, str], place: str) -> Iterator[Read]:
    """One row. Several columns that answer are lines "column: value"."""
    said = {role: seen(cells.get(column, "")) for role, column in roles.items()}
    answering = [role for role in roles if role_of(role) == "text"]
    text = said["text"] if len(answering) == 1 else "\n".join(f"{roles[role]}: {seen_line(said[role])}" for role in answering if said[role])
    title = seen_line(said.get("title", "")) if "title" in roles else first_sentence(text)
    yield from made(title, text, said, place)


def made(title: str, text: str, said: Mapping[str, str], place: str) -> Iterator[Read]:
    """The piece or pieces of one question and answer, with what else is said of it by role."""
    if not text or not title:
        yield Skipped(place, "empty")
        return
    language = said.get("language", "").lower()[:2]
    piece = Piece(
        key=seen_line(said.get("key", "") or title)[:KEY_LENGTH],
        title=title[:TITLE_LENGTH],
        text=text,
        url=address(said.get("url", "")),
        place=place,
        language=language if language in ("id", "en") else "",
        other_ways=_line_by_line(said.get("other_ways", ""))[:2_000],
        tags=seen_line(said.get("tags", ""))[:200],
        products=_line_by_line(said.get("products", ""))[:1_000],
        valid_from=read_date(said.get("valid_from", "")),
        valid_until=read_date(said.get("valid_until", "")),
    )
    yield from split(piece)


def _line_by_line(cell: str) -> str:
    """What a cell names one below the other, or parted by strokes."""
    return "\n".join(part.strip() for part in re.split(r"[\n|;]", cell) if part.strip())


def split(piece: Piece) -> Iterator[Piece]:
    """One piece, or where its text is too long several of the same title."""
    if len(piece.text) <= TEXT_LENGTH:
        yield piece
        return
    parts = cut(Block(paragraph) for paragraph in piece.text.split("\n\n"))
    for number, part in enumerate(parts, 1):
        key = piece.key if number == 1 else f"{piece.key[: KEY_LENGTH - 8]}#{number}"
        yield replace(piece, key=key, text=part.text)


def address(text: str) -> str:
    """Only what a visitor can open: no script, no file."""
    text = text.strip()
    return text if re.match(r"https?://[^\s\"'<>]{3,}$", text, re.I) and len(text) <= 500 else ""
