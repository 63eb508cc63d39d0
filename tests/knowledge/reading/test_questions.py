"""Questions and answers as JSON lines and as pasted text, in every way the paste box promises."""

import json
from pathlib import Path

import pytest

from tests.knowledge.reading.taken import take, written
from widget.knowledge.reading.errors import NothingFoundError
from widget.knowledge.reading.pasting import read_text
from widget.knowledge.reading.piece import Piece, Skipped

OPEN, PAY = ("Jam buka?", "Setiap hari 09.00 sampai 17.00."), ("Bisa COD?", "Bisa.\n\nKhusus Bandung.")


def test_json_lines_are_taken_with_all_they_say(tmp_path: Path) -> None:
    row = {"id": 7, "title": "Open?", "text": "At nine.", "lang": "en", "url": "https://toko.example/faq", "tags": ["jam", "toko"]}
    (piece,) = take(written(tmp_path, "faq.jsonl", json.dumps(row) + "\n")).pieces
    assert piece == Piece("7", "Open?", "At nine.", "https://toko.example/faq", "line 1", "en", tags="jam toko")


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
