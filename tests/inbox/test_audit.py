"""What the audit log holds, who sees it, and what never stands in it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from tests.inbox.conftest import MakeConversation
from tests.people import make_member, signed_in
from widget.inbox import audit
from widget.inbox.models import AuditEntry
from widget.jobs import schedule, tasks
from widget.knowledge.models import Entry
from widget.rules.models import Rule
from widget.sites.models import Member, Site

pytestmark = pytest.mark.django_db
LIST = "/admin/widget/auditentry/"
PASSWORD = "kopi-tubruk-77"
SECRET = "rahasia pengunjung"


def lines() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("name", "action", "kind"))


def test_reading_a_conversation_is_one_line_an_hour(site: Site, make_conversation: MakeConversation) -> None:
    talk = make_conversation(f"v: {SECRET}", name=SECRET)
    client = signed_in(make_member("rina", "viewer", site))
    for _ in range(3):
        assert client.get(reverse("admin:widget_conversation_change", args=[talk.pk])).status_code == 200
    audit.opened(User.objects.get(username="rina").pk, talk.pk)
    assert lines() == [("rina", "read", "widget.conversation")]
    signed_in(make_member("budi", "viewer", site)).get(reverse("admin:widget_conversation_change", args=[talk.pk]))
    assert len(lines()) == 2


def test_what_is_added_changed_and_deleted_is_a_line_without_a_visitors_words(site: Site, make_conversation: MakeConversation) -> None:
    client = signed_in(make_member("rina", "owner", site))
    form = {"site": site.pk, "title": SECRET, "answer": SECRET, "state": "approved", "language": "id"}
    client.post("/admin/widget/entry/add/", form)
    entry = Entry.objects.get()
    client.post(reverse("admin:widget_entry_change", args=[entry.pk]), {**form, "answer": "lain"})
    client.post("/admin/widget/entry/", {"action": "withdraw", "_selected_action": [entry.pk]})
    client.post(reverse("admin:widget_entry_delete", args=[entry.pk]), {"post": "yes"})
    talk = make_conversation(f"v: {SECRET}", name=SECRET, contact=SECRET, handler="human")
    client.post(reverse("admin:widget_conversation_close", args=[talk.pk]))
    client.post(reverse("admin:widget_conversation_delete", args=[talk.pk]), {"post": "yes"})
    kinds = [(action, kind.partition(".")[2]) for _name, action, kind in lines()]
    entries = [("added", "entry"), ("changed", "entry"), ("changed", "entry"), ("deleted", "entry")]
    assert kinds == [*entries, ("closed", "conversation"), ("deleted", "conversation")]
    assert SECRET not in str(list(AuditEntry.objects.values_list()))
    client.get("/admin/")  # Says once more what was just done, by name.
    page = client.get(LIST).content.decode()
    assert "Changed Answer." in page and SECRET not in page and f"#{talk.pk}" in page


def test_replies_and_handing_back_on_the_page_are_lines_too(site: Site, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo", handler="waiting")
    client = signed_in(make_member("rina", "agent", site))
    row = "4711aaaa-0000-4000-8000-000000000001"
    for text in (SECRET, SECRET, ""):
        client.post(reverse("admin:widget_conversation_reply", args=[talk.pk]), {"text": text, "row_id": row})
    client.post(reverse("admin:widget_conversation_reply", args=[talk.pk]), {"text": SECRET})
    client.post(reverse("admin:widget_conversation_hand_back", args=[talk.pk]))
    told = AuditEntry.objects.exclude(action="read").order_by("pk").values_list("name", "action", "detail", "site")
    assert list(told) == [("rina", "replied_taking", "#2", site.pk), ("rina", "replied", "#3", site.pk), ("rina", "handed_back", "", site.pk)]
    assert SECRET not in str(list(AuditEntry.objects.values_list()))


def test_a_new_role_is_a_line_at_its_site(site: Site) -> None:
    person = make_member("rina", "agent", site)
    held = Member.objects.get(user=person)
    form = {"username": "rina", "is_active": "on", "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 1, "memberships-0-id": held.pk}
    owner = signed_in(make_member("pemilik", "owner", site))
    address = reverse("admin:auth_user_change", args=[person.pk])
    owner.post(address, {**form, "memberships-0-site": site.pk, "memberships-0-role": "viewer"})
    owner.post(address, {**form, "memberships-0-site": site.pk, "memberships-0-role": "viewer", "memberships-0-DELETE": "on"})
    changes = AuditEntry.objects.filter(action="role").order_by("pk")
    assert [(line.name, line.site, line.subject, line.detail) for line in changes] == [
        ("pemilik", site, "rina", "agent → viewer"),
        ("pemilik", site, "rina", "viewer → –"),
    ]


def test_what_was_downloaded_and_which_role_is_said_in_the_readers_language(admin_client: Client, site: Site) -> None:
    for action, detail in (("exported", "waits"), ("exported", "baru"), ("role", "– → agent")):
        audit.note(None, action, [site.pk], detail=detail)
    with translation.override("id"):
        page = admin_client.get(reverse("admin:widget_auditentry_changelist"), headers={"accept-language": "id"}).content.decode()
    assert "Menunggu orang, dalam menit" in page and "waits" not in page and "baru" in page and "– → petugas" in page


def test_signing_in_and_failing_to_are_lines_without_what_was_typed(client: Client, site: Site) -> None:
    person = make_member("rina", "agent", site)
    person.set_password(PASSWORD)
    person.save()
    for account, password in (("rina", "salah"), ("rina", "salah lagi"), (PASSWORD, "x"), ("rina", PASSWORD)):
        client.post("/admin/login/", {"username": account, "password": password})
    assert [(line.name, line.action, line.site, line.subject) for line in AuditEntry.objects.order_by("pk")] == [
        ("", "failed", site, "rina"),
        ("", "failed", None, ""),
        ("rina", "signed_in", site, "rina"),
    ]
    assert PASSWORD not in str(list(AuditEntry.objects.values_list()))


def test_owners_see_their_sites_lines_and_superusers_all(site: Site, admin_client: Client) -> None:
    other = Site.objects.create(key="lain", name="Lain")
    for one in (site, other, None):
        audit.note(None, "exported", [one.pk if one else None], detail=f"baris {one}")
    owner = signed_in(make_member("rina", "owner", site))
    assert "baris Toko Saya" in owner.get(LIST).content.decode() and "baris Lain" not in owner.get(LIST).content.decode()
    assert [word in admin_client.get(LIST).content.decode() for word in ("baris Toko Saya", "baris Lain", "baris None")] == [True] * 3
    assert signed_in(make_member("budi", "agent", site)).get(LIST).status_code == 403


def test_nobody_changes_a_line(admin_client: Client) -> None:
    audit.note(None, "exported", [None])
    line = AuditEntry.objects.get()
    assert admin_client.get(f"{LIST}add/").status_code == 403
    for address in (reverse(f"admin:widget_auditentry_{name}", args=[line.pk]) for name in ("change", "delete")):
        assert admin_client.post(address, {"post": "yes", "name": "x"}).status_code == 403
    assert AuditEntry.objects.get().name == ""


def test_lines_outlive_the_person_and_the_site(admin_client: Client, site: Site) -> None:
    person = make_member("rina", "owner", site)
    audit.note(person, "exported", [site.pk])
    person.delete()
    site.delete()
    line = AuditEntry.objects.get()
    assert (line.name, line.user, line.site) == ("rina", None, None)


def test_a_line_is_kept_for_a_year(db: None) -> None:
    for days in (364, 366):
        audit.note(None, "exported", [None], detail=str(days))
        AuditEntry.objects.filter(detail=str(days)).update(at=timezone.now() - timedelta(days=days))
    assert audit.forget_old() == 1 and AuditEntry.objects.get().detail == "364"
    assert tasks.job_named("audit.prune").run is audit.forget_old and "audit.prune" in schedule._daily


def test_a_rule_is_called_by_its_name(admin_client: Client, site: Site) -> None:
    rule = Rule.objects.create(site=site, name="Salam", phrases="halo", answer="Halo")
    admin_client.post(reverse("admin:widget_rule_delete", args=[rule.pk]), {"post": "yes"})
    assert "Rule Salam" in admin_client.get(LIST).content.decode()
