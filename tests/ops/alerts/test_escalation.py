"""The steps of "a visitor waits": the open inbox, the phones, then the alerts; and what the night keeps for the morning."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.fakes.web_push import PushService
from widget.conversations import presence
from widget.conversations.models import Conversation, Presence
from widget.inbox.push import vapid
from widget.inbox.push.models import PushDevice, PushWish
from widget.jobs.desk import run_ready
from widget.jobs.tasks import enqueue
from widget.ops.alerts import escalation
from widget.ops.alerts.models import AlertTarget
from widget.providers.models import Provider
from widget.sites.models import Member, Role, Site
from widget.sites.quiet_hours import end_of_quiet

pytestmark = pytest.mark.django_db
ALWAYS_QUIET = {"quiet_from": time(0, 0), "quiet_until": time(23, 59, 59)}


@pytest.fixture
def service(settings: Any) -> Iterator[PushService]:
    with PushService() as fake:
        settings.OUTBOUND_ALLOW_PRIVATE = [f"127.0.0.1:{fake.port}"]
        yield fake


@pytest.fixture
def person(site: Site) -> Callable[[str], User]:
    def make(name: str) -> User:
        user = User.objects.create_user(name, is_staff=True)
        Member.objects.create(site=site, user=user, role=Role.AGENT)
        PushWish.objects.create(user=user, quiet_from=None, quiet_until=None, time_zone="Asia/Jakarta")
        return user

    return make


@pytest.fixture
def phone(service: PushService) -> Callable[[User], Callable[[], int]]:
    """Gives somebody a phone; what comes back counts how often it rang."""

    def add(user: User) -> Callable[[], int]:
        browser = service.browser(user.username)
        keys = {"endpoint": browser.endpoint, "p256dh": browser.p256dh, "auth": browser.auth, "key": vapid.current_key()}
        PushDevice.objects.create(user=user, name="phone", language="en", **keys)
        return lambda: len(service.shown(browser))

    return add


def wait(conversation: Conversation) -> None:
    enqueue("alert.visitor_waits", conversation.pk)
    run_ready()


def pass_minutes(minutes: float) -> None:
    """What is due by then is done."""
    until = timezone.now() + timedelta(minutes=minutes)
    DBTaskResult.objects.filter(status="READY", run_after__lte=until).update(run_after=timezone.now())
    run_ready()


def test_phones_ring_at_once_and_the_alerts_go_out_after_three_minutes(
    waiting: Conversation, email: AlertTarget, person: Callable[[str], User], phone: Callable[[User], Callable[[], int]]
) -> None:
    rang = phone(person("rina"))
    wait(waiting)
    assert (rang(), len(mail.outbox)) == (1, 0)
    pass_minutes(2.9)
    assert len(mail.outbox) == 0
    pass_minutes(3)
    assert (rang(), len(mail.outbox)) == (1, 1)


def test_once_somebody_takes_the_talk_nothing_more_goes_out(
    waiting: Conversation, email: AlertTarget, person: Callable[[str], User], phone: Callable[[User], Callable[[], int]]
) -> None:
    phone(person("rina"))
    wait(waiting)
    Conversation.objects.update(handler="human", waiting_since=None)
    pass_minutes(10)
    assert mail.outbox == []


def test_with_nobody_there_and_no_phone_the_alerts_go_at_once(waiting: Conversation, email: AlertTarget, person: Callable[[str], User]) -> None:
    person("rina")
    wait(waiting)
    assert len(mail.outbox) == 1


def test_whoever_has_the_inbox_open_hears_it_there_and_on_the_phone_when_they_do_not_react(
    waiting: Conversation, email: AlertTarget, person: Callable[[str], User], phone: Callable[[User], Callable[[], int]]
) -> None:
    there, elsewhere = person("rina"), person("budi")
    presence.seen(there.pk, away=False)
    rang_there, rang_elsewhere = phone(there), phone(elsewhere)
    wait(waiting)
    assert (rang_there(), rang_elsewhere(), len(mail.outbox)) == (0, 1, 0)
    pass_minutes(3)
    assert (rang_there(), rang_elsewhere(), len(mail.outbox)) == (1, 1, 1)


def test_whoever_is_away_hears_nothing_and_counts_as_nobody(
    waiting: Conversation, email: AlertTarget, person: Callable[[str], User], phone: Callable[[User], Callable[[], int]]
) -> None:
    away = person("rina")
    presence.seen(away.pk, away=True)
    rang = phone(away)
    wait(waiting)
    pass_minutes(5)
    assert (rang(), len(mail.outbox)) == (0, 1)


def test_somebody_seen_long_ago_is_not_there(waiting: Conversation, email: AlertTarget, person: Callable[[str], User]) -> None:
    gone = person("rina")
    presence.seen(gone.pk, away=False)
    Presence.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    wait(waiting)
    assert len(mail.outbox) == 1


def test_a_site_may_let_the_open_inbox_ring_alone_for_some_minutes(
    waiting: Conversation, email: AlertTarget, person: Callable[[str], User], phone: Callable[[User], Callable[[], int]]
) -> None:
    Site.objects.update(push_minutes=2, alert_minutes=6)
    there, elsewhere = person("rina"), person("budi")
    presence.seen(there.pk, away=False)
    rang = phone(elsewhere)
    wait(waiting)
    assert rang() == 0
    pass_minutes(2)
    assert (rang(), len(mail.outbox)) == (1, 0)
    pass_minutes(6)
    assert (rang(), len(mail.outbox)) == (1, 1)


def test_without_minutes_the_alerts_go_out_with_the_phones(
    waiting: Conversation, email: AlertTarget, person: Callable[[str], User], phone: Callable[[User], Callable[[], int]]
) -> None:
    Site.objects.update(alert_minutes=0)
    rang = phone(person("rina"))
    wait(waiting)
    assert (rang(), len(mail.outbox)) == (1, 1)


def test_every_step_is_done_once_though_its_job_runs_again(
    waiting: Conversation, email: AlertTarget, person: Callable[[str], User], phone: Callable[[User], Callable[[], int]]
) -> None:
    rang = phone(person("rina"))
    wait(waiting)
    assert waiting.waiting_since is not None
    name = waiting.waiting_since.isoformat()
    for _ in range(3):
        wait(waiting)
        escalation.ring_phones(waiting.pk, name)
        escalation.tell_targets(waiting.pk, name)
        pass_minutes(10)
    assert (rang(), len(mail.outbox)) == (1, 1)


def test_the_steps_of_an_earlier_wait_do_nothing_to_a_later_one(
    waiting: Conversation, email: AlertTarget, person: Callable[[str], User], phone: Callable[[User], Callable[[], int]]
) -> None:
    rang = phone(person("rina"))
    wait(waiting)
    Conversation.objects.update(waiting_since=timezone.now() + timedelta(seconds=1))
    pass_minutes(10)
    assert (rang(), mail.outbox) == (1, [])


def test_when_nobody_accepts_phones_and_alerts_are_told_once_more(
    waiting: Conversation, email: AlertTarget, person: Callable[[str], User], phone: Callable[[User], Callable[[], int]]
) -> None:
    rang = phone(person("rina"))
    wait(waiting)
    pass_minutes(3)
    for _ in range(2):
        escalation.nobody_accepts(waiting.pk)
        run_ready()
    assert (rang(), len(mail.outbox)) == (2, 2)
    assert "still waiting" in mail.outbox[1].subject


def test_at_night_nobody_is_woken_a_second_time(waiting: Conversation, email: AlertTarget, person: Callable[[str], User], phone: Any) -> None:
    user = person("rina")
    rang = phone(user)
    Site.objects.update(**ALWAYS_QUIET)
    PushWish.objects.update(**ALWAYS_QUIET)
    wait(waiting)
    escalation.nobody_accepts(waiting.pk)
    run_ready()
    assert (rang(), mail.outbox) == (0, [])
    pass_minutes(24 * 60)
    assert (rang(), len(mail.outbox)) == (1, 1)


def test_a_flood_rings_the_phones_once_for_the_many(
    site: Site, person: Callable[[str], User], phone: Callable[[User], Callable[[], int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escalation, "WAITS_PER_HOUR", 3)
    rang = phone(person("rina"))
    for number in range(9):
        wait(Conversation.objects.create(site=site, public_id=f"c-{number}", handler="waiting", waiting_since=timezone.now()))
    assert rang() == 4


# -- the night ---------------------------------------------------------------------------------------------------------


def test_in_the_quiet_hours_of_a_site_alerts_wait_for_one_summary(site: Site, waiting: Conversation, email: AlertTarget) -> None:
    Site.objects.update(**ALWAYS_QUIET)
    second = Conversation.objects.create(site=site, public_id="c-2", handler="waiting", waiting_since=timezone.now())
    for conversation in (waiting, second, second):
        wait(conversation)
    assert mail.outbox == []
    Conversation.objects.filter(pk=second.pk).update(handler="human", waiting_since=None)
    pass_minutes(24 * 60)
    [message] = mail.outbox
    assert message.subject == "Toko Sari: what came in the night"
    assert "2 visitors asked for a person. 1 visitor is waiting now." in str(message.body)


def test_a_place_that_wants_it_is_told_at_night_too(site: Site, waiting: Conversation, add_target: Callable[..., AlertTarget]) -> None:
    Site.objects.update(**ALWAYS_QUIET)
    add_target("email", "night@example.com", at_night=True)
    add_target("email", "day@example.com")
    wait(waiting)
    assert [message.to for message in mail.outbox] == [["night@example.com"]]
    pass_minutes(24 * 60)
    assert [message.to for message in mail.outbox] == [["night@example.com"], ["day@example.com"]]


def test_where_nobody_sleeps_there_is_no_summary(site: Site, waiting: Conversation, email: AlertTarget) -> None:
    wait(waiting)
    pass_minutes(24 * 60)
    assert len(mail.outbox) == 1


def test_failing_models_wait_for_the_morning_each_reason_once(site: Site, email: AlertTarget) -> None:
    Site.objects.update(**ALWAYS_QUIET)
    provider = Provider.objects.create(name="Groq", base_url="https://api.example.com/v1", model="m")
    for number in range(4):
        enqueue("alert.provider_failed", provider.pk, "429" if number % 2 else "401")
        run_ready()
        escalation.delivery.AlertMark.objects.all().delete()
    assert mail.outbox == []
    pass_minutes(24 * 60)
    assert len(mail.outbox) == 2


def test_trouble_of_the_installation_does_not_wait(email: AlertTarget) -> None:
    Site.objects.update(**ALWAYS_QUIET)
    enqueue("alert.installation", "disk")
    run_ready()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("clock", "begins", "ends", "over"),
    [
        ("2026-11-22 21:59", time(22), time(6), None),
        ("2026-11-22 22:00", time(22), time(6), "2026-11-23 06:00"),
        ("2026-11-23 05:59", time(22), time(6), "2026-11-23 06:00"),
        ("2026-11-23 06:00", time(22), time(6), None),
        ("2026-11-22 13:30", time(13), time(14), "2026-11-22 14:00"),
        ("2026-11-22 14:00", time(13), time(14), None),
        ("2026-11-22 23:00", None, time(6), None),
        ("2026-11-22 23:00", time(22), None, None),
        ("2026-11-22 23:00", time(22), time(22), None),
    ],
)
def test_quiet_hours_end_when_they_should(clock: str, begins: time | None, ends: time | None, over: str | None) -> None:
    zone = ZoneInfo("Asia/Makassar")
    now = datetime.fromisoformat(clock).replace(tzinfo=zone).astimezone(UTC)
    expected = datetime.fromisoformat(over).replace(tzinfo=zone) if over else None
    assert end_of_quiet(now, zone, begins, ends) == expected
