"""What an owner is shown before a file is taken in: made in a child process, and the same sentence as a run would give where it cannot be read."""

from pathlib import Path

import pytest

from tests.knowledge.reading.paper import pdf
from tests.knowledge.reading.taken import written
from widget.knowledge.reading.errors import EncodingError, NoTextError, ReadingError
from widget.knowledge.reading.preview import Glimpse, look
from widget.lib.told_errors import named


def test_a_table_is_shown_with_its_columns_and_the_guess_what_they_are(tmp_path: Path) -> None:
    shown = look(written(tmp_path, "upload", "Pertanyaan;Jawaban;Catatan\n" + "Jam?;Sembilan;x\nHari?;Senin;y\n" * 4), "faq.csv")
    assert shown.columns and (shown.format, shown.kind, shown.columns.separator) == ("csv", "table", ";")
    assert shown.columns.names == ("Pertanyaan", "Jawaban", "Catatan") and shown.columns.rows[0] == ("Jam?", "Sembilan", "x") and len(shown.columns.rows) == 5
    assert shown.mapping == {"title": "Pertanyaan", "text": "Jawaban"}
    assert shown.pieces[0] == Glimpse("Jam?", "Sembilan", "row 2") and not shown.trouble


def test_a_table_of_products_that_nobody_can_guess_still_shows_its_columns(tmp_path: Path) -> None:
    shown = look(written(tmp_path, "upload", "X,Y\nKaos,5\nTopi,6\n"), "a.csv", "catalogue")
    assert shown.columns and shown.columns.names == ("X", "Y") and shown.trouble and shown.trouble.code == "no_columns"


def test_a_chosen_mapping_shows_what_it_makes(tmp_path: Path) -> None:
    shown = look(written(tmp_path, "upload", "X,Y\nKaos,5000\n"), "a.csv", "catalogue", {"mapping": '{"name": "X", "price": "Y"}', "header": "yes"})
    assert shown.pieces[0].text == "Kaos.\nHarga: Rp5.000."


def test_a_document_shows_its_first_pieces(tmp_path: Path) -> None:
    assert look(pdf(tmp_path / "upload", [[(11, "Kami buka jam sembilan.")]]), "a.pdf").pieces[0].text == "Kami buka jam sembilan."


def test_what_cannot_be_read_is_told_by_its_cause(tmp_path: Path) -> None:
    with pytest.raises(NoTextError):
        look(pdf(tmp_path / "upload", [[]]), "a.pdf")
    with pytest.raises(EncodingError):
        look(written(tmp_path, "upload", bytes(range(256)) * 9), "a.csv")


def test_an_error_is_found_again_by_its_code() -> None:
    found = named(ReadingError, "no_text", "x")
    assert isinstance(found, NoTextError) and found.detail == "x"
    assert type(named(ReadingError, "never heard of")) is ReadingError
