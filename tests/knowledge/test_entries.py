"""The search index follows what owners write, and never finds what it must not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from widget.knowledge.models import Entry
from widget.knowledge.search import search
from widget.sites.models import Site

pytestmark = pytest.mark.django_db


def write(site: Site, title: str = "Bisa bayar di tempat?", **fields: object) -> Entry:
    return Entry.objects.create(site=site, title=title, **{"answer": "Bisa, untuk Jawa dan Bali.", **fields})


def titles(site: Site, question: str) -> list[str]:
    return [found.title for found in search(site.pk, question)]


def test_an_entry_is_found_as_soon_as_it_is_saved(site: Site) -> None:
    assert titles(site, "cod bisa ga kak") == []
    entry = write(site)
    found = search(site.pk, "cod bisa ga kak")
    assert [one.entry_id for one in found] == [entry.pk]
    assert found[0].text == "Bisa, untuk Jawa dan Bali."
    assert 0.6 < found[0].confidence <= 1


def test_a_changed_entry_is_found_by_its_new_words_only(site: Site) -> None:
    entry = write(site)
    entry.title, entry.answer = "Ada garansi?", "Ya, tujuh hari."
    entry.save()
    assert titles(site, "cod bisa ga kak") == []
    assert titles(site, "garansinya gimana") == ["Ada garansi?"]


def test_an_entry_is_found_by_the_products_it_concerns(site: Site) -> None:
    entry = write(site, "Cara merawat kain", answer="Cuci dengan tangan.", products="Batik Parang BT-014\nSarung Goyor")
    write(site, "Cara bayar", answer="Transfer.")
    assert titles(site, "sarung goyor") == titles(site, "bt-014") == ["Cara merawat kain"]
    entry.products = ""
    entry.save()
    assert titles(site, "sarung goyor") == []


def test_a_deleted_entry_is_not_found(site: Site) -> None:
    write(site).delete()
    assert titles(site, "cod") == []


def test_entries_deleted_together_are_not_found(site: Site) -> None:
    write(site), write(site, "Ada COD?")
    Entry.objects.all().delete()
    assert titles(site, "cod") == []


def test_a_draft_is_not_found_until_it_is_approved(site: Site) -> None:
    write(site, state=Entry.State.DRAFT)
    assert titles(site, "cod") == []
    Entry.objects.update(state=Entry.State.APPROVED)
    assert titles(site, "cod") == ["Bisa bayar di tempat?"]
    Entry.objects.update(state=Entry.State.DRAFT)
    assert titles(site, "cod") == []


@pytest.mark.parametrize(("starts", "ends", "found"), [(None, None, 1), (0, 0, 1), (1, None, 0), (None, -1, 0), (-2, 2, 1)])
def test_an_entry_is_found_on_its_days_only(site: Site, starts: int | None, ends: int | None, found: int) -> None:
    today = timezone.localdate()
    days = {name: today + timedelta(days=value) for name, value in (("valid_from", starts), ("valid_until", ends)) if value is not None}
    write(site, **days)
    assert len(titles(site, "cod")) == found


def test_another_sites_entries_are_never_found(site: Site) -> None:
    other = Site.objects.create(key="lain", name="Lain")
    write(other)
    assert titles(site, "cod") == []
    assert titles(other, "cod") == ["Bisa bayar di tempat?"]


def test_an_entry_moved_to_another_site_moves_in_the_index(site: Site) -> None:
    other = Site.objects.create(key="lain", name="Lain")
    entry = write(site)
    entry.site = other
    entry.save()
    assert titles(site, "cod") == []
    assert titles(other, "cod") == ["Bisa bayar di tempat?"]


def test_the_count_of_words_returns_to_nothing_when_all_is_deleted(site: Site) -> None:
    write(site), write(site, "Ada COD?")
    Entry.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM knowledge_word WHERE scope = %s AND word <> '#'", [f"s{site.pk}"])
        assert cursor.fetchone() == (0,)


def test_words_of_a_search_language_in_a_question_are_only_words(site: Site) -> None:
    write(site)
    for question in ('cod" OR "x', "cod AND NOT (", "scope:s1", "*", "^cod NEAR/2", "'; DROP TABLE widget_entry; --", "💥", ""):
        search(site.pk, question)
    assert Entry.objects.count() == 1
