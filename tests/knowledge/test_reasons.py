"""Everything a reader or the crawler leaves out has a sentence for the owner of its own."""

import ast

import pytest
from django.utils.translation import override

from tests.source_tree import ROOT, python_sources
from widget.knowledge.models import Finding, Run
from widget.knowledge.pages.reasons import reasons_of, sentence_of
from widget.knowledge.places import place_of
from widget.knowledge.reading.errors import BrokenFileError, ReadingError


def codes_in_source() -> set[str]:
    """The second argument of every Skipped(...) that is a plain text."""
    calls = [node for source in python_sources("widget") if "/knowledge/" in source.name for node in source.nodes() if isinstance(node, ast.Call)]
    skips = [call for call in calls if ast.unparse(call.func) == "Skipped" and len(call.args) > 1]
    return {argument.value for call in skips if isinstance(argument := call.args[1], ast.Constant) and isinstance(argument.value, str)}


def test_every_code_of_what_was_left_out_has_a_sentence() -> None:
    found = codes_in_source()
    assert len(found) > 12
    assert not [code for code in found if sentence_of(code) == sentence_of("never heard of").replace("never heard of", code)]


def test_an_answer_of_a_website_and_a_kept_page_have_theirs() -> None:
    assert "404" in sentence_of("status_404") and "500" in sentence_of("status_500")
    kept = reasons_of([Finding(place="/a", code="status_500", detail="kept"), Finding(place="/b", code="too_slow", detail="kept")])
    assert [(reason.count, "last time" in reason.sentence) for reason in kept] == [(2, True)]


@pytest.mark.parametrize(
    ("written", "shown"), [("line 2", "baris 2"), ("page 4, Ongkir > Luar pulau", "halaman 4, Ongkir > Luar pulau"), ("Line 2 / FAQ", "Line 2 / FAQ")]
)
def test_a_place_is_told_in_the_reader_s_language(written: str, shown: str) -> None:
    with override("id"):
        (reason,) = reasons_of([Finding(place=written, code="empty")])
        assert reason.places == ((shown, ""),)
        assert Run(error_text=BrokenFileError.__doc__ or "", detail=written).sentence.endswith(f"({shown})")


def errors() -> list[type[ReadingError]]:
    waiting, found = [ReadingError], list[type[ReadingError]]()
    while waiting:
        found.append(kind := waiting.pop())
        waiting += kind.__subclasses__()
    return found


@pytest.mark.parametrize("kind", errors(), ids=lambda kind: kind.__name__)
def test_every_error_says_what_happened_and_what_to_do(kind: type[ReadingError]) -> None:
    said = kind().sentence
    assert said.count(".") >= 2 or "," in said or ":" in said, said
    assert str(ROOT) not in said and not said.startswith("Error")


def test_a_place_over_several_pages_is_told_in_the_reader_s_words() -> None:
    with override("id"):
        assert place_of("page 1–3, Panduan") == place_of("page 7, Panduan").replace("7", "1–3")
