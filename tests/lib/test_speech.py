"""Words, roots, numbers and slips of the keyboard."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widget.knowledge.spelling import distance, nearest, slips
from widget.lib.speech.colloquial import STANDARD, pairs
from widget.lib.speech.english import english_root
from widget.lib.speech.forms import words
from widget.lib.speech.numbers import plain_numbers
from widget.lib.speech.roots import find_root

ENDLESS = "9" * 5_000


@pytest.mark.parametrize(
    ("word", "root"),
    [
        *((word, "kirim") for word in ("kirim", "pengiriman", "dikirim", "dikirimkan", "mengirimkannya", "ngirim", "kiriman", "terkirim")),
        *((word, "kembali") for word in ("pengembalian", "dikembalikan", "mengembalikan", "kembalian")),
        *((word, "pesan") for word in ("pesanan", "memesan", "dipesan", "pemesanan", "pesananku")),
        *((word, "tukar") for word in ("penukaran", "ditukar", "menukarkan", "tukarkan")),
        *((word, "bayar") for word in ("pembayaran", "membayar", "dibayarkan", "bayarnya")),
        *((word, "cuci") for word in ("mencuci", "nyuci", "dicuci", "cucian")),
        ("perawatan", "rawat"),
        ("berapa", ""),
        ("tanya", ""),
        ("kawung", ""),
    ],
)
def test_affixes_come_off_where_a_known_root_remains(word: str, root: str) -> None:
    assert find_root(word) == root


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        *((text, "50000") for text in ("50rb", "50 ribu", "rp50.000", "rp 50.000,-", "50k", "idr 50.000", "50.000,00")),
        ("1,5jt", "1500000"),
        ("2 juta", "2000000"),
        ("rp1.250.000", "1250000"),
        ("30 x 40", "30x40"),
        ("08123456789", "08123456789"),
        ("bt-014", "bt-014"),
        ("tanpa angka", "tanpa angka"),
    ],
)
def test_amounts_come_to_plain_digits(text: str, plain: str) -> None:
    assert plain_numbers(text).strip() == plain


@pytest.mark.parametrize(
    ("word", "root"),
    [("returned", "return"), ("policies", "policy"), ("shipping", "ship"), ("boxes", "box"), ("stopped", "stop"), ("glass", "glass"), ("gas", "gas")],
)
def test_english_endings_come_off(word: str, root: str) -> None:
    assert english_root(word) == root


def test_the_lexicon_is_of_a_useful_size_and_leads_nowhere_twice() -> None:
    typed = [form for form, _ in pairs()]
    assert len(typed) > 1000
    assert sorted(form for form in typed if typed.count(form) > 1) == []
    assert {form: standard for form, standard in STANDARD.items() if STANDARD.get(standard, standard) != standard} == {}


def test_every_form_of_the_lexicon_can_be_met() -> None:
    assert [form for form, standard in STANDARD.items() if [word.text for word in words(form)] != [standard]] == []


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_becomes_words_of_small_letters_and_digits(text: str) -> None:
    for word in words(text):
        assert word.text.isascii() and word.text.isalnum() and word.text == word.text.lower()
        assert word.root.isascii() and word.root.isalnum()


@pytest.mark.parametrize(
    ("typed", "meant"), [("ongkri", "ongkir"), ("dastr", "daster"), ("kerajang", "keranjang"), ("cdo", "cod"), ("kwung", "kawung"), ("motor", "")]
)
def test_a_slip_of_the_finger_is_understood(typed: str, meant: str) -> None:
    assert nearest(typed, ["ongkir", "daster", "keranjang", "cod", "kawung", "motif"]) == meant


def test_distance_counts_a_swap_as_one_slip() -> None:
    assert (distance("ongkri", "ongkir", 2), distance("batik", "batik", 2), distance("kain", "rotan", 1)) == (1, 0, 2)
    assert "cod" in slips("cdo")


@pytest.mark.promise("S60")
@pytest.mark.parametrize(
    "text", [ENDLESS, f"{ENDLESS} ribu", f"rp {ENDLESS}jt", f"{ENDLESS},5k", f"{ENDLESS} x {ENDLESS}", "1.000" * 2_000 + "rb", "1x" * 3_000]
)
def test_endless_numbers_are_no_amounts_and_break_nothing(text: str) -> None:
    assert plain_numbers(text)
    assert words(text[:4_000])


def test_sizes_and_amounts_are_read_as_before() -> None:
    assert plain_numbers("kotak 30 x 40 × 50 cm") == "kotak 30x40x50 cm"
    assert plain_numbers("30x40") == "30x40" and plain_numbers("1,5jt") == "1500000" and plain_numbers("rp 1.250.000,-").strip() == "1250000"
