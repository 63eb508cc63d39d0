"""Long texts are cut between sentences into pieces of a size that is understood alone; nothing of them is lost."""

import re

from hypothesis import given, settings
from hypothesis import strategies as some

from widget.knowledge.reading.cutting import LEAST, MOST, Block, cut, first_sentence, sentences
from widget.knowledge.reading.piece import TEXT_LENGTH

SENTENCE = "Barang dikirim dari gudang Bandung pada hari kerja, sebelum jam dua siang. "


def test_a_chapter_is_cut_into_pieces_of_the_aimed_size() -> None:
    pieces = list(cut([Block("Kirim", level=1), *[Block(SENTENCE * 5)] * 40]))
    assert len(pieces) > 8 and all(LEAST <= len(piece.text) <= MOST for piece in pieces[:-1])
    assert {piece.title for piece in pieces} == {"Kirim"} and len({piece.key for piece in pieces}) == len(pieces)


def test_no_piece_begins_or_ends_inside_a_sentence() -> None:
    for piece in cut([Block(SENTENCE * 200)]):
        assert piece.text.startswith("Barang") and piece.text.endswith("siang.")


def test_a_short_rest_is_not_left_alone() -> None:
    rest = "Terima kasih sudah berbelanja di toko kami, semoga barangnya cocok dan Kak senang memakainya setiap hari."
    (piece,) = cut([Block(SENTENCE * 19), Block(rest)])
    assert len(piece.text) > MOST and piece.text.endswith(rest)


def test_short_sections_stay_pieces_of_their_own() -> None:
    blocks = [Block("Toko", level=1), Block("Jam buka?", level=2), Block("Jam 9."), Block("Alamat?", level=2), Block("Bandung.")]
    assert [(piece.title, piece.text) for piece in cut(blocks)] == [("Jam buka?", "Jam 9."), ("Alamat?", "Bandung.")]


def test_points_inside_a_sentence_do_not_end_it() -> None:
    text = "Toko di Jl. Merdeka no. 5, harga Rp50.000 s.d. 1 Mei. Bukan di Jl. Asia! Ya? “Ya.” Oke"
    assert list(sentences(text)) == ["Toko di Jl. Merdeka no. 5, harga Rp50.000 s.d. 1 Mei.", "Bukan di Jl. Asia!", "Ya?", "“Ya.”", "Oke"]
    assert first_sentence(text) == "Toko di Jl. Merdeka no. 5, harga Rp50.000 s.d. 1 Mei."


def test_a_sentence_without_end_is_cut_between_words_only_where_it_must() -> None:
    pieces = list(cut([Block("kata " * 5_000)]))
    assert all(len(piece.text) <= TEXT_LENGTH and set(piece.text.split()) == {"kata"} for piece in pieces)


BLOCKS = some.lists(some.builds(Block, text=some.text("ab .!?\n", min_size=1, max_size=4_000).filter(str.strip), level=some.just(0)), max_size=12)


@settings(max_examples=60, deadline=None)
@given(BLOCKS)
def test_no_letter_is_lost_or_doubled(blocks: list[Block]) -> None:
    letters = re.sub(r"\s", "", "".join(block.text for block in blocks))
    assert re.sub(r"\s", "", "".join(piece.text for piece in cut(blocks))) == letters
