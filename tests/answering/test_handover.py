"""The model's handover mark never reaches a visitor, however the stream is cut, and nothing else is swallowed."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.answering.handover import HandoverFilter
from widget.answering.prompt import HANDOVER_MARK


def passed(pieces: list[str]) -> tuple[str, bool]:
    """What is shown in the end, and whether a person is wanted. No piece of the mark may be shown on the way."""
    handover = HandoverFilter()
    shown = ""
    for piece in pieces:
        shown += handover.feed(piece)
        assert HANDOVER_MARK not in shown
    shown += handover.end()
    # A blank before the mark may have been shown already; the runner strips the text that is stored.
    return shown.rstrip() if handover.wanted else shown, handover.wanted


def cut(text: str, places: tuple[int, ...]) -> list[str]:
    edges = [0, *places, len(text)]
    return [text[start:end] for start, end in pairwise(edges)]


@pytest.mark.parametrize("before", ["", "Sebentar ya, Kak. ", "[1] ", "[["])
def test_the_mark_is_found_however_it_is_cut_in_three(before: str) -> None:
    text = before + HANDOVER_MARK
    for places in combinations(range(len(text) + 1), 2):
        assert passed(cut(text, places)) == (before.rstrip(), True), places


def test_the_mark_is_found_when_every_character_comes_alone() -> None:
    assert passed(list(f"Sebentar. {HANDOVER_MARK}")) == ("Sebentar.", True)


def test_what_follows_the_mark_is_not_shown() -> None:
    assert passed(["Sebentar. ", HANDOVER_MARK + " rahasia", " lagi"]) == ("Sebentar.", True)


@given(st.lists(st.text(alphabet="[]PERSONa ", max_size=8), max_size=12))
def test_a_text_without_the_mark_passes_whole_however_it_is_cut(pieces: list[str]) -> None:
    text = "".join(pieces)
    shown, wanted = passed(pieces)
    assert (shown, wanted) == ((text, False) if HANDOVER_MARK not in text else (text[: text.find(HANDOVER_MARK)].rstrip(), True))


def test_a_text_without_a_bracket_is_never_held_back() -> None:
    handover = HandoverFilter()
    assert [handover.feed(piece) for piece in ("Ada", ", ", "Kak")] == ["Ada", ", ", "Kak"]
