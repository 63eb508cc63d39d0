"""Who is told what, and how often. Mail goes to Django's outbox here; each way's own tests speak to a real socket."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db.models import F
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from widget.conversations.models import Conversation, Message
from widget.jobs.desk import run_ready
from widget.jobs.tasks import enqueue
from widget.ops.alerts import delivery, escalation
from widget.ops.alerts.models import AlertMark, AlertTarget, claim
from widget.providers.models import Provider
from widget.sites.models import Site

pytestmark = pytest.mark.django_db
Add = Callable[..., AlertTarget]


def _subjects() -> list[str]:
    return [message.subject for message in mail.outbox]


def _wait(conversation: Conversation, key: str = "") -> None:
    enqueue("alert.visitor_waits", conversation.pk, key=key)
    run_ready()


def _move_marks(seconds: int) -> None:
    AlertMark.objects.update(since=F("since") - timedelta(seconds=seconds))


def test_the_owner_is_told_who_waits_with_a_short_preview_and_the_conversations_page(waiting: Conversation, email: AlertTarget, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://chat.example.com"
    Message.objects.filter(conversation=waiting).update(text="word " * 200)
    _wait(waiting)
    [message] = mail.outbox
    assert message.subject == "Toko Sari: a visitor is waiting for a person"
    assert message.to == ["owner@example.com"]
    assert "https://chat.example.com/admin/" in message.body
    assert len(message.body) < 300
    assert "Rina" not in message.body
    assert "0812" not in message.body


def test_without_a_public_address_the_alert_carries_no_link(waiting: Conversation, email: AlertTarget, settings: Settings) -> None:
    settings.PUBLIC_URL = ""
    _wait(waiting)
    assert "://" not in mail.outbox[0].body


def test_one_wait_is_told_once_whatever_the_keys(waiting: Conversation, email: AlertTarget) -> None:
    for key in ("wait:1", "wait:1", "wait:2", ""):
        _wait(waiting, key)
    assert len(mail.outbox) == 1


def test_a_second_wait_of_the_same_visitor_is_told_again(waiting: Conversation, email: AlertTarget) -> None:
    _wait(waiting)
    Conversation.objects.update(waiting_since=datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    _wait(waiting)
    assert len(mail.outbox) == 2


def test_nobody_is_told_of_a_visitor_who_was_answered_meanwhile(waiting: Conversation, email: AlertTarget) -> None:
    enqueue("alert.visitor_waits", waiting.pk)
    escalation.visitor_waits(waiting.pk)
    Conversation.objects.update(handler="human", waiting_since=None)
    run_ready()
    assert mail.outbox == []


def test_a_conversation_that_is_gone_is_no_failure(waiting: Conversation, email: AlertTarget) -> None:
    enqueue("alert.visitor_waits", waiting.pk)
    escalation.visitor_waits(waiting.pk)
    waiting.delete()
    run_ready()
    assert not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists()


def test_only_targets_that_want_it_and_belong_to_the_site_are_told(waiting: Conversation, add_target: Add) -> None:
    other = Site.objects.create(key="other", name="Other", quiet_from=None)
    add_target("email", "yes@example.com")
    add_target("email", "off@example.com", active=False)
    add_target("email", "models@example.com", on_waiting=False)
    add_target("email", "other@example.com", site=other)
    _wait(waiting)
    assert [message.to for message in mail.outbox] == [["yes@example.com"]]


def test_a_target_that_fails_is_tried_again_without_repeating_the_others(waiting: Conversation, add_target: Add, settings: Settings) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE = ["127.0.0.1:9"]
    add_target("email", "owner@example.com")
    dead = add_target("webhook", "http://127.0.0.1:9/hook", secret="x" * 16)
    _wait(waiting)
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    run_ready()
    assert len(mail.outbox) == 1
    dead.refresh_from_db()
    assert "could not be reached" in dead.last_error
    assert DBTaskResult.objects.filter(status="READY").count() == 1


def test_success_is_noted_and_clears_an_old_failure(waiting: Conversation, email: AlertTarget) -> None:
    AlertTarget.objects.update(last_error="The mail server could not be reached.")
    _wait(waiting)
    email.refresh_from_db()
    assert email.last_error == ""
    assert email.last_ok_at is not None


def test_a_flood_of_visitors_becomes_a_few_alerts_and_one_that_says_so(site: Site, email: AlertTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalation, "WAITS_PER_HOUR", 3)
    for number in range(6):
        conversation = Conversation.objects.create(site=site, public_id=f"c-{number}", handler="waiting", waiting_since=timezone.now())
        _wait(conversation)
    assert len(mail.outbox) == 4
    assert _subjects()[-1] == "Toko Sari: many visitors are waiting"


def test_a_failing_provider_is_told_once_in_a_quarter_of_an_hour_for_each_reason(email: AlertTarget) -> None:
    for code in ("401", "401", "429"):
        enqueue("alert.provider_failed", 7, code)
    run_ready()
    assert len(mail.outbox) == 2
    _move_marks(15 * 60)
    enqueue("alert.provider_failed", 7, "401")
    run_ready()
    assert len(mail.outbox) == 3


def test_an_owner_of_several_sites_hears_of_a_provider_once(email: AlertTarget, add_target: Add) -> None:
    add_target("email", email.address, site=Site.objects.create(key="second", name="Second", quiet_from=None))
    enqueue("alert.provider_failed", 7, "401")
    run_ready()
    assert len(mail.outbox) == 1


def test_a_failing_provider_is_named_with_the_reason_in_plain_words(email: AlertTarget) -> None:
    provider = Provider.objects.create(name="Groq", base_url="https://api.example.com/v1", model="m", key="sk-secret")
    enqueue("alert.provider_failed", provider.pk, "unauthorized")
    run_ready()
    assert mail.outbox[0].subject == "Toko Sari: the model Groq failed"
    assert "refused the key" in mail.outbox[0].body
    assert "sk-secret" not in mail.outbox[0].body


def test_a_provider_of_one_site_concerns_that_site_only(email: AlertTarget, add_target: Add) -> None:
    other = Site.objects.create(key="other", name="Other", quiet_from=None)
    add_target("email", "other@example.com", site=other)
    provider = Provider.objects.create(site=other, name="Groq", base_url="https://api.example.com/v1", model="m")
    enqueue("alert.provider_failed", provider.pk, "unauthorized")
    run_ready()
    assert [message.to for message in mail.outbox] == [["other@example.com"]]


def test_a_used_up_budget_is_told_once_a_day(site: Site, email: AlertTarget) -> None:
    for _ in range(3):
        enqueue("alert.budget_reached", site.pk, "site")
        run_ready()
    assert _subjects() == ["Toko Sari: today's model answers are used up"]


def test_alerts_speak_the_language_of_the_site(waiting: Conversation, email: AlertTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str] = []
    Site.objects.update(language="id")
    monkeypatch.setitem(delivery.SENDERS, "email", lambda target, alert, delivery_id: spoken.append(delivery.translation.get_language()))
    _wait(waiting)
    assert spoken == ["id"]


def test_a_claim_is_won_as_often_as_allowed_and_again_in_the_next_span() -> None:
    assert [claim("key", 60, most=2) for _ in range(4)] == [True, True, False, False]
    _move_marks(60)
    assert [claim("key", 60, most=2) for _ in range(3)] == [True, True, False]


def test_old_marks_are_forgotten() -> None:
    claim("old", 1)
    _move_marks(31 * 86_400)
    claim("new", 1)
    delivery.forget_marks()
    assert [mark.key for mark in AlertMark.objects.all()] == ["new"]


@pytest.mark.parametrize(("check", "said"), [("disk", "nearly full"), ("backups", "no fresh copy of them")])
def test_trouble_of_the_installation_reaches_each_address_once(email: AlertTarget, add_target: Add, check: str, said: str) -> None:
    other = Site.objects.create(key="other", name="Other", language="en")
    add_target("email", email.address, site=other)
    add_target("email", "developer@example.com", site=other)
    enqueue("alert.installation", check)
    run_ready()
    assert sorted(message.to[0] for message in mail.outbox) == ["developer@example.com", email.address]
    assert all("needs a look" in message.subject and said in str(message.body) for message in mail.outbox)
