"""A search looks in what is live and in nothing else, whatever lies in the index beside it: other sites, other generations, drafts, what is over (S41)."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from widget.knowledge import search as module
from widget.knowledge.models import Entry, Source
from widget.knowledge.rebuild import forget_deleted, rebuild
from widget.knowledge.search import search
from widget.sites.models import Site

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[500, 0], ids=["in memory", "stored"])
def however_large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COMPILED_UP_TO", request.param)


def make_site(key: str = "uji") -> Site:
    return Site.objects.create(key=key, name=key)


def make_source(site: Site, generation: int = 1, **fields: object) -> Source:
    return Source.objects.create(site=site, kind=Source.Kind.TABLE, name="Daftar", generation=generation, latest=9, **fields)


def piece(source: Source, generation: int, title: str, key: str = "1", **fields: object) -> Entry:
    return Entry.objects.create(site=source.site, source=source, generation=generation, key=key, title=title, **{"answer": f"Jawaban {generation}.", **fields})


def answers(site: Site, question: str) -> list[str]:
    return [found.text for found in search(site.pk, question)]


def test_the_generation_in_use_is_found_and_no_other(however_large: None) -> None:
    source = make_source(make_site(), generation=2)
    for generation in (1, 2, 3):
        piece(source, generation, "Bisa COD?")
    assert answers(source.site, "cod bisa ga kak") == ["Jawaban 2."]


def test_one_update_swaps_takes_back_and_switches_off(however_large: None) -> None:
    source = make_source(make_site())
    piece(source, 1, "Bisa COD?"), piece(source, 2, "Bisa COD?")
    for change, found in (({"generation": 2}, ["Jawaban 2."]), ({"generation": 1}, ["Jawaban 1."]), ({"state": "off"}, []), ({"state": "on"}, ["Jawaban 1."])):
        Source.objects.filter(pk=source.pk).update(**change)
        assert answers(source.site, "cod bisa ga kak") == found
    source.delete()
    assert answers(source.site, "cod bisa ga kak") == []


def test_words_are_counted_over_everything_that_is_live(however_large: None) -> None:
    site = make_site()
    one, other = make_source(site), make_source(site)
    Entry.objects.create(site=site, title="Harga kain katun", answer="Sepuluh.")
    piece(one, 1, "Harga kain sutra"), piece(other, 1, "Harga kain wol"), piece(other, 2, "Harga kain linen")
    index = module._index_of(site.pk)
    assert index is not None and index.documents == 3
    assert index.counts(["kain", "sutra", "katun", "linen"]) == {"kain": 3, "sutra": 1, "katun": 1}
    assert answers(site, "harga kain sutra")[0] == "Jawaban 1." and answers(site, "harga kain katun")[0] == "Sepuluh."
    # Only the words of what is live are meant by a misspelt one.
    assert answers(site, "harga sutr") and not any("linen" in found.title for found in search(site.pk, "harga linne"))


def test_a_swap_between_two_queries_of_a_search_is_noticed(however_large: None, monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_source(make_site())
    piece(source, 1, "Bisa COD?"), piece(source, 2, "Bisa COD?")
    plain = module._shown

    def swap_first(site_id: int, entry_ids: list[int]) -> object:
        Source.objects.filter(generation=1).update(generation=2)
        return plain(site_id, entry_ids)

    monkeypatch.setattr(module, "_shown", swap_first)
    assert answers(source.site, "cod bisa ga kak") == ["Jawaban 2."]


def test_what_a_deleted_source_left_in_the_index_is_taken_out_at_night() -> None:
    forget_deleted()
    site = make_site()
    source, kept = make_source(site), make_source(site)
    for key in range(120):
        piece(source, 1, f"Kain nomor {key}", str(key))
    piece(kept, 1, "Bisa COD?")
    source.delete()
    assert forget_deleted() == 1 and forget_deleted() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM knowledge_index")
        assert cursor.fetchone() == (1,)
        cursor.execute("SELECT COUNT(*) FROM knowledge_word WHERE scope = %s", [f"g{source.pk}x1"])
        assert cursor.fetchone() == (0,)
    assert answers(site, "cod")


def test_the_index_made_anew_keeps_generations_apart(however_large: None) -> None:
    source = make_source(make_site())
    piece(source, 1, "Bisa COD?"), piece(source, 2, "Ada garansi?")
    rebuild()
    assert answers(source.site, "cod") and not answers(source.site, "garansi")
    Source.objects.update(generation=2)
    assert answers(source.site, "garansi") and not answers(source.site, "cod")


THINGS = ["kain", "tas", "gelas", "lampu", "kursi", "meja", "sarung", "kemeja", "mangkuk", "topi"]
COLOURS = ["merah", "biru", "hijau", "kuning", "ungu", "hitam", "putih", "cokelat", "abu", "jingga"]
ASKED = ["harga", "ukuran", "bahan", "stok", "ongkir", "garansi", "cod", "kirim", "warna", "berapa"]


def fill(site: Site) -> set[int]:
    """Near-identical texts in every state; returns what may be found."""
    today = timezone.localdate()
    live, off, waiting = make_source(site, 2, former=1), make_source(site, 1, state="off"), make_source(site, 0)
    kinds: list[tuple[bool, Callable[[str, str], Entry]]] = [
        (True, lambda title, key: Entry.objects.create(site=site, title=title, answer="Sendiri.")),
        (True, lambda title, key: piece(live, 2, title, key)),
        (False, lambda title, key: piece(live, 1, title, key)),
        (False, lambda title, key: piece(live, 3, title, key)),
        (False, lambda title, key: piece(off, 1, title, key)),
        (False, lambda title, key: piece(waiting, 1, title, key)),
        (False, lambda title, key: piece(live, 2, title, f"{key} draft", state="draft")),
        (False, lambda title, key: Entry.objects.create(site=site, title=title, answer="Konsep.", state="draft")),
        (False, lambda title, key: Entry.objects.create(site=site, title=title, answer="Lewat.", valid_until=today - timedelta(days=1))),
        (False, lambda title, key: Entry.objects.create(site=site, title=title, answer="Nanti.", valid_from=today + timedelta(days=1))),
    ]
    may_be_found = set()
    titles = [f"{asked} {thing} {colour}" for asked, thing, colour in zip(ASKED * 3, THINGS * 3, COLOURS[:7] * 5, strict=False)]
    for number, title in enumerate(titles):
        for is_live, make in kinds:
            made = make(title, str(number))
            if is_live:
                may_be_found.add(made.pk)
    gone = Entry.objects.create(site=site, title="harga kain merah", answer="Dihapus.")
    Entry.objects.filter(pk=gone.pk).delete()
    return may_be_found


@pytest.mark.promise("S41")
def test_no_question_ever_finds_what_is_foreign_or_dead(however_large: None, full_count: Callable[[int, int], int]) -> None:
    sites = [make_site("satu"), make_site("dua")]
    may_be_found = [fill(site) for site in sites]
    chance = random.Random("S41")
    wrong, found_at_all = 0, 0
    for number in range(full_count(100, 5_000)):
        words = chance.choices([*THINGS, *COLOURS, *ASKED, "kak", "brp", "ada", "g1x1", "s1", "trmasuk", "sarungg"], k=chance.randint(1, 5))
        found = search(sites[number % 2].pk, " ".join(words), limit=8)
        wrong += sum(one.entry_id not in may_be_found[number % 2] for one in found)
        found_at_all += bool(found)
    assert wrong == 0
    assert found_at_all > 50
