"""One piece of a source is switched off and stays off over every later reading, until it is switched on again."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.knowledge.reading_sources import answers, line, lines, make_source, own_folder, read, say
from tests.knowledge.source_pages import page
from tests.people import make_member, signed_in
from widget.knowledge.index import scopes
from widget.knowledge.index.stored import stored
from widget.knowledge.models import Entry, PieceSwitch, Source
from widget.knowledge.rebuild import rebuild, rebuild_from_nothing
from widget.knowledge.sources import attempt, generations, switching
from widget.sites.models import Site

__all__ = ["own_folder"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
ASKED = "berapa harga kain nomor 1"


def texts(source: Source) -> set[str]:
    return set(answers(source, ASKED))


def piece(source: Source, key: str = "1") -> Entry:
    source.refresh_from_db()
    return Entry.objects.get(source=source, generation=source.generation, key=key)


def told(source: Source, text: str) -> None:
    """The first piece says this, the second one the same for ever."""
    say(source, [line(1, text), line(2, "Dua.")])
    read(source)


def many(client: Client, action: str, *entries: Entry) -> str:
    fields = {"action": action, "_selected_action": [entry.pk for entry in entries]}
    return client.post(reverse("admin:widget_entry_changelist"), fields, follow=True).content.decode()


def test_a_piece_that_is_off_is_found_by_nobody_at_once_and_after_every_reading() -> None:
    source = make_source()
    told(source, "Satu.")
    assert texts(source) == {"Satu.", "Dua."}
    switching.switch([piece(source)], off=True)
    assert texts(source) == {"Dua."}
    told(source, "Satu, baru.")
    assert texts(source) == {"Dua."} and piece(source).answer == "Satu, baru."
    generations.undo(source.pk)
    assert texts(source) == {"Dua."}
    switching.switch([piece(source)], off=False)
    assert texts(source) == {"Satu.", "Dua."}
    generations.undo(source.pk)
    assert texts(source) == {"Satu, baru.", "Dua."}


def test_what_waits_for_approval_follows_the_switch() -> None:
    source = make_source()
    told(source, "Satu.")
    Source.objects.update(needs_approval=True)
    told(source, "Satu, baru.")
    switching.switch([piece(source)], off=True)
    generations.publish(source.pk, source.latest)
    assert texts(source) == {"Dua."} and piece(source).generation == source.latest


@pytest.mark.parametrize("off", [True, False])
def test_a_switch_thrown_while_the_source_is_read_holds(off: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_source()
    told(source, "Satu.")
    switching.switch([piece(source)], off=not off)
    plain = attempt.open_source

    def opened(*given: Any) -> Any:
        yield from plain(*given)
        switching.switch([piece(source)], off=off)

    monkeypatch.setattr(attempt, "open_source", opened)
    told(source, "Satu, baru.")
    assert texts(source) == ({"Dua."} if off else {"Satu, baru.", "Dua."})


def test_an_index_made_anew_and_one_counted_bit_by_bit_agree_on_what_is_off() -> None:
    source = make_source(said=lines(30))
    read(source)
    switching.switch([piece(source, "7"), piece(source, "8")], off=True)
    say(source, lines(30, "Baru."))
    read(source)
    assert Entry.objects.filter(source=source, generation=2, state="draft").count() == 2
    for again in (lambda: 0, rebuild, rebuild_from_nothing):
        again()
        standing = stored.standing(source.site_id)
        assert standing.scopes == (scopes.of_generation(source.pk, 2),) and standing.documents == 28
        assert stored.within(standing).counts(["7", "kain"]) == {"kain": 28}


def test_a_source_that_is_wholly_off_has_nothing_new_when_it_says_the_same() -> None:
    source = make_source(said=lines(2))
    read(source)
    switching.switch(Entry.objects.all(), off=True)
    assert answers(source, ASKED) == [] and read(source).unchanged
    say(source, lines(2, "Baru."))
    assert not read(source).unchanged and answers(source, ASKED) == []


def test_an_owner_switches_a_piece_off_and_on_where_it_is_shown(owner: Client, site: Site) -> None:
    source = make_source(site)
    told(source, "Satu.")
    entry, switch = piece(source), reverse("admin:widget_entry_switch", args=[piece(source).pk])
    assert "stays off" not in owner.get(reverse("admin:widget_entry_change", args=[entry.pk])).content.decode()
    assert "Switched off: visitors do not get it" in owner.post(switch, {"off": "1"}, follow=True).content.decode()
    assert texts(source) == {"Dua."} and "1 piece, 1 switched off" in page(owner, source)
    assert "It stays off" in owner.get(reverse("admin:widget_entry_change", args=[entry.pk])).content.decode()
    assert "switched off" in owner.get(reverse("admin:widget_entry_changelist")).content.decode()
    assert "Switched on" in owner.post(switch, {"off": "0"}, follow=True).content.decode()
    assert texts(source) == {"Satu.", "Dua."}


def test_the_list_says_how_many_were_changed_and_what_became_of_the_others(owner: Client, site: Site) -> None:
    source = make_source(site)
    told(source, "Satu.")
    own = Entry.objects.create(site=site, title="Bisa COD?", answer="Bisa.")
    bare = Entry.objects.create(site=site, title="Ada garansi?", answer="", state="draft")
    said = many(owner, "withdraw", own, piece(source))
    assert "2 entries are drafts." in said and "1 of them is a piece of a source. It stays switched off" in said and texts(source) == {"Dua."}
    said = many(owner, "approve", own, bare, piece(source))
    assert "2 entries are approved." in said and "1 entry has no answer yet" in said and texts(source) >= {"Satu.", "Dua."}
    said = many(owner, "keep", own, piece(source))
    assert "1 copy is yours" in said and "1 entry is yours already." in said
    said = many(owner, "delete_selected", piece(source), piece(source, "2"))
    assert "2 pieces of a source stay" in said and "Are you sure" not in said
    said = many(owner, "delete_selected", piece(source), own)
    assert "1 piece of a source stays" in said and "Are you sure" in said


def test_who_has_no_right_to_the_site_switches_nothing(site: Site) -> None:
    source, stranger = make_source(site), signed_in(make_member("rina", "owner", Site.objects.create(key="lain", name="Lain")))
    told(source, "Satu.")
    for name in ("switch", "keep"):
        assert stranger.post(reverse(f"admin:widget_entry_{name}", args=[piece(source).pk]), {"off": "1"}).status_code in (302, 403, 404)
    assert not PieceSwitch.objects.exists() and texts(source) == {"Satu.", "Dua."}
