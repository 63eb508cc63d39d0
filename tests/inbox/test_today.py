"""The first page: who waits, what was answered, what is left to set up."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.inbox.conftest import MakeConversation
from widget.answering.models import AnswerCount
from widget.inbox import today
from widget.providers.models import Provider
from widget.sites.models import AllowedOrigin, OpeningHours, Site

INDEX = "admin:index"


def test_who_waits_is_listed_oldest_first_with_name_contact_and_words(admin_client: Client, make_conversation: MakeConversation) -> None:
    now = timezone.now()
    make_conversation("v: baru saja", name="Kedua", handler="waiting", waiting_since=now - timedelta(minutes=3))
    make_conversation("v: sudah lama", "a: Mohon tunggu", name="Pertama", contact="0812-1111-2222", handler="waiting", waiting_since=now - timedelta(hours=2))
    make_conversation("v: tidak menunggu", name="Ketiga")
    answer = admin_client.get(reverse(INDEX))
    page = answer.content.decode()
    assert [str(talk) for talk in answer.context["waiting"]] == ["Pertama", "Kedua"]
    assert "0812-1111-2222" in page and "sudah lama" in page and "Mohon tunggu" not in page and "tidak menunggu" not in page


def test_a_closed_conversation_does_not_wait(admin_client: Client, make_conversation: MakeConversation) -> None:
    make_conversation("v: halo", handler="waiting", closed_at=timezone.now())
    assert not admin_client.get(reverse(INDEX)).context["waiting"]


def test_providers_that_failed_in_the_last_day_are_named_with_the_reason_and_whether_they_work_again(admin_client: Client, db: None) -> None:
    now = timezone.now()
    failed = {"base_url": "https://model.test/v1", "model": "kecil-1", "last_failure": "unauthorized"}
    Provider.objects.create(name="Cadangan", last_failed_at=now - timedelta(hours=2), last_ok_at=now, **failed)
    Provider.objects.create(name="Utama", last_failed_at=now, last_ok_at=now - timedelta(hours=1), **failed)
    Provider.objects.create(name="Lama", last_failed_at=now - timedelta(days=2), **failed)
    assert [(trouble.name, trouble.over) for trouble in today.providers_in_trouble(None)] == [("Utama", False), ("Cadangan", True)]
    page = admin_client.get(reverse(INDEX)).content.decode()
    assert "The provider refused the key" in page and page.count("Lama") == 1 and page.count("Utama") == 2


def test_a_site_whose_model_answers_are_used_up_is_named(admin_client: Client, site: Site) -> None:
    def use(answers: int) -> None:
        AnswerCount.objects.update_or_create(site=site, visitor="", day=timezone.now().astimezone(site.zone).date(), defaults={"used": answers})

    Site.objects.update(answers_per_site_day=20)
    use(19)
    assert today.spent_budgets(None) == []
    use(20)
    assert [(spent.site, spent.answers) for spent in today.spent_budgets(None)] == [(site, 20)]
    assert "20 answers today" in admin_client.get(reverse(INDEX)).content.decode()
    Site.objects.update(answers_per_site_day=0)
    assert today.spent_budgets(None) == []


def test_the_checklist_leads_from_the_site_to_the_tag_and_goes_when_all_is_done(admin_client: Client, db: None) -> None:
    def steps() -> list[tuple[str, bool]]:
        return [(str(step.title), step.done) for step in admin_client.get(reverse(INDEX)).context["steps"] if step.url and "/site/" in step.url]

    assert steps() == [("Name your site", False)]
    site = Site.objects.create(key="klinik", name="Klinik", whatsapp="6281234567890")
    assert [done for _title, done in steps()] == [False, False, False]
    OpeningHours.objects.create(site=site, weekday=0, opens="08:00", closes="17:00")
    AllowedOrigin.objects.create(site=site, origin="https://klinik.test", first_seen_at=timezone.now())
    assert [done for _title, done in steps()] == [True, False, True]


def test_the_menu_and_the_title_say_how_many_wait(admin_client: Client, make_conversation: MakeConversation) -> None:
    make_conversation("v: halo", handler="waiting")
    answer = admin_client.get(reverse(INDEX))
    assert answer.context["waiting_count"] == 1 and "<title>(1) " in answer.content.decode()


def test_the_stamp_changes_when_somebody_begins_to_wait(admin_client: Client, make_conversation: MakeConversation) -> None:
    before = admin_client.get(reverse("admin:stamp")).json()
    make_conversation("v: halo", handler="waiting")
    assert admin_client.get(reverse("admin:stamp")).json() != before
