"""The checklist of the first page: it looks for itself, a decision counts as done, and it goes when nothing is left."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.inbox.conftest import MakeConversation
from widget.inbox.models import SetupDecision
from widget.inbox.push.models import PushDevice
from widget.inbox.push.vapid import current_key
from widget.knowledge.models import Entry
from widget.knowledge.starters import create_draft_questions
from widget.ops.alerts.models import AlertTarget
from widget.sites.models import AllowedOrigin, Member, OpeningHours, Role, Site

INDEX = "admin:index"


def steps(client: Client) -> dict[str, bool]:
    return {step.name: step.done for step in client.get(reverse(INDEX)).context["steps"]}


def test_it_leads_in_one_order_and_every_open_step_has_its_page(admin_client: Client, site: Site) -> None:
    shown = admin_client.get(reverse(INDEX)).context["steps"]
    assert [step.name for step in shown] == ["name", "reach", "knowledge", "look", "tag", "provider", "try", "colleague", "alert"]
    assert all(step.done or (step.url and step.hint) for step in shown)


def test_each_step_is_ticked_by_what_was_done_and_the_list_goes(admin_client: Client, site: Site, make_conversation: MakeConversation) -> None:
    assert steps(admin_client)["name"] and not any(done for name, done in steps(admin_client).items() if name != "name")
    OpeningHours.objects.create(site=site, weekday=0, opens="08:00", closes="17:00")
    Entry.objects.create(site=site, title="Ongkir?", answer="Rp 10.000")
    Site.objects.update(accent="#aa0000")
    AllowedOrigin.objects.create(site=site, origin="https://toko.test", first_seen_at=timezone.now())
    make_conversation("v: halo")
    Member.objects.create(site=site, user=User.objects.create_user("rina", is_staff=True), role=Role.AGENT)
    assert {name for name, done in steps(admin_client).items() if not done} == {"provider", "alert"}
    AlertTarget.objects.create(site=site, kind="email", address="a@b.id", last_ok_at=timezone.now())
    admin_client.post(reverse("admin:setup_decision", args=["provider"]))
    assert steps(admin_client) == {}


def test_a_device_that_is_told_of_waits_does_as_well_as_a_messenger(admin_client: Client, admin_user: User, site: Site) -> None:
    elsewhere = Site.objects.create(key="lain", name="Lain")
    stranger = User.objects.create_user("budi", is_staff=True)
    Member.objects.create(site=elsewhere, user=stranger, role=Role.OWNER)
    device = PushDevice.objects.create(user=stranger, key=current_key(), endpoint="https://push.test/1", p256dh="x", auth="x")
    assert steps(admin_client)["alert"] is False
    device.user = admin_user
    device.save()
    assert steps(admin_client)["alert"] is True


def test_a_decision_counts_as_done_and_only_where_one_may_be_made(admin_client: Client, site: Site) -> None:
    for _time in range(2):
        assert admin_client.post(reverse("admin:setup_decision", args=["provider"])).status_code == 302
    assert steps(admin_client)["provider"] and SetupDecision.objects.count() == 1
    assert admin_client.post(reverse("admin:setup_decision", args=["tag"])).status_code == 404
    assert admin_client.get(reverse("admin:setup_decision", args=["look"])).status_code == 405


@pytest.mark.promise("S71")
def test_an_owners_list_is_about_their_own_site(client: Client, site: Site) -> None:
    other = Site.objects.create(key="lain", name="Lain", accent="#aa0000")
    person = User.objects.create_user("rina", is_staff=True)
    Member.objects.create(site=other, user=person, role=Role.OWNER)
    Entry.objects.create(site=site, title="Ongkir?", answer="Rp 10.000")
    client.force_login(person)
    assert steps(client)["look"] and not steps(client)["knowledge"]
    client.post(reverse("admin:setup_decision", args=["colleague"]))
    assert SetupDecision.objects.get().site == other
    # Who sets nothing up has no list.
    Member.objects.update(role=Role.VIEWER)
    assert "Set up</h2>" not in client.get(reverse(INDEX)).content.decode()


def test_the_usual_questions_are_answered_on_one_page_and_only_filled_ones_go_live(admin_client: Client, site: Site) -> None:
    url = reverse("admin:widget_entry_usual")
    assert "Start with the usual questions" in admin_client.get(url).content.decode() and not Entry.objects.exists()
    made = admin_client.post(reverse("admin:widget_entry_starters"), {"site": site.pk})
    assert made.headers["Location"] == f"{url}?site={site.pk}" and Entry.objects.count() >= 20
    page = admin_client.get(made.headers["Location"])
    first = page.context["questions"][0]
    assert first.hint and not Entry.objects.exclude(answer="").exists() and first.hint in page.content.decode()
    foreign = Entry.objects.create(site=Site.objects.create(key="lain", name="Lain"), title="Rahasia", answer="", state="draft")
    data = {
        f"answer-{first.entry.pk}": " Mulai Rp 10.000 ",
        f"answer-{page.context['questions'][1].entry.pk}": "  ",
        f"answer-{foreign.pk}": "x",
        "answer-x": "y",
    }
    admin_client.post(f"{url}?site={site.pk}", data)
    assert [(entry.pk, entry.answer) for entry in Entry.objects.filter(state="approved")] == [(first.entry.pk, "Mulai Rp 10.000")]
    assert len(admin_client.get(url).context["questions"]) == len(page.context["questions"]) - 1


def test_drafts_of_earlier_versions_count_as_unanswered(admin_client: Client, site: Site) -> None:
    create_draft_questions(site)
    hint = admin_client.get(reverse("admin:widget_entry_usual")).context["questions"][0].hint
    entry = Entry.objects.order_by("pk")[0]
    entry.answer = hint
    entry.save()
    assert admin_client.get(reverse("admin:widget_entry_usual")).context["questions"][0].entry == entry


def test_an_empty_draft_cannot_be_approved_from_the_list(admin_client: Client, site: Site) -> None:
    create_draft_questions(site)
    ids = [str(pk) for pk in Entry.objects.values_list("pk", flat=True)]
    admin_client.post(reverse("admin:widget_entry_changelist"), {"action": "approve", "_selected_action": ids})
    assert not Entry.objects.filter(state="approved").exists()


def test_another_owners_usual_questions_are_not_shown(client: Client, site: Site) -> None:
    create_draft_questions(site)
    person = User.objects.create_user("rina", is_staff=True)
    Member.objects.create(site=Site.objects.create(key="lain", name="Lain"), user=person, role=Role.OWNER)
    client.force_login(person)
    assert client.get(reverse("admin:widget_entry_usual"), {"site": site.pk}).status_code == 404
