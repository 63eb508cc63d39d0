"""A source is read into a generation beside the one in use, put into use by one UPDATE, and taken back: never a half, never a double."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import connection

from tests.knowledge.reading_sources import Line, answers, entries_of, line, lines, make_source, own_folder, read, say
from widget.knowledge.index.filing import ALL
from widget.knowledge.models import Entry, Finding, Run, Source
from widget.knowledge.reading.piece import Piece, Read, Skipped
from widget.knowledge.search import search
from widget.knowledge.sources import attempt, filling, generations, opening, rows, running
from widget.sites.models import Site

__all__ = ["own_folder"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


def counted(source: Source, generation: int) -> int:
    """How many documents the index counts under a generation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT documents FROM knowledge_word WHERE scope = %s AND word = %s", [f"g{source.pk}x{generation}", ALL])
        row = cursor.fetchone()
    return row[0] if row else 0


def test_what_a_file_says_is_found_when_it_was_read() -> None:
    source = make_source(said=[line(1), line(2, "Lima puluh ribu.", tags="katun", products=["Goyor", "BT-014"], url="https://toko.example/2")])
    run = read(source)
    assert (run.state, run.taken, run.skipped, run.generation, source.generation, source.former) == ("done", 2, 0, 1, 1, 0)
    assert answers(source, "harga kain nomor 2 katun")[0] == "Lima puluh ribu."
    entry = Entry.objects.get(source=source, key="2")
    assert (entry.language, entry.tags, entry.url, entry.products) == ("id", "katun", "https://toko.example/2", "Goyor\nBT-014")
    assert answers(source, "bt-014") == answers(source, "goyor") == ["Lima puluh ribu."]


def test_a_second_reading_takes_the_place_of_the_first_and_can_be_taken_back() -> None:
    source = make_source(said=lines(3, "Lama."))
    read(source)
    say(source, lines(2, "Baru."))
    assert read(source).state == "done"
    assert set(answers(source, "harga kain nomor 1")) == {"Baru."} and (source.generation, source.former) == (2, 1)
    assert generations.undo(source.pk)
    assert set(answers(source, "harga kain nomor 1")) == {"Lama."}
    assert generations.undo(source.pk)
    assert set(answers(source, "harga kain nomor 1")) == {"Baru."}


def test_the_first_reading_can_be_taken_back_too() -> None:
    source = make_source(said=lines(3))
    assert not generations.undo(source.pk)
    read(source)
    assert generations.undo(source.pk) and not answers(source, "harga kain nomor 1")
    assert generations.undo(source.pk) and answers(source, "harga kain nomor 1")


def again_by_itself(source: Source) -> Run:
    """Its day has come."""
    run = Run.objects.get(pk=running.start(source.pk, asked=False))
    attempt.read_source(run.pk)
    source.refresh_from_db()
    return Run.objects.get(pk=run.pk)


def test_what_was_taken_back_stays_away_until_the_source_says_something_else() -> None:
    source = make_source(said=lines(3, "Lama."))
    read(source)
    say(source, lines(3, "Salah."))
    read(source)
    generations.undo(source.pk)
    for _ in range(2):
        run = again_by_itself(source)
        assert (run.state, run.unchanged) == ("done", True)
        assert set(answers(source, "harga kain nomor 1")) == {"Lama."} and {generation for generation, _ in entries_of(source)} == {1, 2}
    say(source, lines(3, "Lama."))
    again_by_itself(source), say(source, lines(3, "Salah."))
    assert again_by_itself(source).unchanged
    say(source, lines(3, "Benar."))
    assert not again_by_itself(source).unchanged and set(answers(source, "harga kain nomor 1")) == {"Benar."} and not source.declined


def test_what_was_taken_back_is_used_when_somebody_has_it_read() -> None:
    source = make_source(said=lines(3))
    read(source)
    generations.undo(source.pk)
    assert again_by_itself(source).unchanged and not answers(source, "harga kain nomor 1") and source.generation == 0
    read(source)
    assert answers(source, "harga kain nomor 1") and source.generation == 3


def test_what_was_taken_back_and_used_again_is_held_back_no_more() -> None:
    source = make_source(said=lines(3, "Lama."))
    read(source)
    say(source, lines(3, "Baru."))
    read(source)
    for _ in range(2):
        generations.undo(source.pk)
    say(source, lines(3, "Lama."))
    again_by_itself(source)
    say(source, lines(3, "Baru."))
    again_by_itself(source)
    assert set(answers(source, "harga kain nomor 1")) == {"Baru."}


def test_what_was_rejected_does_not_ask_again_by_itself() -> None:
    source = make_source(said=lines(3), needs_approval=True)
    read(source)
    assert generations.reject(source.pk) and not generations.reject(source.pk)
    assert again_by_itself(source).unchanged
    assert read(source).state == "ready"


def test_the_generation_before_goes_when_a_reading_brought_something_else() -> None:
    source = make_source(said=lines(40, "Satu."))
    for text in ("Dua.", "Tiga."):
        read(source)
        say(source, lines(40, text))
    read(source)
    assert {generation for generation, _ in entries_of(source)} == {2, 3}
    assert [counted(source, generation) for generation in (1, 2, 3)] == [0, 40, 40]


@pytest.mark.parametrize("later", [lines(3, "Baru."), []])
def test_a_reading_that_brings_nothing_new_or_fails_leaves_what_can_be_taken_back(later: list[Line]) -> None:
    source = make_source(said=lines(3, "Lama."))
    read(source)
    say(source, lines(3, "Baru."))
    read(source)
    say(source, later)
    for _ in range(2):
        read(source)
    assert {generation for generation, _ in entries_of(source)} == {1, 2}
    assert generations.undo(source.pk) and set(answers(source, "harga kain nomor 1")) == {"Lama."}


def test_the_first_reading_can_be_taken_back_after_others_that_brought_nothing_new() -> None:
    source = make_source(said=lines(3))
    read(source), read(source)
    assert generations.undo(source.pk) and not answers(source, "harga kain nomor 1")


def test_a_reading_begins_before_what_others_left_is_cleared_away(monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_source(said=lines(3))
    for number in range(30):
        Entry.objects.create(site=source.site, source=source, generation=7, key=str(number), title="x", answer="x")
    Source.objects.update(latest=7)
    seen: list[int] = []
    plain = attempt.open_source

    def opened(source: Source, told: Callable[[int, int], None]) -> object:
        seen.append(Entry.objects.filter(generation=7).count())
        return plain(source, told)

    monkeypatch.setattr(attempt, "open_source", opened)
    read(source)
    assert seen == [30] and {generation for generation, _ in entries_of(source)} == {8}


def test_equal_knowledge_is_not_swapped_whatever_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crawler comes by its pages in another order each time."""
    source = make_source(said=lines(1))
    pieces = [Piece(str(number), "t", "u", facts={"price": str(number)}) for number in range(5)]
    reads(monkeypatch, *pieces)
    read(source)
    reads(monkeypatch, *reversed(pieces))
    run = read(source)
    assert (run.state, run.unchanged, source.generation) == ("done", True, 1)
    assert entries_of(source) == [(1, str(number)) for number in range(5)]
    reads(monkeypatch, *pieces[:4], Piece("4", "t", "u", facts={"price": "5"}))
    assert not read(source).unchanged and source.generation == 3


def test_what_needs_approval_waits_for_it() -> None:
    source = make_source(said=lines(3), needs_approval=True)
    run = read(source)
    assert run.state == "ready" and not answers(source, "harga kain nomor 1")
    assert generations.publish(source.pk, run.generation)
    assert answers(source, "harga kain nomor 1") and Run.objects.get(pk=run.pk).state == "done"
    assert not generations.publish(source.pk, run.generation)


@pytest.mark.parametrize("state", [Run.State.STOPPED, Run.State.FAILED, Run.State.DONE])
def test_what_was_ended_is_not_put_into_use_by_a_late_approval(state: str) -> None:
    source = make_source(said=lines(3), needs_approval=True)
    run = read(source)
    Run.objects.filter(pk=run.pk).update(state=state)
    assert not generations.publish(source.pk, run.generation)
    assert not answers(source, "harga kain nomor 1") and Run.objects.get(pk=run.pk).state == state


def test_what_was_overtaken_is_not_put_into_use() -> None:
    source = make_source(said=lines(3), needs_approval=True)
    run = read(source)
    # Another process begins while this one is about to publish.
    Source.objects.filter(pk=source.pk).update(latest=run.generation + 1)
    assert not generations.publish(source.pk, run.generation)
    assert not answers(source, "harga kain nomor 1") and Run.objects.get(pk=run.pk).state == "ready"


def test_what_waits_for_approval_goes_when_the_next_reading_begins() -> None:
    source = make_source(said=lines(3), needs_approval=True)
    first, second = read(source), read(source)
    assert not generations.publish(source.pk, first.generation)
    assert Run.objects.get(pk=first.pk).state == "stopped" and {generation for generation, _ in entries_of(source)} == {second.generation}


def test_far_less_than_before_waits_for_somebodys_eyes() -> None:
    source = make_source(said=lines(30))
    read(source)
    say(source, lines(14))
    run = read(source)
    assert (run.state, run.error, source.generation) == ("ready", "far_less", 1) and "Less than half" in run.sentence
    assert generations.publish(source.pk, run.generation)


def test_a_file_that_cannot_be_read_changes_nothing_and_says_why() -> None:
    source = make_source(said=lines(3))
    read(source)
    say(source, [])
    run = read(source)
    assert (run.state, source.generation) == ("failed", 1) and run.error and run.sentence
    assert answers(source, "harga kain nomor 1")
    source.file = "gone.upload"
    source.save()
    assert "Upload it once more" in read(source).sentence
    assert {generation for generation, _ in entries_of(source)} == {1}


def reads(monkeypatch: pytest.MonkeyPatch, *given: Read) -> None:
    monkeypatch.setattr(attempt, "open_source", lambda source, told: iter(given))


def test_what_the_table_does_not_take_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    nul = Piece("a\0b", "x\0y", "z\0\ud800", url="javascript:alert(1)", facts={"price": "5\0"})
    reads(monkeypatch, nul, Piece("k", "t", " "), Piece("k2", "t", "u", language="xx"), Piece("k2", "t", "v", place="row 3"), Skipped("row 9", "empty", "no\0"))
    source = make_source(said=lines(1))
    run = read(source)
    assert (run.state, run.taken, run.skipped) == ("done", 2, 3)
    assert list(Finding.objects.values_list("place", "code")) == [("", "empty"), ("row 3", "duplicate"), ("row 9", "empty")]
    entry = Entry.objects.get(key="a b")
    assert (entry.title, entry.answer, entry.url, entry.facts) == ("x y", "z ?", "", {"price": "5 "})


def test_what_was_found_is_told_page_by_page_before_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[int, int, int]] = []

    def pages(source: Source, told: Callable[[int, int], None]) -> Iterator[Read]:
        for page in range(1, 4):
            yield Piece(f"k{page}", "t", "u")
            yield Skipped(f"page {page}", "cut")
            told(page, 3)
            shown.extend(Run.objects.values_list("visited", "taken", "skipped"))

    monkeypatch.setattr(attempt, "open_source", pages)
    read(make_source(said=lines(1)))
    assert shown == [(1, 1, 1), (2, 2, 2), (3, 3, 3)]


def test_of_many_findings_the_first_are_kept_and_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "FINDINGS", 10)
    reads(monkeypatch, Piece("k", "t", "u"), *(Skipped(f"row {number}", "empty") for number in range(50)))
    run = read(make_source(said=lines(1)))
    assert (run.skipped, run.findings.count()) == (50, 10)


@pytest.mark.parametrize("after", [0, 1, 60, 130])
def test_an_attempt_that_was_overtaken_writes_nothing_more(after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a process sleeps for minutes, another one reads the source, and the first one wakes up."""
    source = make_source(said=lines(200))
    plain = attempt.open_source

    def overtaken(source: Source, told: Callable[[int, int], None]) -> object:
        monkeypatch.setattr(attempt, "open_source", plain)
        for number, one in enumerate(plain(source, told)):
            if number == after:
                attempt.read_source(Run.objects.get().pk)
            yield one

    monkeypatch.setattr(attempt, "open_source", overtaken)
    run = read(source)
    assert run.state == "done" and source.generation == 2
    assert [key for generation, key in entries_of(source) if generation == 2] == sorted(str(number) for number in range(200))
    assert len(entries_of(source)) == 200 and counted(source, 2) == 200 and len(search(source.site_id, "harga kain nomor 7", 8)) == 8


def test_a_run_that_was_stopped_is_not_put_into_use() -> None:
    source = make_source(said=lines(3))
    run = Run.objects.get(pk=running.start(source.pk))
    running.stop(run.pk)
    attempt.read_source(run.pk)
    assert Run.objects.get().state == "stopped" and not entries_of(source)
    assert running.start(source.pk) != run.pk


def test_a_source_that_is_being_read_is_not_read_twice() -> None:
    source = make_source(said=lines(3))
    assert running.start(source.pk) == running.start(source.pk)
    with pytest.raises(Source.DoesNotExist):
        running.start(source.pk + 1)


def test_words_stored_bit_by_bit_are_counted_as_if_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "MOST_WORDS", 40)
    source = make_source(said=lines(120))
    read(source)
    with connection.cursor() as cursor:
        cursor.execute("SELECT word, documents FROM knowledge_word WHERE scope = %s AND word IN ('', 'kain', '17')", [f"g{source.pk}x1"])
        assert dict(cursor.fetchall()) == {"": 120, "kain": 120, "17": 1}


def test_two_sites_keep_their_sources_apart() -> None:
    one, other = (make_source(Site.objects.create(key=key, name=key), lines(3, key)) for key in ("satu", "dua"))
    read(one), read(other)
    assert set(answers(one, "harga kain nomor 1")) == {"satu"} and set(answers(other, "harga kain nomor 1")) == {"dua"}


def test_the_reader_of_a_source_is_found_by_what_its_file_holds() -> None:
    source = make_source(said=lines(3), options={"file_name": "tanya.jsonl"})
    assert sum(isinstance(one, Piece) for one in opening.open_source(source, lambda visited, known: None)) == 3


def test_what_is_written_by_hand_is_what_the_model_writes() -> None:
    source = make_source()
    piece = Piece("k", "Judul", "Isi", "https://toko.example/", "page 3", "en", "lain", "a, b", date(2026, 1, 2), date(2026, 3, 4), {"price": "5"}, "BT-014")
    bare = Piece("k2", "Judul", "Isi", language="id")
    ids = rows.insert(source, 1, [piece, bare])
    assert set(rows.COLUMNS) | {"id"} == {field.column for field in Entry._meta.concrete_fields}
    for one, generation in ((piece, 2), (bare, 2)):
        made = Entry.objects.create(
            site=source.site, source=source, generation=generation, key=one.key, place=one.place, title=one.title, answer=one.text, other_ways=one.other_ways,
            tags=one.tags, language=one.language, url=one.url, valid_from=one.valid_from, valid_until=one.valid_until, facts=dict(one.facts),
            products=one.products,
        )  # fmt: skip
        written = Entry.objects.get(pk=ids[one.key])
        differing = {"id", "generation", "updated_at"}
        assert all(getattr(written, field.attname) == getattr(made, field.attname) for field in Entry._meta.concrete_fields if field.name not in differing)
        assert abs((written.updated_at - made.updated_at).total_seconds()) < 60


@pytest.mark.sqlite
def test_sqlite_takes_names_of_scopes_as_one_word() -> None:
    """What FTS5 would cut into pieces or take for an operator would find other generations."""
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE VIRTUAL TABLE t USING fts5(scope, tokenize = 'ascii')")
        database.executemany("INSERT INTO t VALUES (?)", [["g1x1"], ["g1x11"], ["g11x1"], ["s1"], ["s11"]])
        assert database.execute("SELECT scope FROM t WHERE t MATCH 'scope:(s1 OR g1x1)' ORDER BY 1").fetchall() == [("g1x1",), ("s1",)]
