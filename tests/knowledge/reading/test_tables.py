"""CSV, TSV and Excel as people really save them: separators, encodings, headlines, merged cells, dates, formulas, and what is told about them."""

import json
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.knowledge.reading.taken import take, written
from widget.knowledge.reading import tables
from widget.knowledge.reading.dates import read_date
from widget.knowledge.reading.errors import EncodingError, NoColumnsError
from widget.knowledge.reading.internal import is_internal
from widget.knowledge.reading.mapping import PRODUCTS, guess

ROWS = [("Pertanyaan", "Jawaban"), ("Jam buka?", "Senin sampai Sabtu, 09.00; tutup hari Minggu"), ('Kata "promo"?', "Ya,\nada")]


def joined(separator: str) -> str:
    return "\r\n".join(separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in ROWS)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_separator_is_found(tmp_path: Path, separator: str) -> None:
    answers = take(written(tmp_path, "faq.csv", joined(separator))).answers
    assert answers == {"Jam buka?": "Senin sampai Sabtu, 09.00; tutup hari Minggu", 'Kata "promo"?': "Ya,\nada"}


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", []), ("utf-8-sig", []), ("utf-16", []), ("utf-16-le", ["guessed_encoding"]), ("cp1252", ["guessed_encoding"])],
)
def test_an_encoding_is_read_or_guessed_and_then_told(tmp_path: Path, encoding: str, told: list[str]) -> None:
    taken = take(written(tmp_path, "faq.csv", "question,answer\nCafé open?,Yes – “always”\n".encode(encoding)))
    assert (taken.answers, taken.codes) == ({"Café open?": "Yes – “always”"}, told)


def test_letters_that_are_lost_are_told_and_the_rest_is_taken(tmp_path: Path) -> None:
    taken = take(written(tmp_path, "faq.csv", "question,answer\nCafé kopi?,Ya, é é é\nTeh?,Ada ".encode() + b"\xff\n"))
    assert "damaged_letters" in taken.codes and "Café kopi?" in taken.answers


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncodingError):
        take(written(tmp_path, "faq.csv", bytes(range(256)) * 50))


def test_the_separator_an_excel_file_names_itself_counts(tmp_path: Path) -> None:
    assert take(written(tmp_path, "faq.csv", "sep=;\nTanya;Jawab\nBuka, tutup?;9, 17\n")).answers == {"Buka, tutup?": "9, 17"}


def test_columns_are_known_by_indonesian_and_english_names(tmp_path: Path) -> None:
    text = "No;Kategori;Pertanyaan Pelanggan;Jawaban;Cara lain bertanya;Bahasa;Berlaku sampai;Produk terkait\n"
    text += "1;Kirim;Ongkir?;Gratis;ongkos kirim|biaya kirim;ID;31/12/2026;Batik|BT-014\n"
    (piece,) = take(written(tmp_path, "faq.csv", text)).pieces
    assert (piece.key, piece.title, piece.text, piece.tags, piece.language) == ("1", "Ongkir?", "Gratis", "Kirim", "id")
    assert (piece.other_ways, piece.valid_until, piece.place) == ("ongkos kirim\nbiaya kirim", date(2026, 12, 31), "row 2")
    assert piece.products == "Batik\nBT-014"


def test_product_columns_are_known_too() -> None:
    names = ["Kode Barang", "Nama Produk", "Harga (Rp)", "Stok", "Foto", "g:item_group_id"]
    assert guess(names, PRODUCTS) == {"key": names[0], "name": names[1], "price": names[2], "stock": names[3], "image": names[4], "group": names[5]}


def test_the_mapping_an_owner_chose_wins_and_a_lost_column_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "faq.csv", "A,B,Answer\nx,Jam?,Sembilan\n")
    assert take(path, mapping=json.dumps({"title": "B", "text": "A"})).answers == {"Jam?": "x"}
    with pytest.raises(NoColumnsError, match="Gone"):
        take(path, mapping=json.dumps({"title": "Gone", "text": "A"}))


BRANCHES = "Cabang,Telepon,Jam\nBandung,022-123,09-17\nJakarta,,10-18\n"
INTERNAL = "No;Tanya apa;Balasan admin;Catatan internal;Kategori\n1;Buka hari Minggu?;Buka sampai jam 3.;jangan bilang libur;jam\n"


def test_an_answer_may_be_several_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "cabang.csv", BRANCHES)
    for chosen in ({"title": "Cabang", "text": ["Telepon", "Jam"]}, {"title": "Cabang", "text": "Telepon", "text 2": "Jam"}):
        assert take(path, mapping=json.dumps(chosen)).answers == {"Bandung": "Telepon: 022-123\nJam: 09-17", "Jakarta": "Jam: 10-18"}


@pytest.mark.parametrize("content", [BRANCHES, "No;Apa;Balas ke;Lain\n1;a;b;c\n", "Pertanyaan;Satu;Dua\nJam?;9;10\n", "Judul;Catatan internal\nJam?;rahasia\n"])
def test_a_table_whose_answer_nobody_knows_is_refused_whole(tmp_path: Path, content: str) -> None:
    with pytest.raises(NoColumnsError):
        take(written(tmp_path, "a.csv", content))
    with pytest.raises(NoColumnsError):
        take(written(tmp_path, "a.csv", content), mapping=json.dumps({"title": content.split("\n")[0].replace(",", ";").split(";")[0]}))


def test_what_is_internal_is_never_taken_by_a_guess(tmp_path: Path) -> None:
    (piece,) = take(written(tmp_path, "faq.csv", INTERNAL)).pieces
    assert (piece.title, piece.text, piece.tags) == ("Buka hari Minggu?", "Buka sampai jam 3.", "jam") and "libur" not in repr(piece)
    (piece,) = take(written(tmp_path, "harga.csv", "Nama,Harga,Durasi,Harga modal,Supplier\nCuci,5000,1 hari,3000,Budi\n")).pieces
    assert (piece.title, piece.text) == ("Cuci", "Harga: 5000\nDurasi: 1 hari")


@pytest.mark.parametrize(
    "name", ["Catatan internal", "INTERNAL", "Catatan Admin", "Modal", "harga_modal", "HargaBeli", "Supplier", "HPP", "Unit cost", "Notes", "Harga (modal)"]
)
def test_names_that_say_internal(name: str) -> None:
    assert is_internal(name) and not guess([name]) and not guess([name], PRODUCTS)


@pytest.mark.parametrize("name", ["Balasan", "Balasan admin", "Jawaban admin", "Respon", "Reply", "Response", "Jawaban CS"])
def test_names_of_answers(name: str) -> None:
    assert guess(["No", "Tanya apa", name]) == {"key": "No", "title": "Tanya apa", "text": name}


def test_two_columns_without_names_are_question_and_answer(tmp_path: Path) -> None:
    assert take(written(tmp_path, "faq.csv", "Jam buka?,Jam 9\nAlamat?,Jl. Merdeka 5\n")).answers == {"Jam buka?": "Jam 9", "Alamat?": "Jl. Merdeka 5"}


def test_rows_keep_their_keys_when_others_are_put_before_them(tmp_path: Path) -> None:
    before = take(written(tmp_path, "faq.csv", "question,answer\nA?,1\nB?,2\n")).pieces
    after = take(written(tmp_path, "faq.csv", "question,answer\nZ?,0\nA?,1\nB?,2\n")).pieces
    assert {piece.key for piece in before} < {piece.key for piece in after}


def test_empty_and_double_rows_are_told_and_two_answers_to_one_question_both_kept(tmp_path: Path) -> None:
    taken = take(written(tmp_path, "faq.csv", "question,answer\nA?,\nB?,2\nB?,2\nB?,3\n"))
    assert [(one.place, one.code) for one in taken.skipped] == [("row 2", "empty"), ("row 4", "duplicate")]
    assert [piece.text for piece in taken.pieces] == ["2", "3"]


def test_a_long_answer_becomes_several_pieces(tmp_path: Path) -> None:
    long = "Kalimat ini ada di dalam jawaban. " * 600
    pieces = take(written(tmp_path, "faq.csv", f'question,answer\nPanjang?,"{long}"\n')).pieces
    assert len(pieces) > 10 and {piece.title for piece in pieces} == {"Panjang?"}
    assert all(piece.text.endswith(".") for piece in pieces)


def test_an_open_quotation_mark_costs_its_row_and_not_the_memory(tmp_path: Path) -> None:
    taken = take(written(tmp_path, "faq.csv", 'question,answer\nA?,1\nB?,"never closed\n' + "filling words\n" * 60_000))
    assert taken.answers["A?"] == "1" and "too_long" in taken.codes


def workbook(folder: Path) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    assert book.active
    return book


def test_excel_is_read_with_its_headline_merged_cells_dates_and_numbers(tmp_path: Path) -> None:
    book = workbook(tmp_path)
    sheet = book.active
    sheet.append(["Daftar pertanyaan 2026"])
    sheet.merge_cells("A1:D1")
    sheet.append(["Kategori", "Pertanyaan", "Jawaban", "Berlaku sampai"])
    sheet.append(["Kirim", "Ongkir?", 15000, datetime(2026, 12, 31)])
    sheet.append([None, "Lama?", 2.5, None])
    sheet.merge_cells("A3:A4")
    sheet.append(["Bayar", "Bisa <COD> & transfer?", "Bisa 👍", None])
    book.save(tmp_path / "faq.xlsx")
    pieces = take(tmp_path / "faq.xlsx").pieces
    assert [(piece.tags, piece.title, piece.text, piece.valid_until, piece.place) for piece in pieces] == [
        ("Kirim", "Ongkir?", "15000", date(2026, 12, 31), "row 3"),
        ("Kirim", "Lama?", "2.5", None, "row 4"),
        ("Bayar", "Bisa <COD> & transfer?", "Bisa 👍", None, "row 5"),
    ]


def test_formulas_are_never_run_and_a_cell_that_looks_like_one_is_words(tmp_path: Path) -> None:
    book = workbook(tmp_path)
    book.active.append(["Question", "Answer"])
    book.active.append(["Sum?", "=1+1"])
    book.active.append(["=HYPERLINK?", "plain"])
    book.active["A3"].data_type = "s"
    book.save(tmp_path / "faq.xlsx")
    taken = take(tmp_path / "faq.xlsx")
    assert taken.answers == {"=HYPERLINK?": "plain"} and taken.codes == ["formula"]
    assert take(written(tmp_path, "faq.csv", "question,answer\nSum?,=1+1\n")).answers == {"Sum?": "=1+1"}


def test_hidden_sheets_are_left_out_and_a_sheet_can_be_chosen(tmp_path: Path) -> None:
    book = workbook(tmp_path)
    book.active.title = "Rahasia"
    book.active.sheet_state = "hidden"
    book.active.append(["secret", "words"])
    for name in ("Satu", "Dua"):
        book.create_sheet(name).append(["question", "answer"])
        book[name].append([f"{name}?", "ya"])
    book.save(tmp_path / "faq.xlsx")
    assert take(tmp_path / "faq.xlsx").answers == {"Satu?": "ya"}
    assert take(tmp_path / "faq.xlsx", sheet="Dua").answers == {"Dua?": "ya"}
    assert tables.columns(tmp_path / "faq.xlsx", {"format": "xlsx"}).sheets == ("Satu", "Dua")


def test_the_preview_shows_names_and_first_rows(tmp_path: Path) -> None:
    shown = tables.columns(written(tmp_path, "faq.csv", "Tanya;Jawab\n" + "a?;b\n" * 50), {"format": "csv"})
    assert (shown.names, shown.rows, shown.separator) == (("Tanya", "Jawab"), (("a?", "b"),) * 5, ";")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("31/12/2026", date(2026, 12, 31)),
        ("5-1-26", date(2026, 1, 5)),
        ("17 Agustus 2026", date(2026, 8, 17)),
        ("Dec 31, 2026", date(2026, 12, 31)),
        ("2026-02-31", None),
        ("9999999", None),
        ("2026-12-31 is a day in a long text and not one that was meant", None),
        ("soon", None),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, day: date | None) -> None:
    assert read_date(text) == day
