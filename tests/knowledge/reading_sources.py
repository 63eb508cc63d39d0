"""Sources with a file of our own making, and one attempt at reading them in the test's own process. Used by the tests of sources."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from widget.knowledge.models import Entry, Run, Source
from widget.knowledge.search import search
from widget.knowledge.sources import attempt, files, running
from widget.sites.models import Site

Line = Mapping[str, object]


@pytest.fixture
def own_folder(tmp_path: Path, settings: Any) -> None:
    """Files of sources lie where only this test looks."""
    settings.DATA_DIR = tmp_path


def line(number: int, text: str = "Jawaban.", **more: object) -> Line:
    return {"id": str(number), "title": f"Berapa harga kain nomor {number}?", "text": text, "lang": "id", **more}


def lines(count: int, text: str = "Jawaban.") -> list[Line]:
    return [line(number, text) for number in range(count)]


def make_source(site: Site | None = None, said: Iterable[Line] = (), **fields: object) -> Source:
    site = site or Site.objects.create(key="uji", name="Uji")
    source = Source.objects.create(site=site, name="Daftar", **{"kind": Source.Kind.TABLE, "options": {"format": "jsonl"}, **fields})
    say(source, said)
    return source


def say(source: Source, said: Iterable[Line]) -> None:
    """What the source's file says from now on."""
    source.file = files.store(json.dumps(one).encode() + b"\n" for one in said)
    source.save(update_fields=["file"])


def read(source: Source) -> Run:
    """A run, done in this process."""
    run = Run.objects.get(pk=running.start(source.pk))
    attempt.read_source(run.pk)
    run.refresh_from_db()
    source.refresh_from_db()
    return run


def answers(source: Source, question: str) -> list[str]:
    return [found.text for found in search(source.site_id, question)]


def entries_of(source: Source) -> list[tuple[int, str]]:
    return sorted(Entry.objects.filter(source=source).values_list("generation", "key"))
