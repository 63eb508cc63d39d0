"""Nobody accepts, or whoever did is gone: the team hears of it once more, the visitor is told once, and nobody waits for somebody who left (R44)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.conversations.record import ask, claimed, rows, say
from widget.conversations import presence, takeover, turns, waits
from widget.conversations.models import Conversation, Presence
from widget.sites.models import Site

pytestmark = [pytest.mark.django_db, pytest.mark.promise("R44")]
MINUTES = 5


def waited(conversation: Conversation, minutes: float) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(waiting_since=timezone.now() - timedelta(minutes=minutes))


def gone(person: AbstractBaseUser, minutes: float) -> None:
    Presence.objects.filter(user=person).update(seen_at=timezone.now() - timedelta(minutes=minutes))


def looked() -> tuple[list[int], list[int], list[int]]:
    return waits._found(timezone.now())


def alerts() -> list[str]:
    return sorted(job.args_kwargs["args"][0] for job in DBTaskResult.objects.all())


def test_a_wait_is_overdue_after_the_sites_minutes_and_only_once(conversation: Conversation) -> None:
    takeover.request_person(conversation.pk)
    waited(conversation, MINUTES - 0.1)
    assert looked()[0] == [] and not waits.mark_overdue(conversation.pk)
    waited(conversation, MINUTES + 0.1)
    assert looked()[0] == [conversation.pk]
    assert [waits.mark_overdue(conversation.pk) for _ in range(3)] == [True, False, False]
    assert looked()[0] == [] and alerts() == ["alert.nobody_accepts", "alert.visitor_waits"]
    assert [waits.claim_telling(conversation.pk) for _ in range(3)] == [True, False, False]


def test_people_are_still_asked_for_and_the_assistant_still_answers(conversation: Conversation) -> None:
    takeover.request_person(conversation.pk)
    waited(conversation, MINUTES + 1)
    waits.mark_overdue(conversation.pk)
    assert ask(conversation) is not None
    conversation.refresh_from_db()
    assert conversation.handler == "waiting" and conversation.waiting_since is not None


def test_the_next_wait_is_told_anew(conversation: Conversation, person: AbstractBaseUser) -> None:
    takeover.request_person(conversation.pk)
    waited(conversation, MINUTES + 1)
    assert waits.mark_overdue(conversation.pk) and waits.claim_telling(conversation.pk)
    takeover.hand_back(conversation.pk, person)
    takeover.request_person(conversation.pk)
    assert not waits.claim_telling(conversation.pk) and not waits.mark_overdue(conversation.pk)
    waited(conversation, MINUTES + 1)
    Conversation.objects.filter(pk=conversation.pk).update(overdue_at=timezone.now() - timedelta(hours=1), told_at=timezone.now() - timedelta(hours=1))
    assert waits.mark_overdue(conversation.pk) and waits.claim_telling(conversation.pk)


def test_two_waits_without_a_word_between_are_both_told(conversation: Conversation, person: AbstractBaseUser) -> None:
    say(conversation, "Mau bicara dengan orang")
    takeover.request_person(conversation.pk)
    takeover.take(conversation.pk, person)
    gone(person, MINUTES + 1)
    assert waits.take_from_the_vanished(conversation.pk)
    assert alerts() == ["alert.visitor_waits", "alert.visitor_waits"]


@pytest.mark.parametrize("end", [takeover.take, takeover.close, takeover.hand_back])
def test_a_wait_that_ended_meanwhile_is_left_alone(conversation: Conversation, person: AbstractBaseUser, end: object) -> None:
    takeover.request_person(conversation.pk)
    waited(conversation, MINUTES + 1)
    end(conversation.pk, person)  # type: ignore[operator]
    assert looked()[0] == [] and not waits.mark_overdue(conversation.pk) and not waits.claim_telling(conversation.pk)


def test_zero_minutes_mean_never(conversation: Conversation, person: AbstractBaseUser) -> None:
    conversation.site.accept_minutes = 0
    conversation.site.save()
    takeover.request_person(conversation.pk)
    waited(conversation, 600)
    assert looked() == ([], [], [])
    takeover.take(conversation.pk, person)
    say(conversation, "Masih ada?")
    gone(person, 600)
    assert looked() == ([], [], [])


def test_a_wait_of_last_week_is_not_dug_up(conversation: Conversation) -> None:
    takeover.request_person(conversation.pk)
    waited(conversation, 8 * 24 * 60)
    assert looked()[0] == []


def test_a_vanished_person_leaves_the_open_question_to_the_assistant_and_to_the_others(conversation: Conversation, person: AbstractBaseUser) -> None:
    claim = claimed(conversation, "Ada warna biru?")
    takeover.take(conversation.pk, person)
    gone(person, MINUTES - 0.1)
    assert looked()[1] == []
    gone(person, MINUTES + 0.1)
    assert looked()[1] == [conversation.pk]
    assert [waits.take_from_the_vanished(conversation.pk) for _ in range(2)] == [True, False]
    conversation.refresh_from_db()
    assert (conversation.handler, conversation.operator_id) == ("waiting", None) and alerts() == ["alert.visitor_waits"]
    assert [head.turn_id for head in turns.unfinished_heads()] == [claim.turn_id]
    assert waits.claim_telling(conversation.pk) and not waits.mark_overdue(conversation.pk)


def test_a_question_asked_long_after_the_person_left_is_taken_up_too(conversation: Conversation, person: AbstractBaseUser) -> None:
    takeover.reply_as_operator(conversation.pk, person, "Ya, Kak?")
    gone(person, 600)
    assert looked()[1] == []
    say(conversation, "Ongkir ke Bandung berapa?")
    assert looked()[1] == [conversation.pk]


@pytest.mark.parametrize("text", ["Makasih ya kak 🙏", "ok", "👍", "thank you!"])
def test_a_thank_you_is_no_open_question(conversation: Conversation, person: AbstractBaseUser, text: str) -> None:
    takeover.reply_as_operator(conversation.pk, person, "Sudah dikirim, Kak.")
    say(conversation, text)
    gone(person, 600)
    assert looked()[1] == []


def test_whose_network_broke_for_a_moment_has_not_vanished(conversation: Conversation, person: AbstractBaseUser) -> None:
    Site.objects.update(accept_minutes=1)
    takeover.take(conversation.pk, person)
    say(conversation, "Masih ada?")
    presence.left(person.pk)
    assert not presence.of([person.pk])[person.pk].online and looked()[1] == []
    gone(person, 1.1)
    assert looked()[1] == [conversation.pk]


def test_nobody_is_vanished_who_answered_last_or_is_here_or_lets_it_rest(conversation: Conversation, person: AbstractBaseUser) -> None:
    say(conversation, "Ada?")
    takeover.reply_as_operator(conversation.pk, person, "Ada, Kak.")
    gone(person, 600)
    assert looked()[1] == []
    say(conversation, "Warna biru?")
    takeover.snooze(conversation.pk, person, timezone.now() + timedelta(hours=1))
    gone(person, 600)
    assert looked()[1] == []
    takeover.snooze(conversation.pk, person, None)
    presence.seen(person.pk)
    assert looked()[1] == []


@pytest.mark.parametrize("how", ["deleted", "switched off"])
def test_a_person_who_left_the_team_is_gone_at_once(conversation: Conversation, person: AbstractBaseUser, how: str) -> None:
    takeover.take(conversation.pk, person)
    say(conversation, "Ada warna biru?")
    if how == "deleted":
        person.delete()
    else:
        person.is_active = False
        person.save()
    assert looked()[1] == [conversation.pk] and waits.take_from_the_vanished(conversation.pk)


def test_a_snooze_ends_by_itself_and_the_person_keeps_it(conversation: Conversation, person: AbstractBaseUser) -> None:
    takeover.snooze(conversation.pk, person, timezone.now() + timedelta(hours=1))
    assert looked()[2] == [] and not waits.wake(conversation.pk)
    Conversation.objects.filter(pk=conversation.pk).update(snoozed_until=timezone.now() - timedelta(seconds=1))
    assert looked()[2] == [conversation.pk] and waits.wake(conversation.pk)
    conversation.refresh_from_db()
    assert (conversation.snoozed_until, conversation.handler, conversation.operator_id) == (None, "human", person.pk)
    assert rows(conversation) == []


def test_a_conversation_removed_meanwhile_is_no_trouble(conversation: Conversation) -> None:
    gone_pk = conversation.pk
    conversation.delete()
    assert not any(step(gone_pk) for step in (waits.mark_overdue, waits.take_from_the_vanished, waits.wake, waits.claim_telling))
