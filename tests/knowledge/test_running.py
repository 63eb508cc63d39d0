"""A run from its start to its end: the job, the child process, what becomes of children that are lost, and what is due by day."""

import os
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests import databases
from tests.driver import Server
from tests.knowledge.reading_sources import entries_of, lines, make_source, own_folder, read
from tests.waiting import eventually
from widget.jobs.child import End, Outcome
from widget.knowledge.models import Entry, Run, Source
from widget.knowledge.sources import attempt, due, files, generations, running
from widget.knowledge.sources.errors import ReadingLostError
from widget.knowledge.sources.running import MOST_LOST

__all__ = ["own_folder"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
End_ = Callable[[End], None]


@pytest.fixture
def end_with(monkeypatch: pytest.MonkeyPatch) -> End_:
    """The child begins to write and ends like this."""

    def choose(end: End) -> None:
        def run_child(module: str, arguments: list[str], *_: object) -> Outcome:
            run = Run.objects.get(pk=arguments[0])
            attempt._start(run, generations.begin(run.source_id))
            run.refresh_from_db()
            Entry.objects.create(site=run.source.site, source=run.source, generation=run.generation, key="half", title="x", answer="x")
            return Outcome(end, -9, "")

        monkeypatch.setattr(running, "run_child", run_child)

    return choose


@pytest.mark.parametrize(
    ("end", "state", "error"), [(End.OVERTIME, "failed", "too_long"), (End.OUT_OF_MEMORY, "failed", "memory"), (End.STOPPED, "stopped", "")]
)
def test_a_child_that_was_ended_leaves_nothing_and_says_why(end_with: End_, end: End, state: str, error: str) -> None:
    source = make_source(said=lines(2))
    end_with(end)
    run_id = running.start(source.pk)
    running.run(run_id)
    run = Run.objects.get()
    assert (run.state, run.error, entries_of(source)) == (state, error, []) and bool(run.sentence) == bool(error)
    running.run(run_id)
    assert Run.objects.get().state == state


def test_a_lost_child_is_tried_again_and_given_up_in_the_end(end_with: End_) -> None:
    source = make_source(said=lines(2))
    end_with(End.LOST)
    run_id = running.start(source.pk)
    for _ in range(MOST_LOST - 1):
        with pytest.raises(ReadingLostError):
            running.run(run_id)
        assert Run.objects.get().state == "running"
    running.run(run_id)
    assert Run.objects.get().error == "given_up" and entries_of(source) == []


def test_an_attempt_after_a_lost_one_shows_nothing_of_what_that_had_counted(end_with: End_) -> None:
    source = make_source(said=lines(2))
    run_id = running.start(source.pk)
    Run.objects.update(state="running", taken=19_977, skipped=4, visited=3, total=9)
    end_with(End.ENDING)
    shown: list[tuple[object, ...]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attempt, "_start", lambda run, generation: shown.extend(Run.objects.values_list("taken", "skipped", "visited", "total")))
        with pytest.raises(ReadingLostError):
            running.run(run_id)
    assert shown == [(0, 0, 0, None)]


def test_what_a_child_that_was_lost_after_its_end_left_is_cleared_away() -> None:
    source = make_source(said=lines(2))
    run = read(source)
    Entry.objects.create(site=source.site, source=source, generation=9, key="left", title="x", answer="x")
    running.run(run.pk)
    assert {generation for generation, _ in entries_of(source)} == {1}
    Entry.objects.create(site=source.site, source=source, generation=9, key="left", title="x", answer="x")
    due.start_due()
    assert {generation for generation, _ in entries_of(source)} == {1}


def test_the_end_of_the_server_costs_no_attempt(end_with: End_) -> None:
    source = make_source(said=lines(2))
    end_with(End.ENDING)
    run_id = running.start(source.pk)
    for _ in range(MOST_LOST + 1):
        with pytest.raises(ReadingLostError):
            running.run(run_id)
    attempt.read_source(run_id)
    assert Run.objects.get().state == "done" and entries_of(source) == [(source.latest + MOST_LOST + 2, "0"), (source.latest + MOST_LOST + 2, "1")]


def test_a_run_whose_job_is_gone_is_given_up() -> None:
    source = make_source(said=lines(2))
    running.start(source.pk)
    assert running.give_up_lost() == 0
    DBTaskResult.objects.all().delete()
    assert running.give_up_lost() == 1 and Run.objects.get().error == "given_up"


def at(source: Source, **ago: float) -> None:
    run = Run.objects.create(source=source, state=Run.State.DONE)
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(**ago))


def test_what_is_due_is_read_again() -> None:
    site = make_source().site
    address = {"address": "https://toko.example/feed", "site": site}
    kinds = [("daily", "on"), ("daily", "on"), ("weekly", "on"), ("weekly", "on"), ("daily", "off"), ("never", "on")]
    fresh, old, weekly, new, off, never = (make_source(every=every, state=state, **address) for every, state in kinds)
    at(fresh, hours=10), at(old, hours=23), at(weekly, days=5), at(off, days=9), at(never, days=9)
    assert due.start_due() == 2
    assert set(Run.objects.filter(state="waiting").values_list("source", flat=True)) == {old.pk, new.pk}
    assert due.start_due() == 0


def test_old_runs_go_but_not_that_of_what_is_in_use() -> None:
    source = make_source(said=lines(2))
    kept = read(source)
    at(source, days=100), at(source, days=10)
    Run.objects.filter(pk=kept.pk).update(created_at=timezone.now() - timedelta(days=200))
    due.start_due()
    assert Run.objects.count() == 2 and Run.objects.filter(pk=kept.pk).exists()


def test_files_of_deleted_sources_go_after_a_day() -> None:
    source = make_source(said=lines(2))
    gone = files.folder() / files.store([b"x"])
    files.memory_of(source).write_bytes(b"x")
    assert files.remove_unknown() == 0 and gone.exists()
    os.utime(gone, (time.time() - 90_000,) * 2)
    assert files.remove_unknown() == 1 and not gone.exists()
    assert files.path_of(source).exists() and files.memory_of(source).exists()


SET_UP = """
import json
from widget.knowledge.models import *
from widget.knowledge.sources import files, running
from widget.sites.models import Site
site = Site.objects.create(key="uji", name="Uji")
source = Source.objects.create(site=site, kind="table", name="Daftar", options={{"format": "jsonl"}})
source.file = files.store(json.dumps({{"id": str(n), "title": f"Berapa harga kain nomor {{n}}?", "text": "Isi."}}).encode() + b"\\n" for n in range({count}))
source.save()
running.start(source.pk)
"""
STATE = """
SELECT r.state, r.taken, (SELECT COUNT(*) FROM widget_entry AS e WHERE e.source_id = s.id AND e.generation = s.generation)
FROM widget_run AS r JOIN widget_source AS s ON s.id = r.source_id
"""


@pytest.mark.live
def test_the_shipped_server_reads_a_source_in_a_child_process(make_server: Callable[..., Server]) -> None:
    server = make_server()
    server.python(SET_UP.format(count=500))
    server.start()
    eventually(lambda: databases.rows(server.data_dir, STATE) == [("done", 500, 500)], 30)
