"""Who hears on which phone: rights at the moment of sending, once per wait and person, quiet hours and their summary, previews only on request."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.fakes.web_push import PushService
from tests.fakes.web_sink import Page
from tests.inbox.push.conftest import AddDevice
from widget.conversations.models import Conversation
from widget.inbox.push import reach
from widget.inbox.push.models import PushDevice, PushNotice, PushWish
from widget.jobs.desk import run_ready
from widget.sites.models import Member, Role, Site

pytestmark = pytest.mark.django_db
NIGHT = {"quiet_from": "00:00", "quiet_until": "23:59:59"}
Phones = Callable[..., PushService]


def rung(talk: Conversation, skip: tuple[int, ...] = ()) -> bool:
    assert talk.waiting_since is not None
    with transaction.atomic():
        return reach.ring(talk.site_id, "visitor_waits", talk.pk, talk.waiting_since.isoformat(), skip)


def hurry() -> None:
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    run_ready()


def test_a_phone_says_only_that_somebody_waits_and_where(waiting: Conversation, service: PushService, add_device: AddDevice) -> None:
    browser = service.browser()
    add_device(browser)
    assert rung(waiting)
    run_ready()
    [shown] = service.shown(browser)
    assert shown == {
        "title": "A visitor waits at Toko Rinjing",
        "body": "Tap to answer.",
        "path": "/admin/inbox/4b2c-talk/",
        "tag": "talk-4b2c-talk",
        "lang": "en",
    }


def test_whoever_asked_for_it_sees_what_the_visitor_wrote_but_never_who_they_are(waiting: Conversation, service: PushService, add_device: AddDevice) -> None:
    PushWish.objects.update(preview=True)
    browser = service.browser()
    add_device(browser)
    rung(waiting)
    run_ready()
    [shown] = service.shown(browser)
    assert shown["body"] == "Is the blue one still there?"
    assert "Dewi" not in str(shown)
    assert "0812" not in str(shown)


def test_each_person_is_told_once_of_a_wait_on_all_their_devices(waiting: Conversation, service: PushService, add_device: AddDevice) -> None:
    phone, tablet = service.browser("phone"), service.browser("tablet")
    add_device(phone)
    add_device(tablet)
    assert [rung(waiting), rung(waiting)] == [True, False]
    run_ready()
    assert [len(service.shown(browser)) for browser in (phone, tablet)] == [1, 1]
    Conversation.objects.update(waiting_since=timezone.now() + timedelta(minutes=1))
    waiting.refresh_from_db()
    assert rung(waiting)
    run_ready()
    assert len(service.shown(phone)) == 2


@pytest.mark.promise("S08")
def test_whoever_lost_the_role_before_it_leaves_gets_nothing(waiting: Conversation, service: PushService, add_device: AddDevice, rina: User) -> None:
    browser = service.browser()
    add_device(browser)
    rung(waiting)
    Member.objects.update(role=Role.VIEWER)
    run_ready()
    assert service.shown(browser) == []
    Member.objects.update(role=Role.AGENT)
    User.objects.filter(pk=rina.pk).update(is_active=False)
    assert not rung(waiting)


@pytest.mark.promise("S71")
def test_only_people_of_that_site_hear_of_it(waiting: Conversation, service: PushService, add_device: AddDevice, admin_user: User) -> None:
    other = Site.objects.create(key="lain", name="Other")
    stranger = User.objects.create_user("budi", is_staff=True)
    Member.objects.create(site=other, user=stranger, role=Role.OWNER)
    theirs, boss = service.browser("theirs"), service.browser("boss")
    add_device(theirs, user=stranger)
    add_device(boss, user=admin_user)
    PushWish.objects.create(user=admin_user, quiet_from=None, quiet_until=None, time_zone="Asia/Jakarta")
    rung(waiting)
    run_ready()
    assert (len(service.shown(theirs)), len(service.shown(boss))) == (0, 1)


def test_whoever_is_left_out_hears_nothing(waiting: Conversation, service: PushService, add_device: AddDevice, rina: User) -> None:
    browser = service.browser()
    add_device(browser)
    assert not rung(waiting, (rina.pk,))
    run_ready()
    assert service.shown(browser) == []


def test_a_visitor_who_was_answered_meanwhile_rings_no_phone(waiting: Conversation, service: PushService, add_device: AddDevice) -> None:
    browser = service.browser()
    add_device(browser)
    rung(waiting)
    Conversation.objects.update(handler="human", waiting_since=None)
    run_ready()
    assert service.shown(browser) == []
    assert not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists()


def test_a_push_service_that_is_busy_is_tried_again_when_it_says_and_the_phone_rings_once(
    waiting: Conversation, service: PushService, add_device: AddDevice
) -> None:
    browser = service.browser()
    add_device(browser)
    service.answer(browser, Page(429, {"retry-after": "77"}))
    rung(waiting)
    run_ready()
    [job] = DBTaskResult.objects.filter(status="READY")
    assert job.run_after is not None
    assert 60 < (job.run_after - timezone.now()).total_seconds() <= 77
    service.answer(browser, Page(201))
    hurry()
    hurry()
    assert len(service.requests_for(browser)) == 2
    assert PushDevice.objects.get().failures == 0


def test_a_device_that_is_left_alone_counts_as_no_phone(waiting: Conversation, service: PushService, add_device: AddDevice) -> None:
    add_device(service.browser(), paused_until=timezone.now() + timedelta(minutes=5))
    assert not rung(waiting)


def test_in_the_quiet_hours_the_phone_is_silent_and_the_morning_tells_it_in_one(waiting: Conversation, service: PushService, add_device: AddDevice) -> None:
    PushWish.objects.update(**NIGHT)
    browser = service.browser()
    add_device(browser)
    second = Conversation.objects.create(site=waiting.site, public_id="second", handler="waiting", waiting_since=timezone.now())
    assert [rung(waiting), rung(second), rung(second)] == [False, False, False]
    run_ready()
    assert service.shown(browser) == []
    [job] = DBTaskResult.objects.filter(status="READY")
    assert job.run_after is not None
    assert job.run_after > timezone.now()
    hurry()
    [shown] = service.shown(browser)
    assert (shown["title"], shown["path"]) == ("In the quiet hours 2 visitors asked for a person", "/admin/inbox/")
    assert not PushNotice.objects.filter(kept=True).exists()


def test_a_summary_is_told_once_though_its_job_runs_twice(waiting: Conversation, service: PushService, add_device: AddDevice, rina: User) -> None:
    PushWish.objects.update(**NIGHT)
    browser = service.browser()
    add_device(browser)
    rung(waiting)
    for _ in range(2):
        reach.morning(rina.pk, "2026-11-23T06:00:00+07:00")
    run_ready()
    assert len(service.shown(browser)) == 1


def test_quiet_hours_are_those_of_the_persons_own_time_zone() -> None:
    wish = PushWish(time_zone="Asia/Jayapura")
    # 13.30 UTC is 22.30 in Jayapura and 20.30 in Jakarta.
    assert wish.end_of_quiet(datetime(2026, 11, 22, 13, 30, tzinfo=UTC)) == datetime(2026, 11, 22, 21, tzinfo=UTC)
    wish.time_zone = "Asia/Jakarta"
    assert wish.end_of_quiet(datetime(2026, 11, 22, 13, 30, tzinfo=UTC)) is None


def test_old_notices_are_forgotten(waiting: Conversation, service: PushService, add_device: AddDevice) -> None:
    add_device(service.browser())
    rung(waiting)
    PushNotice.objects.update(at=timezone.now() - timedelta(days=31))
    reach.forget_notices()
    assert not PushNotice.objects.exists()
