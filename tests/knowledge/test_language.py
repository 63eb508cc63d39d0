"""Indexing and asking come to the same words, however something is written."""

import pytest

from widget.knowledge.concepts import CONCEPTS, GROUPS
from widget.knowledge.language import index_text, language_of, parts_of, terms_of
from widget.knowledge.ranking import SUBJECT
from widget.lib.speech.forms import Role, words


def forms(text: str) -> set[str]:
    return {form for term in terms_of(text) for form in term.forms}


@pytest.mark.parametrize(
    ("written", "found_by"),
    [
        ("Berapa ongkos kirim?", "ongkirnya brp kak"),
        ("Biaya pengiriman", "ongkir"),
        ("Bisa bayar di tempat?", "bs cod ga"),
        ("Cash on delivery", "cod bisa?"),
        ("Harga Rp50.000", "yang 50rb"),
        ("Harga Rp 1.250.000,-", "1,25 jt"),
        ("Ukuran 30 × 40 cm", "30x40"),
        ("Pengembalian barang", "mau balikin"),
        ("Penukaran ukuran", "nuker size"),
        ("Warna-warna", "warna2nya"),
        ("Kode BT-014", "bt014"),
        ("Di mana alamat toko?", "lokasi tokonya dmn"),
        ("Café", "cafe"),
        ("Shipping cost", "ongkir"),
        ("Returns", "returned"),
        ("Do you ship overseas?", "kirim ke luar negeri"),
        ("Deleted pages", "delete a page"),
        ("A receipt is shown", "will it show"),
        ("The plan is downgraded", "downgrading"),
        ("Harganya", "hargany brapa"),
        ("Vaksin kucing", "mpus"),
    ],
)
def test_a_question_finds_what_is_written_in_other_words(written: str, found_by: str) -> None:
    assert forms(found_by) & set(index_text(written).replace("/", " ").split())


def test_courtesies_ask_for_nothing() -> None:
    assert all(term.weight <= 0.5 for term in terms_of("halo kak, selamat siang, maaf mau numpang tanya dong ya"))
    assert terms_of("halo kak") == ()


@pytest.mark.parametrize("text", ["could somebody else do it for us, or is it just me", "I'll be there and we'll see", "does everyone have to, or not"])
def test_small_english_words_are_no_subjects(text: str) -> None:
    assert all(term.weight < SUBJECT for term in terms_of(text))


def test_an_english_word_with_a_double_letter_is_not_taken_for_an_indonesian_one() -> None:
    assert "kursus" not in forms("pay less for it")


def test_words_about_the_same_thing_are_related_in_both_directions_and_small_words_are_not() -> None:
    truck, fuel, go = (terms_of(word)[0] for word in ("truck", "petrol", "go"))
    assert "mobil" in truck.related and "truck" in terms_of("mobil")[0].related
    assert "diesel" in fuel.related and fuel.forms[0] not in fuel.related
    assert go.related == ()


def test_the_lines_of_a_text_stay_lines() -> None:
    assert index_text("Bisa COD?\nBayar di tempat").count("\n") == 1


def test_a_very_long_question_is_cut_and_not_refused() -> None:
    assert len(terms_of("kain " * 5000 + "motor")) == 1


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("kak brp ongkirnya", "id"),
        ("apakah bisa dikirim hari ini", "id"),
        ("do you ship to singapore", "en"),
        ("what is the price of this bag", "en"),
        ("xyz", ""),
        ("", ""),
        ("12345", ""),
    ],
)
def test_the_language_is_voted_by_small_words(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("ongkir ke bandung berapa? bisa cod?", 2),
        ("halo kak! ongkir ke bandung berapa?", 1),
        ("ongkir ke solo brp trus bisa dibungkus kado ga", 2),
        ("harga Rp50.000 ya?", 1),
        ("halo", 0),
    ],
)
def test_a_message_is_parted_into_its_questions(message: str, parts: int) -> None:
    assert len(parts_of(message)) == parts


def test_every_word_of_the_concepts_can_be_met() -> None:
    """A member that the normaliser turns into something else would never be found in a text."""
    members = [*CONCEPTS, *(part for first, groups in GROUPS.items() for rest, _ in groups for part in (first, *rest))]
    assert [member for member in members if not _is_met(member)] == []


def _is_met(member: str) -> bool:
    met = words(member)
    return len(met) == 1 and member in (met[0].text, met[0].root) and met[0].role > Role.STOP
