"""What is older than the site keeps it goes, whole; everything else stays."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from widget.conversations.models import Conversation, Message, Turn
from widget.jobs import schedule
from widget.privacy import retention
from widget.sites.models import RefusedOrigin, Site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PAUSE_SECONDS", 0)


@pytest.fixture
def site() -> Site:
    return Site.objects.create(key="demo", name="Toko Sari", retention_days=30)


def _talk(site: Site, name: str, days: float, messages: int = 2) -> Conversation:
    conversation = Conversation.objects.create(site=site, public_id=name, seq=messages, last_at=timezone.now() - timedelta(days=days))
    Message.objects.bulk_create(
        Message(conversation=conversation, seq=seq, client_id=f"{name}-{seq}", author="visitor", text="halo") for seq in range(1, messages + 1)
    )
    Turn.objects.create(conversation=conversation, question_seq=1, state="done")
    return conversation


def _left() -> set[str]:
    return set(Conversation.objects.values_list("public_id", flat=True))


def test_a_conversation_goes_with_its_messages_and_answers_when_its_time_is_over(site: Site) -> None:
    _talk(site, "old", 30.1)
    _talk(site, "young", 29.9)
    assert retention.remove_old() == 1
    assert _left() == {"young"}
    assert set(Message.objects.values_list("conversation__public_id", flat=True)) == {"young"}
    assert Turn.objects.count() == 1


def test_the_age_counts_from_the_last_message_not_from_the_first(site: Site) -> None:
    talk = _talk(site, "regular", 1)
    Conversation.objects.filter(pk=talk.pk).update(created_at=timezone.now() - timedelta(days=400))
    assert retention.remove_old() == 0


def test_each_site_has_its_own_time(site: Site) -> None:
    longer = Site.objects.create(key="clinic", name="Klinik", retention_days=365)
    _talk(site, "short", 31)
    _talk(longer, "long", 31)
    retention.remove_old()
    assert _left() == {"long"}


def test_a_visitor_who_writes_meanwhile_keeps_the_conversation(site: Site) -> None:
    talk, other = _talk(site, "returning", 31), _talk(site, "gone", 31)
    cutoff = timezone.now() - timedelta(days=30)
    [batch] = [next(retention._batches(site, cutoff))]
    assert set(batch) == {talk.pk, other.pk}
    Conversation.objects.filter(pk=talk.pk).update(last_at=timezone.now(), seq=3)
    assert retention._remove(batch, cutoff) == 1
    assert _left() == {"returning"}
    assert Message.objects.filter(conversation=talk).count() == 2


def test_a_transaction_holds_about_fifty_rows(site: Site) -> None:
    for number in range(30):
        _talk(site, f"talk-{number}", 31, messages=9)
    sizes = [len(batch) for batch in _removed_in_steps(site)]
    assert sum(sizes) == 30
    assert max(sizes) == 5


def test_a_very_long_conversation_still_goes_in_one_piece(site: Site) -> None:
    _talk(site, "long", 31, messages=200)
    _talk(site, "short", 31)
    assert [len(batch) for batch in _removed_in_steps(site)] == [1, 1]


def test_removal_does_not_load_the_messages(site: Site) -> None:
    _talk(site, "long", 31, messages=100)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        retention.remove_old()
    assert not [query for query in queries if query["sql"].startswith("SELECT") and '"text"' in query["sql"]]


def test_a_large_backlog_is_continued_by_another_job(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "RUN_SECONDS", -1)
    for number in range(60):
        _talk(site, f"talk-{number}", 31)
    first = retention.remove_old()
    assert 0 < first < 60
    assert DBTaskResult.objects.filter(args_kwargs__args=["privacy.retention"]).count() == 1


def test_refused_websites_go_after_thirty_days(site: Site) -> None:
    for days in (29, 31):
        RefusedOrigin.objects.create(site=site, origin=f"https://{days}.example.com", last_at=timezone.now() - timedelta(days=days))
    retention.remove_old()
    assert list(RefusedOrigin.objects.values_list("origin", flat=True)) == ["https://29.example.com"]


def test_the_counts_are_logged_without_a_word_of_the_conversations(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "widget.privacy.retention")
    _talk(site, "old", 31)
    retention.remove_old()
    assert "Removed 1 conversations of site demo" in caplog.text
    assert "halo" not in caplog.text


def test_it_is_a_daily_job() -> None:
    assert "privacy.retention" in schedule._daily


def _removed_in_steps(site: Site) -> list[list[int]]:
    cutoff = timezone.now() - timedelta(days=30)
    steps = []
    for batch in retention._batches(site, cutoff):
        steps.append(batch)
        retention._remove(batch, cutoff)
    return steps
