"""The owner's pages of knowledge and rules: lists, drafts, ready-made starts, and the try-out of a sentence."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.people import make_member
from widget.embed.demo.loader import load_demo
from widget.knowledge.models import Entry
from widget.knowledge.search import search
from widget.rules.models import Rule
from widget.sites.models import Site

pytestmark = pytest.mark.django_db
LISTS = ["admin:widget_entry_changelist", "admin:widget_rule_changelist"]


@pytest.fixture
def site() -> Site:
    return Site.objects.create(key="uji", name="Uji", kind="clinic")


def page(client: Client, name: str, **query: Any) -> str:
    answer = client.get(reverse(name), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_entry_written_in_the_admin_is_found_at_once(admin_client: Client, site: Site) -> None:
    fields = {"site": site.pk, "title": "Bisa COD?", "answer": "Bisa.", "state": "approved", "language": "id"}
    assert admin_client.post(reverse("admin:widget_entry_add"), fields).status_code == 302
    assert [found.title for found in search(site.pk, "cod bisa ga")] == ["Bisa COD?"]


def test_drafts_are_approved_and_withdrawn_together(admin_client: Client, site: Site) -> None:
    entry = Entry.objects.create(site=site, title="Bisa COD?", answer="Bisa.", state="draft")
    for action, found in (("approve", 1), ("withdraw", 0)):
        admin_client.post(reverse("admin:widget_entry_changelist"), {"action": action, "_selected_action": [entry.pk]})
        assert len(search(site.pk, "cod bisa ga")) == found


def test_entries_deleted_in_the_list_are_not_found(admin_client: Client, site: Site) -> None:
    entry = Entry.objects.create(site=site, title="Bisa COD?", answer="Bisa.")
    fields = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
    admin_client.post(reverse("admin:widget_entry_changelist"), fields)
    assert search(site.pk, "cod bisa ga") == []


@pytest.mark.parametrize(("name", "model"), [("entry", Entry), ("rule", Rule)])
def test_a_bare_site_starts_with_ready_made_ones_once(admin_client: Client, site: Site, name: str, model: Any) -> None:
    url = reverse(f"admin:widget_{name}_starters")
    assert f'action="{url}"' in page(admin_client, f"admin:widget_{name}_changelist")
    assert admin_client.post(url, {"site": site.pk}).status_code == 302
    made = model.objects.count()
    assert made >= 4
    assert f'action="{url}"' not in page(admin_client, f"admin:widget_{name}_changelist")
    assert admin_client.post(url, {"site": site.pk}).status_code == 404
    assert model.objects.count() == made


def test_a_rule_with_an_unknown_placeholder_is_refused_in_words(admin_client: Client, site: Site) -> None:
    fields = {"site": site.pk, "name": "X", "phrases": "x", "answer": "{harga}", "position": 0}
    assert "{harga} is not a placeholder" in admin_client.post(reverse("admin:widget_rule_add"), fields).content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_a_sentence_can_be_tried_above_the_list(admin_client: Client, site: Site, name: str) -> None:
    assert f'action="{reverse("admin:try_out")}"' in page(admin_client, name)


@pytest.mark.parametrize(
    ("sentence", "heading", "named"),
    [
        ("halo kak", "A rule answers", "Salam"),
        ("kak bisa cod ga", "Your knowledge answers", "Bisa COD (bayar di tempat)?"),
        ("mau beli motor", "Nothing answers this by itself", "Write the answer"),
    ],
)
def test_a_tried_sentence_shows_who_would_answer(admin_client: Client, site: Site, sentence: str, heading: str, named: str) -> None:
    load_demo(site)
    shown = page(admin_client, "admin:try_out", q=sentence)
    assert heading in shown
    assert named in shown


def test_a_sentence_between_two_entries_shows_what_the_visitor_is_asked(admin_client: Client, site: Site) -> None:
    for title in ("Kartu kredit klasik", "Kartu kredit emas"):
        Entry.objects.create(site=site, title=title, answer="Iuran setahun.")
    shown = page(admin_client, "admin:try_out", q="kartu kredit")
    assert "The visitor is asked which one is meant" in shown
    assert "Kartu kredit klasik" in shown and "Kartu kredit emas" in shown


def test_a_tried_sentence_is_shown_as_text_only(admin_client: Client, site: Site) -> None:
    Entry.objects.create(site=site, title="Bisa COD <b>?", answer="<script>alert(1)</script>")
    shown = page(admin_client, "admin:try_out", q='cod <script>"')
    assert "<script>alert" not in shown
    assert "cod <script>" not in shown


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "halo", "site": "x"}, {"q": "halo", "site": "9" * 30}, {"q": "a" * 5000}, {"q": "\x01\x1b"}])
def test_the_try_out_bears_any_input_also_without_a_site(admin_client: Client, query: dict[str, str]) -> None:
    page(admin_client, "admin:try_out", **query)
    Site.objects.create(key="uji", name="Uji")
    page(admin_client, "admin:try_out", **query)


def test_the_try_out_is_for_those_who_may_see_knowledge(client: Client, site: Site) -> None:
    client.force_login(make_member("staf"))
    assert client.get(reverse("admin:try_out")).status_code == 403
    client.force_login(make_member("rina", "viewer", site))
    assert client.get(reverse("admin:try_out")).status_code == 200


@pytest.mark.parametrize("name", [*LISTS, "admin:widget_entry_add", "admin:widget_rule_add", "admin:try_out"])
def test_the_pages_hold_no_inline_script_or_style(admin_client: Client, site: Site, name: str) -> None:
    load_demo(site)
    shown = page(admin_client, name, q="bisa cod")
    assert "<style" not in shown
    assert " style=" not in shown
    assert " onclick=" not in shown
