"""A deleted site is gone at once for everybody, and cleared away in small transactions, whatever hangs on it."""

import pytest
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from widget.conversations.models import Conversation, Message
from widget.knowledge.models import Entry, Run, Source
from widget.knowledge.rebuild import forget_deleted
from widget.lib import slices
from widget.sites import registry, removing
from widget.sites.models import OpeningHours, Site

pytestmark = pytest.mark.django_db


def filled(key: str) -> Site:
    """With more of each than goes in one slice."""
    site = Site.objects.create(key=key, name=f"Toko {key}")
    Entry.objects.bulk_create([Entry(site=site, title=f"Kain {key} {number}", answer="Katun.") for number in range(30)])
    source = Source.objects.create(site=site, kind="table", name="Daftar", generation=1, latest=1)
    Run.objects.create(source=source, state=Run.State.RUNNING, generation=2)
    for number in range(12):
        Entry.objects.create(site=site, source=source, generation=1, key=str(number), title=f"Topi {key} {number}", answer="Rimba.")
        talk = Conversation.objects.create(site=site, public_id=f"{key}-{number}", seq=1)
        Message.objects.create(conversation=talk, seq=1, client_id="1", author="visitor", text="halo")
    OpeningHours.objects.create(site=site, weekday=0, opens="08:00", closes="17:00")
    return site


def rows() -> dict[str, int]:
    """Of everything that hangs on a site, directly or below it."""
    return {model.__name__: model._base_manager.count() for model in (Site, Entry, Source, Run, Conversation, Message, OpeningHours)}


def filed() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM knowledge_index")
        return int(cursor.fetchone()[0])


def test_a_deleted_site_is_gone_at_once_and_cleared_away_by_a_job(admin_client: Client) -> None:
    # What tests that really commit have left.
    forget_deleted()
    kept = filled("tetap")
    before, documents = rows(), filed()
    gone = filled("pergi")
    page = reverse("admin:widget_site_delete", args=[gone.pk])
    shown = admin_client.get(page).content.decode()
    assert "42" in shown and "12" in shown
    assert "was deleted" in admin_client.post(page, {"post": "yes"}, follow=True).content.decode()
    assert list(Site.objects.all()) == [kept] and registry.read_site("pergi")[1] is None and Run.objects.filter(state="running").count() == 2
    for listed in ("site", "entry", "source", "conversation"):
        assert "pergi" not in admin_client.get(reverse(f"admin:widget_{listed}_changelist")).content.decode()
    Site.objects.create(key="pergi", name="Toko baru").delete()
    for _ in range(2):
        removing.finish(gone.pk)
    assert rows() == before and filed() == documents
    assert forget_deleted() == 2


def test_a_site_that_stands_is_never_cleared_away() -> None:
    before = filled("tetap") and rows()
    removing.finish(Site.objects.get().pk)
    assert rows() == before


def test_what_hangs_on_a_site_goes_in_slices_and_after_its_time_in_another_run(monkeypatch: pytest.MonkeyPatch) -> None:
    gone, sizes = filled("pergi"), list[int]()
    run = slices.Pace.run

    def watched(pace: slices.Pace, step: object) -> int:
        sizes.append(run(pace, step))  # type: ignore[arg-type]
        return sizes[-1]

    monkeypatch.setattr(slices.Pace, "run", watched)
    monkeypatch.setattr(slices, "MOST", 10)
    removing.remove(gone.pk)
    monkeypatch.setattr(removing, "RUN_SECONDS", 0.0)
    removing.finish(gone.pk)
    assert rows()["Entry"] == 42
    monkeypatch.setattr(removing, "RUN_SECONDS", 60.0)
    removing.finish(gone.pk)
    assert not any(rows().values()) and sum(sizes) >= 42 + 12 and max(sizes) <= 42 and len(sizes) > 12


def test_every_table_of_a_site_is_known_to_what_counts_and_clears() -> None:
    hanging = {relation.related_model for relation in removing._hanging()}
    assert {Entry, Source, Conversation, OpeningHours} <= hanging and all(issubclass(model, models.Model) for model in hanging)
