"""Questions and answers as JSON lines and as pasted text, in every way the paste box promises."""

import json
from pathlib import Path

import pytest

from tests.knowledge.reading.taken import take, written
from widget.knowledge.reading.chats import is_chat
from widget.knowledge.reading.errors import ChatError, NothingFoundError
from widget.knowledge.reading.pasting import read_text
from widget.knowledge.reading.piece import Piece, Skipped

OPEN, PAY = ("Jam buka?", "Setiap hari 09.00 sampai 17.00."), ("Bisa COD?", "Bisa.\n\nKhusus Bandung.")


def test_json_lines_are_taken_with_all_they_say(tmp_path: Path) -> None:
    row = {"id": 7, "title": "Open?", "text": "At nine.", "lang": "en", "url": "https://toko.example/faq", "tags": ["jam", "toko"]}
    (piece,) = take(written(tmp_path, "faq.jsonl", json.dumps(row) + "\n")).pieces
    assert piece == Piece("7", "Open?", "At nine.", "https://toko.example/faq", "line 1", "en", tags="jam toko")


def test_a_json_line_without_a_title_is_titled_by_its_first_sentence(tmp_path: Path) -> None:
    rows = [{"id": 1, "title": "", "text": "We open at nine. Sundays at ten."}, {"id": 2, "text": "Parking is free."}]
    taken = take(written(tmp_path, "faq.jsonl", "\n".join(map(json.dumps, rows))))
    assert taken.answers == {"We open at nine.": "We open at nine. Sundays at ten.", "Parking is free.": "Parking is free."}


def test_lines_that_are_no_such_object_are_told_one_by_one(tmp_path: Path) -> None:
    lines = ['{"title":"A?","text":"1"}', "{broken", "[1]", '{"title":"no text"}', "[" * 100_000, '{"n":' + "9" * 5_000 + "}", ""]
    taken = take(written(tmp_path, "faq.jsonl", "\n".join(lines)))
    assert taken.answers == {"A?": "1"}
    assert taken.codes == ["not_json", "not_an_object", "empty", "too_deep", "not_json"]


def test_a_link_that_would_run_something_is_dropped(tmp_path: Path) -> None:
    (piece,) = take(written(tmp_path, "faq.jsonl", '{"title":"A?","text":"1","url":"javascript:alert(1)"}')).pieces
    assert piece.url == ""


def test_a_list_in_one_piece_of_json_is_taken_too(tmp_path: Path) -> None:
    assert take(written(tmp_path, "faq.jsonl", json.dumps([{"question": "A?", "answer": "1"}], indent=1))).answers == {"A?": "1"}


@pytest.mark.parametrize(
    "text",
    [
        "Jam buka?\n\nSetiap hari 09.00 sampai 17.00.\n\nBisa COD?\n\nBisa.\n\nKhusus Bandung.",
        "Jam buka?\nSetiap hari 09.00 sampai 17.00.\n\nBisa COD?\nBisa.\n\nKhusus Bandung.",
        "Q: Jam buka?\nA: Setiap hari 09.00 sampai 17.00.\nQ: Bisa COD?\nA: Bisa.\n\nKhusus Bandung.",
        "T: Jam buka?\r\nJ: Setiap hari 09.00 sampai 17.00.\r\n\r\nT: Bisa COD?\r\nJ: Bisa.\r\n\r\nKhusus Bandung.",
        "Pertanyaan 1: Jam buka?\nJawaban: Setiap hari 09.00 sampai 17.00.\n\nPertanyaan 2: Bisa COD?\nJawaban: Bisa.\n\nKhusus Bandung.",
        "**Q: Jam buka?**\n**A:** Setiap hari 09.00 sampai 17.00.\n**Q: Bisa COD?**\n**A:** Bisa.\n\nKhusus Bandung.",
        "1. Jam buka?\nSetiap hari 09.00 sampai 17.00.\n2) Bisa COD?\nBisa.\n\nKhusus Bandung.",
        "1. Jam buka?\n\nSetiap hari 09.00 sampai 17.00.\n\n2. Bisa COD?\n\nBisa.\n\nKhusus Bandung.",
    ],
)
def test_what_is_pasted_becomes_questions_and_answers(text: str, tmp_path: Path) -> None:
    assert [(piece.title, piece.text) for piece in read_text(text) if isinstance(piece, Piece)] == [OPEN, PAY]
    assert list(take(written(tmp_path, "faq.txt", text)).answers.items()) == [OPEN, PAY]


@pytest.mark.parametrize(
    "text",
    [
        "12/11/26 10.03 - Ani: harganya?\n12/11/26 10.05 - Toko: 85rb kak\n12/11/26 10.06 - Ani: bisa COD?\n12/11/26 10.07 - Toko: bisa",
        "[12/11/26 10.03.15] Ani: harganya?\n[12/11/26 10.05.01] Toko: 85rb kak",
        "\u200e[12/11/26, 10:03:15\u202fAM] Ani: harganya?\n\u200e[12/11/26, 10:05:01\u202fAM] ~\u202fToko: 85rb kak\nMakasih",
        "[10.03, 12/11/2026] +62 812-3456-7890: harganya?\n[10.05, 12/11/2026] Toko: 85rb kak",
        "[12/11 10.03] Ani: harganya?\n[12/11 10.05] Toko: 85rb kak",
        "12/11/26 10.00 - Pesan dienkripsi secara end-to-end.\n12/11/26 10.03 - Ani: harganya\n12/11/26 10.05 - Toko: 85rb\n12/11/26 10.06 - Ani: oke",
        "Ani, [12/11/2026 10:03]\nharganya?\n\nToko, [12/11/2026 10:05]\n85rb kak",
        "Bisa COD?\nBisa.\n\n12/11/26 10.03 - Ani: harganya?\n12/11/26 10.05 - Toko: 85rb kak",
        "10.03 Ani: harganya?\n10.05 Toko: 85rb kak",
        "12 Nov 2026 10:03 - Ani: harganya?\n12 Nov 2026 10:05 - Toko: 85rb kak",
        "Ani: kak, harganya?\nToko: 85rb kak\nAni: bisa COD?\nToko: bisa kak",
    ],
)
def test_a_copied_chat_is_refused_in_words(text: str, tmp_path: Path) -> None:
    with pytest.raises(ChatError, match="copied chat"):
        list(read_text(text))
    with pytest.raises(ChatError):
        take(written(tmp_path, "chat.txt", text))


@pytest.mark.parametrize(
    "text",
    [
        "Kapan kelas berikutnya?\n12/11/2026 10.00 - Kelas batik: pemula\n19/11/2026 10.00 - Kelas batik: lanjutan",
        "Jam buka?\nSenin: 08.00 - 17.00\nSabtu: 08.00 - 12.00\n\nUkuran?\nS: 50 cm\nM: 60 cm\nL: 70 cm",
        "08.00 - 17.00: buka\n17.00 - 18.00: tutup",
        "T: Jam buka?\nJ: 09.00 - 17.00\nT: Bisa COD?\nJ: Bisa",
        "Nama: Batik\nHarga: 50rb\nNama: Kebaya\nHarga: 80rb",
    ],
)
def test_times_and_colons_alone_make_no_chat(text: str) -> None:
    assert not is_chat(text)


def test_a_letter_that_begins_a_name_stays_in_its_answer() -> None:
    text = "T: Ongkir berapa?\nJ: Tergantung wilayah:\nP. Jawa: Rp10.000\nP. Bali: Rp20.000\nJ. Jakarta gratis\nT: Kirim ke mana\nJ:\na.n. siapa saja"
    assert titles_and_texts(text) == [
        ("Ongkir berapa?", "Tergantung wilayah:\nP. Jawa: Rp10.000\nP. Bali: Rp20.000\nJ. Jakarta gratis"),
        ("Kirim ke mana", "a.n. siapa saja"),
    ]
    assert titles_and_texts("Ongkir ke mana saja?\nIni:\nP. Jawa: 10rb\nA. Yani: 5rb\n\nBisa COD?\nBisa") == [
        ("Ongkir ke mana saja?", "Ini:\nP. Jawa: 10rb\nA. Yani: 5rb"),
        ("Bisa COD?", "Bisa"),
    ]


def test_a_letter_with_a_dot_is_a_mark_where_the_text_alternates_in_it() -> None:
    text = "P. Ongkir berapa\nJ. Tergantung:\nP. Jawa 10rb\nP. Bali 20rb\nP. Cara pesan\nJ. Lewat WA\nT: bukan tanda"
    assert titles_and_texts(text) == [("Ongkir berapa", "Tergantung:\nP. Jawa 10rb\nP. Bali 20rb"), ("Cara pesan", "Lewat WA\nT: bukan tanda")]


def test_a_size_in_an_answer_asks_nothing() -> None:
    text = "P: Ukurannya?\nJ: Begini:\nP: 30 cm\nL: 20 cm\nP: Kak mau tanya\nbisa COD\nJ: Bisa"
    assert titles_and_texts(text) == [("Ukurannya?", "Begini:\nP: 30 cm\nL: 20 cm"), ("Kak mau tanya bisa COD", "Bisa")]


@pytest.mark.parametrize(
    "text",
    [
        "Bisa COD? - Bisa\nBuka hari apa? - Setiap hari, jam 9 - 17",
        "1. Bisa COD? Bisa\n2. Buka hari apa? Setiap hari, jam 9 - 17",
        "- Bisa COD? → Bisa\n\n- Buka hari apa? → Setiap hari, jam 9 - 17",
        "**Bisa COD?** : Bisa\n**Buka hari apa?** : Setiap hari, jam 9 - 17",
        "Q: Bisa COD? A: Bisa\nQ: Buka hari apa? A: Setiap hari, jam 9 - 17",
        "Bisa COD?\tBisa\nBuka hari apa?\tSetiap hari, jam 9 - 17",
        "(1) Bisa COD?\nBisa\n\n(2) Buka hari apa?\nSetiap hari, jam 9 - 17",
        "1.Bisa COD?\n\nBisa\n\n2.Buka hari apa?\n\nSetiap hari, jam 9 - 17",
        "1. Bisa COD?\nJawab: Bisa\n\n2. Buka hari apa?\nJawab: Setiap hari, jam 9 - 17",
    ],
)
def test_one_line_or_number_for_each_leaves_no_sign_of_it(text: str) -> None:
    assert titles_and_texts(text) == [("Bisa COD?", "Bisa"), ("Buka hari apa?", "Setiap hari, jam 9 - 17")]


def test_a_number_that_is_asked_about_stays() -> None:
    assert titles_and_texts("2.5 kg bisa?\nBisa\n\n24 jam buka?\nYa\n\n1. Bisa COD?\nBisa") == [
        ("2.5 kg bisa?", "Bisa"),
        ("24 jam buka?", "Ya"),
        ("Bisa COD?", "Bisa"),
    ]


def titles_and_texts(text: str) -> list[tuple[str, str]]:
    return [(piece.title, piece.text) for piece in read_text(text) if isinstance(piece, Piece)]


def test_lines_without_an_empty_one_are_told_apart_by_their_question_marks() -> None:
    text = "Jam buka?\nSetiap hari 09.00.\nSampai 17.00.\nBisa COD?\nBisa."
    assert [(piece.title, piece.text) for piece in read_text(text) if isinstance(piece, Piece)] == [
        ("Jam buka?", "Setiap hari 09.00.\nSampai 17.00."),
        ("Bisa COD?", "Bisa."),
    ]


def test_a_question_inside_an_answer_begins_no_new_one() -> None:
    text = "Jam buka?\n\nSetiap hari.\nMau datang malam?\nTelepon dulu.\n\nBisa COD?\n\nBisa."
    assert [piece.text for piece in read_text(text) if isinstance(piece, Piece)] == ["Setiap hari.\nMau datang malam?\nTelepon dulu.", "Bisa."]


def test_a_numbered_answer_stays_one_answer() -> None:
    (piece,) = read_text("T: Cara pesan?\nJ: Begini:\n1. Pilih barang\n2. Bayar")
    assert isinstance(piece, Piece) and piece.text == "Begini:\n1. Pilih barang\n2. Bayar"


def test_a_question_without_answer_and_an_answer_without_question_are_told() -> None:
    reads = list(read_text("hello there\nQ: Lonely?\nQ: Open?\nA: Yes"))
    assert [one.code for one in reads if isinstance(one, Skipped)] == ["no_question", "empty"]


def test_a_file_without_any_answer_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError, match="nothing in this file"):
        take(written(tmp_path, "faq.jsonl", "{}\n{}\n"))
