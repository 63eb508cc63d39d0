"""What the tables of sources promise by themselves: each piece once in a generation, one reading at a time, and which entries are live."""

import pytest
from django.db import IntegrityError, transaction

from widget.knowledge.models import Entry, Run, Source
from widget.sites.models import Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Source:
    site = Site.objects.create(key="uji", name="Uji")
    return Source.objects.create(site=site, kind=Source.Kind.TABLE, name="Daftar harga", generation=2, former=1, latest=3)


def piece(source: Source, generation: int, key: str = "1") -> Entry:
    return Entry.objects.create(site=source.site, source=source, generation=generation, key=key, title=f"Bagian {generation}", answer="Isi.")


def test_a_piece_stands_once_in_a_generation_and_again_in_the_next(source: Source) -> None:
    piece(source, 1), piece(source, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        piece(source, 2)


def test_what_people_wrote_needs_no_key(source: Source) -> None:
    for _ in range(2):
        Entry.objects.create(site=source.site, title="Bisa COD?", answer="Bisa.")
    assert Entry.objects.live().count() == 2


def test_live_is_what_people_wrote_and_what_sources_in_use_say_now(source: Source) -> None:
    own = Entry.objects.create(site=source.site, title="Bisa COD?", answer="Bisa.")
    pieces = [piece(source, generation) for generation in (1, 2, 3)]
    assert set(Entry.objects.live()) == {own, pieces[1]}
    Source.objects.update(state=Source.State.OFF)
    assert set(Entry.objects.live()) == {own}


def test_a_source_is_read_by_one_run_at_a_time(source: Source) -> None:
    Run.objects.create(source=source, state=Run.State.DONE)
    Run.objects.create(source=source)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(source=source, state=Run.State.RUNNING)


def test_a_run_says_why_it_failed(source: Source) -> None:
    assert Run(source=source).sentence == ""
    assert Run(source=source, error="gone", error_text="It is gone.", detail="a.pdf").sentence == "It is gone. (a.pdf)"
