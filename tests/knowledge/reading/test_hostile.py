"""Files made to hurt: read in a process with little memory, each is refused with a sentence or taken as plain data (S42)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.knowledge.reading import traps
from tests.knowledge.reading.confined import Cell, Outcome
from tests.knowledge.reading.traps import LAUGHS, MEGABYTE, OUTSIDE, repeated
from widget.knowledge.reading.errors import UnsafeFileError
from widget.knowledge.reading.formats import reader_of

pytestmark = pytest.mark.promise("S42")
MOST_GROWTH, MOST_SECONDS = 200, 60
FullCount = Callable[[int, int], int]


Held = Callable[..., Outcome]


@pytest.fixture(scope="module")
def cell() -> Iterator[Cell]:
    cell = Cell()
    yield cell
    cell.close()


@pytest.fixture
def held(cell: Cell) -> Held:
    """What came of a file, which cost no more than promised and wrote nothing."""

    def read(path: Path, format: str = "auto") -> Outcome:
        outcome = cell.read(path, format)
        print(f"{path.name} of {path.stat().st_size // MEGABYTE} MB: {outcome}")
        assert outcome.grown <= MOST_GROWTH and outcome.seconds <= MOST_SECONDS and not outcome.written, outcome
        assert bool(outcome.error) == bool(outcome.sentence)
        path.unlink()
        return outcome

    return read


def test_packed_bombs_are_refused_before_they_are_unpacked(tmp_path: Path, held: Held, full_count: FullCount) -> None:
    size = full_count(1, 520) * MEGABYTE
    assert held(traps.claimed(traps.word(tmp_path / "bomb", repeated(b"<x>", b" ", size)), 520 * MEGABYTE)).error == "too_large"
    words = traps.excel(tmp_path / "words", [b"<worksheet/>"], repeated(b"<sst>", b"<si><t>x</t></si>", size // 5))
    assert held(traps.claimed(words, 100 * MEGABYTE)).error == "unsafe"
    assert held(traps.claimed(traps.word(tmp_path / "lying", repeated(b"<x>", b" ", size)), 1024)).error == "broken"
    assert held(traps.overlapping(tmp_path / "overlapping")).error == "too_large"
    assert held(traps.many_parts(tmp_path / "parts")).error == "unsafe"
    inner = traps.word(tmp_path / "inner", [b"<x/>"]).read_bytes()
    assert held(traps.packed(tmp_path / "nested.docx", [("inner.docx", [inner])])).error == "broken"


def test_a_small_file_that_holds_hundreds_of_megabytes_is_refused_before_it_is_taken_in(tmp_path: Path, held: Held, full_count: FullCount) -> None:
    size = full_count(40, 400) * MEGABYTE
    sheet = repeated(b'<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>', b"A", size, b"</t></is></c></row></sheetData></worksheet>")
    path = traps.excel(tmp_path / "a", sheet)
    with pytest.raises(UnsafeFileError):
        reader_of(path, "a.xlsx")
    outcome = held(path)
    assert outcome.error == "unsafe" and outcome.seconds < 1


def test_names_that_climb_out_and_links_lead_nowhere(tmp_path: Path, held: Held) -> None:
    assert held(traps.outside_names(tmp_path / "slip")).pieces == 1
    assert not list(tmp_path.iterdir()) and not Path("/slipped").exists()


@pytest.mark.parametrize("head", [LAUGHS, OUTSIDE])
def test_entities_are_refused_wherever_xml_is_read(tmp_path: Path, held: Held, head: str) -> None:
    body = [head.encode(), b"<document><body><p><r><t>&j;</t></r></p></body></document>"]
    assert held(traps.word(tmp_path / "a", body)).error == "unsafe"
    sheet = [head.encode(), b"<worksheet><sheetData><row><c t='str'><v>&j;</v></c></row></sheetData></worksheet>"]
    assert held(traps.excel(tmp_path / "b", sheet)).error == "unsafe"
    assert held(traps.feed(tmp_path / "c", head, [b"<item><title>&j;</title></item>"]), "merchant").error == "unsafe"
    page = traps.filled(tmp_path / "d", ".html", [head.encode(), b"<p>Words &j;.</p>"])
    assert held(page).grown < 50


def test_depth_is_refused_or_left_out(tmp_path: Path, held: Held) -> None:
    assert held(traps.word(tmp_path / "a", repeated(b"", b"<p>", 300_000))).error == "unsafe"
    assert held(traps.feed(tmp_path / "b", "", [b"<item>" * 100_000])).error == "unsafe"
    assert not held(traps.filled(tmp_path / "c", ".html", [b"<p>Words.</p>", b"<div>" * 100_000, b"deep", b"</div>" * 100_000, b"<p>More.</p>"])).error
    assert held(traps.filled(tmp_path / "d", ".jsonl", [b'{"a":' * 100_000, b'\n{"title":"A?","text":"1"}'])).skipped == {"too_deep": 1}


def test_large_json_is_refused_and_what_is_allowed_costs_little(tmp_path: Path, held: Held, full_count: FullCount) -> None:
    assert held(traps.holes(tmp_path / "a", ".jsonl", 2 * 1024 * MEGABYTE)).error == "too_large"
    outcome = held(traps.json_lines(tmp_path / "b", full_count(8, 250) * MEGABYTE))
    assert outcome.pieces and not outcome.error


@pytest.mark.parametrize("ending", [".csv", ".txt", ".md", ".jsonl", ".html", ".tsv"])
def test_one_endless_line_is_passed_over(tmp_path: Path, held: Held, ending: str, full_count: FullCount) -> None:
    outcome = held(traps.filled(tmp_path / "a", ending, repeated(b"question,answer\n", b"words, ", full_count(20, 100) * MEGABYTE)))
    # Commas divide no TSV: there is no column in it that anybody knows.
    assert outcome.error == ("no_columns" if ending == ".tsv" else "too_large") or "too_long" in outcome.skipped


@pytest.mark.parametrize("ending", [".csv", ".txt", ".md", ".jsonl", ".html", ".pdf", ".docx", ".xlsx"])
def test_noise_is_refused_or_taken_as_letters(tmp_path: Path, held: Held, ending: str) -> None:
    for least in (9, 32, 65):
        held(traps.noise(tmp_path / "a", ending, MEGABYTE // 2, least))


# Each begins something that a reader's pattern could look for the end of.
KILLERS = [
    *(b"[", b"![", b"[a](", b"<!--", b"<a ", b"**", b"`", b"|", b"|-", b"# ", b"```", b"---\n", b"> ", b"- ", b"=", b"\\"),
    *(b". ", b"a.", b"?\n\n", b"1. Q: ", b"Q: a\n", b"1/", b"9.", b'"', b"'", b"{", b"a" * 50 + b"!", b"\n", b"\r", b",", b" "),
    *(b"<style>a{", b"<style>.a{display:none}</style>", b"&amp", b"&#", b"<tr><td>", b"<table>", b"<li>", b"<b>", b"<p style='left:-'>"),
]


@pytest.mark.parametrize("ending", [".md", ".txt", ".html", ".csv"])
def test_no_pattern_takes_longer_than_its_text(tmp_path: Path, held: Held, ending: str, full_count: FullCount) -> None:
    """Each repeated; in short form all in one file per reader, in full one by one and in long lines."""
    size = full_count(20_000, 900_000)
    if size > 100_000:
        for at, killer in enumerate(KILLERS):
            held(traps.filled(tmp_path / f"killer{at}", ending, [b"Words here?\n\n", killer * (size // len(killer))]))
    held(traps.filled(tmp_path / "all", ending, [b"Words here?\n\n", *(killer * (20_000 // len(killer)) + b"\n\n" for killer in KILLERS)]))


def test_dates_and_prices_that_kill_patterns_are_none(tmp_path: Path, held: Held) -> None:
    killers = b"\n".join(b"A%d?,yes,%s,%s" % (at, b"1/" * 10_000, b"9." * 10_000) for at in range(50))
    assert held(traps.filled(tmp_path / "a", ".csv", [b"question,answer,valid until,price\n", killers])).pieces == 50
    assert held(traps.filled(tmp_path / "b", ".csv", [b"name,stock,valid until,price\n", killers]), "catalogue").pieces == 50


def test_rows_without_end_cost_their_row(tmp_path: Path, held: Held, full_count: FullCount) -> None:
    size = full_count(5, 100) * MEGABYTE
    assert held(traps.filled(tmp_path / "a", ".csv", repeated(b'question,answer\nA?,1\n"', b"x\n", size))).skipped["too_long"] >= 1
    assert held(traps.filled(tmp_path / "b", ".csv", repeated(b"question,answer\nA?,1\n", b'"x\n",', size))).skipped["too_long"] >= 1
    assert "too_long" in held(traps.filled(tmp_path / "c", ".csv", repeated(b"question,answer\nA?,1\n", b",", size))).skipped


def test_a_tag_without_end_is_refused(tmp_path: Path, held: Held) -> None:
    assert held(traps.feed(tmp_path / "a", "", repeated(b"<item a='", b"x", 20 * MEGABYTE))).error == "unsafe"
    assert held(traps.word(tmp_path / "b", repeated(b"<!--", b"x", 20 * MEGABYTE))).error == "unsafe"


def test_a_sheet_of_a_million_rows_gives_what_is_allowed(tmp_path: Path, held: Held, full_count: FullCount) -> None:
    count = full_count(20_000, 1_000_000)
    outcome = held(traps.excel(tmp_path / "a", traps.sheet_of_rows(count), traps.shared_words(count)))
    assert outcome.pieces == min(count, 100_000)
    assert count < 100_000 or "too_many" in outcome.skipped


def test_a_sheet_of_nothing_but_frames_is_empty(tmp_path: Path, held: Held, full_count: FullCount) -> None:
    size = full_count(10, 450) * MEGABYTE
    frames = repeated(b"<worksheet><sheetData>", b'<row r="7"><c r="A7" s="1"/></row>', size, b"</sheetData></worksheet>")
    assert held(traps.excel(tmp_path / "a", frames)).error == ("nothing_found" if size < 30 * MEGABYTE else "unsafe")
    assert held(traps.excel(tmp_path / "b", repeated(b"<worksheet><sheetData><row>", b'<c s="1"/>', size // 5))).error == "unsafe"


def test_a_feed_without_end_gives_what_is_allowed(tmp_path: Path, held: Held, full_count: FullCount) -> None:
    size = full_count(2, 200) * MEGABYTE
    item = b"<item><g:id>%08d</g:id><title>Kaos %08d</title><g:price>50000 IDR</g:price><g:item_group_id>%d</g:item_group_id><g:color>x%d</g:color></item>"
    outcome = held(traps.feed(tmp_path / "a", "", (item % (at, at, at // 2, at) for at in range(size // 150))))
    assert outcome.pieces


@pytest.mark.parametrize("name", list(traps.PAPERS))
def test_papers_made_to_hurt_are_refused_or_told(tmp_path: Path, held: Held, name: str) -> None:
    outcome = held(traps.paper(tmp_path / "a", traps.PAPERS[name]()))
    assert outcome.error or outcome.skipped or outcome.pieces
