"""The admin shows, offers and changes what belongs to one's own sites, also for somebody with different roles at several (S71)."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.inbox.conftest import MakeConversation
from tests.people import make_member, signed_in
from widget.conversations.models import CannedReply, Conversation, Tag
from widget.inbox.models import AuditEntry
from widget.knowledge.models import Entry
from widget.ops.alerts.models import AlertTarget
from widget.providers.models import Provider
from widget.rules.models import Rule
from widget.sites.members import RIGHTS, site_of
from widget.sites.models import AllowedOrigin, Role, Site
from widget.sites.scope import SiteScope

pytestmark = [pytest.mark.django_db, pytest.mark.promise("S71")]
CANARY = "kanari kuning"
MODELS = [page.opts.model for page in admin.site._registry.values() if isinstance(page, SiteScope)]


def furnish(site: Site, word: str) -> None:
    Entry.objects.create(site=site, title=word, answer=word)
    CannedReply.objects.create(site=site, shortcut="kata", title=word, text=word)
    Tag.objects.create(site=site, name=word)
    Rule.objects.create(site=site, name=word, phrases=word, answer=word)
    AlertTarget.objects.create(site=site, kind="email", address=f"{word.replace(' ', '')}@toko.example")
    Provider.objects.create(site=site, name=word, base_url="http://127.0.0.1:9/v1", model=word, last_failed_at=timezone.now())
    AuditEntry.objects.create(site=site, name=word, action="read", kind="widget.rule", row="1", subject=word)
    make_member(word, "agent", site, first_name=word)


@pytest.fixture
def theirs(site: Site, make_conversation: MakeConversation) -> Site:
    furnish(site, "milik sendiri")
    other = Site.objects.create(key="lain", name=CANARY)
    furnish(other, CANARY)
    for one, word in ((site, "milik sendiri"), (other, CANARY)):
        make_conversation(f"v: {word}", name=word, site=one, handler="waiting")
    return other


def test_every_page_says_its_way_to_the_site(theirs: Site) -> None:
    """A page without one is for superusers alone; what the database filters by and what is asked of a row agree."""
    for page in admin.site._registry.values():
        assert isinstance(page, SiteScope), f"{page} is shown without regard to sites"
    assert {page.opts.label for page in admin.site._registry.values() if not page.site_path} == {"widget.BackgroundJob"}
    for model in MODELS:
        path = admin.site._registry[model].site_path
        for row in model._default_manager.all() if path and model is not User else ():
            assert model._default_manager.filter(**{f"{path}__in": [site_of(row)]}, pk=row.pk).exists()


def test_who_may_change_may_also_look() -> None:
    for rights in RIGHTS.values():
        for right in rights:
            app, _dot, name = right.partition(".")
            assert f"{app}.view_{name.partition('_')[2]}" in rights


@pytest.mark.parametrize("role", Role.values)
def test_lists_searches_filters_and_the_first_page_show_own_sites_only(role: str, site: Site, theirs: Site) -> None:
    client = signed_in(make_member("rina", role, site))
    shown = 0
    for page in admin.site._registry.values():
        address = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")
        for query in ("", "?q=kanari", f"?site__id__exact={theirs.pk}", "?o=1"):
            answer = client.get(address + query)
            assert CANARY not in answer.content.decode() and "kanarikuning" not in answer.content.decode(), address + query
            shown += answer.status_code == 200 and "milik" in answer.content.decode()
    assert shown >= (10 if role == "owner" else 6)
    first = client.get("/admin/")
    assert "milik sendiri" in first.content.decode() and CANARY not in first.content.decode()
    assert first.context["insights"].today.questions == 1 and first.context["waiting_count"] == 1 and len(first.context["troubles"]) == 1


def test_the_sign_that_a_page_is_old_ignores_other_sites(site: Site, theirs: Site, make_conversation: MakeConversation) -> None:
    client = signed_in(make_member("rina", "agent", site))
    before = client.get(reverse("admin:stamp")).json()
    make_conversation("v: halo", site=theirs, handler="waiting")
    assert client.get(reverse("admin:stamp")).json() == before
    make_conversation("v: halo", handler="waiting")
    assert client.get(reverse("admin:stamp")).json() != before


def test_forms_and_the_try_out_offer_own_sites_only(site: Site, theirs: Site) -> None:
    client = signed_in(make_member("rina", "owner", site))
    for name in ("entry", "rule", "alerttarget", "provider"):
        page = client.get(f"/admin/widget/{name}/add/?kind=email&site={theirs.pk}").content.decode()
        assert "Toko Saya" in page and CANARY not in page, name
    assert CANARY not in client.get(reverse("admin:try_out"), {"q": CANARY, "site": theirs.pk}).content.decode().replace(f'value="{CANARY}"', "")
    form = {"title": "x", "answer": "x", "state": "approved", "language": "id"}
    assert client.post("/admin/widget/entry/add/", {**form, "site": theirs.pk}).status_code == 200
    mine = Entry.objects.get(site=site)
    assert client.post(reverse("admin:widget_entry_change", args=[mine.pk]), {**form, "site": theirs.pk}).status_code == 200
    assert Entry.objects.filter(site=theirs).count() == 1


@pytest.mark.parametrize("role", Role.values)
def test_downloads_hold_own_sites_only(role: str, site: Site, theirs: Site) -> None:
    client = signed_in(make_member("rina", role, site))
    for name in ("answers", "waits", "costs", "sites", "questions"):
        answer = client.get(reverse("admin:insights_csv", args=[name]), {"site": theirs.pk, "days": 90})
        assert CANARY not in answer.content.decode()
    assert set(AuditEntry.objects.filter(action="exported").values_list("site", flat=True)) == {site.pk}


def test_autocompletion_finds_own_people_only(site: Site, theirs: Site) -> None:
    ask = {"app_label": "widget", "model_name": "conversation", "field_name": "operator", "term": "i"}
    found = signed_in(make_member("rina", "owner", site)).get(reverse("admin:autocomplete"), ask).json()["results"]
    assert {one["text"] for one in found} == {"milik sendiri", "rina"}
    assert signed_in(make_member("budi", "agent", site)).get(reverse("admin:autocomplete"), ask).status_code == 403


def test_ready_made_answers_are_made_at_own_sites_only(site: Site, theirs: Site) -> None:
    Entry.objects.all().delete()
    client = signed_in(make_member("rina", "agent", site))
    page = client.get("/admin/widget/entry/").content.decode()
    assert "Start for Toko Saya" in page and CANARY not in page
    assert client.post("/admin/widget/entry/starters/", {"site": theirs.pk}).status_code == 404
    assert client.post("/admin/widget/entry/starters/", {"site": site.pk}).status_code == 302
    assert set(Entry.objects.values_list("site", flat=True)) == {site.pk}


@pytest.fixture
def mixed(site: Site, theirs: Site) -> Client:
    """Owner of one site and viewer of the other."""
    person = make_member("rina", "owner", site)
    theirs.members.create(user=person, role="viewer")  # type: ignore[attr-defined]
    return signed_in(person)


def test_a_viewer_reads_there_and_changes_only_at_the_other_site(mixed: Client, site: Site, theirs: Site) -> None:
    entries = list(Entry.objects.order_by("site"))
    act: dict[str, Any] = {"action": "withdraw", "_selected_action": [entry.pk for entry in entries]}
    Entry.objects.update(state="approved")
    mixed.post("/admin/widget/entry/", act)
    assert [entry.state for entry in Entry.objects.order_by("site")] == ["draft", "approved"]
    mixed.post("/admin/widget/entry/", {**act, "action": "delete_selected", "post": "yes"})
    assert [entry.site_id for entry in Entry.objects.all()] == [theirs.pk]
    change = reverse("admin:widget_entry_change", args=[entries[1].pk])
    assert mixed.get(change).status_code == 200 and mixed.post(change, {"title": "x", "answer": "x"}).status_code == 403
    talk = Conversation.objects.get(site=theirs)
    assert CANARY in mixed.get(reverse("admin:widget_conversation_change", args=[talk.pk])).content.decode()
    for name in ("reply", "hand_back", "close", "delete"):
        assert mixed.post(reverse(f"admin:widget_conversation_{name}", args=[talk.pk]), {"text": "x", "post": "yes"}).status_code == 403
    assert mixed.post(reverse("admin:widget_site_allow", args=[theirs.pk]), {"origin": "https://x.example"}).status_code in (302, 403, 404)
    assert not AllowedOrigin.objects.exists()


def test_rows_edited_in_a_list_are_those_one_may_change(mixed: Client, site: Site, theirs: Site) -> None:
    rules = list(Rule.objects.order_by("site"))
    form: dict[str, Any] = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "Save"}
    for number, rule in enumerate(rules):
        form |= {f"form-{number}-id": rule.pk, f"form-{number}-position": 77, f"form-{number}-active": "on"}
    assert mixed.post("/admin/widget/rule/", form).status_code == 403
    assert not Rule.objects.filter(position=77).exists()
    signed_in(make_member("tono", "agent", site)).post("/admin/widget/rule/", form)
    assert set(Rule.objects.filter(position=77).values_list("site", flat=True)) <= {site.pk}
