"""What people do with a conversation: take, hand on, close, reopen, snooze, and that a reopened one starts clean (R43, theme of endless handovers)."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from tests.conversations.record import answer, ask, claimed, rows, say
from widget.conversations import log, presence, takeover, turns
from widget.conversations.errors import ConversationGoneError, SupersededError, TakenError
from widget.conversations.log import NewRow, new_row_id
from widget.conversations.models import Conversation, Turn

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db: None) -> AbstractBaseUser:
    return get_user_model().objects.create_user("budi.admin", first_name="Budi", is_staff=True)


def standing(conversation: Conversation) -> tuple[str, int | None]:
    conversation.refresh_from_db()
    return conversation.handler, conversation.operator_id


def test_whoever_takes_first_has_it_and_the_other_is_told_so(conversation: Conversation, person: AbstractBaseUser, other: AbstractBaseUser) -> None:
    assert [takeover.take(conversation.pk, person), takeover.take(conversation.pk, other), takeover.take(conversation.pk, person)] == [True, False, True]
    assert standing(conversation) == ("human", person.pk)


def test_taking_silences_a_running_answer_for_good(conversation: Conversation, person: AbstractBaseUser) -> None:
    claim = claimed(conversation)
    takeover.take(conversation.pk, person)
    with pytest.raises(SupersededError), transaction.atomic():
        answer(claim)
    assert [author for _seq, author, _text in rows(conversation)] == ["visitor"]


def test_a_person_left_the_team_and_the_conversation_can_be_taken(conversation: Conversation, person: AbstractBaseUser, other: AbstractBaseUser) -> None:
    takeover.take(conversation.pk, person)
    person.delete()
    assert takeover.take(conversation.pk, other)


def test_taking_from_somebody_is_said_explicitly(conversation: Conversation, person: AbstractBaseUser, other: AbstractBaseUser) -> None:
    takeover.take(conversation.pk, person)
    takeover.take_from(conversation.pk, other)
    assert standing(conversation) == ("human", other.pk)


def test_assigning_gives_it_to_the_other(conversation: Conversation, person: AbstractBaseUser, other: AbstractBaseUser) -> None:
    takeover.request_person(conversation.pk)
    takeover.assign(conversation.pk, person, other)
    assert standing(conversation) == ("human", other.pk) and conversation.waiting_since is None


def test_a_reply_into_somebody_elses_conversation_is_refused_unless_forced(
    conversation: Conversation, person: AbstractBaseUser, other: AbstractBaseUser
) -> None:
    takeover.take(conversation.pk, person)
    with pytest.raises(TakenError) as refused:
        takeover.reply_as_operator(conversation.pk, other, "Halo", force=False)
    assert refused.value.operator_id == person.pk
    assert rows(conversation) == [] and standing(conversation) == ("human", person.pk)
    takeover.reply_as_operator(conversation.pk, other, "Halo", force=True)
    assert standing(conversation) == ("human", other.pk)


def test_a_reply_that_was_stored_before_is_no_intrusion(conversation: Conversation, person: AbstractBaseUser, other: AbstractBaseUser) -> None:
    row_id = new_row_id()
    takeover.reply_as_operator(conversation.pk, other, "Halo", row_id, force=False)
    takeover.take_from(conversation.pk, person)
    assert takeover.reply_as_operator(conversation.pk, other, "Halo", row_id, force=False).seq == 1
    assert standing(conversation) == ("human", person.pk)


def test_a_reopened_conversation_starts_clean(conversation: Conversation, person: AbstractBaseUser) -> None:
    say(conversation, "Mau bicara dengan orang")
    takeover.request_person(conversation.pk)
    takeover.close(conversation.pk, person)
    appended = log.append(conversation.pk, NewRow(new_row_id(), "visitor", "Halo lagi"))
    conversation.refresh_from_db()
    assert appended.handler == "bot"
    assert (conversation.waiting_since, conversation.closed_at, conversation.fresh_from, conversation.closings) == (None, None, 1, 1)
    assert [row.text for row in log.talk_before(conversation.pk, 3, 10)] == ["Halo lagi"]


def test_closing_a_closed_one_counts_once(conversation: Conversation, person: AbstractBaseUser) -> None:
    for _ in range(2):
        takeover.close(conversation.pk, person)
    conversation.refresh_from_db()
    assert conversation.closings == 1


def test_handing_a_closed_one_back_answers_no_question_of_before(conversation: Conversation, person: AbstractBaseUser) -> None:
    ask(conversation, "Belum dijawab")
    takeover.close(conversation.pk, person)
    takeover.hand_back(conversation.pk, person)
    assert turns.unfinished_heads() == []


def test_whoever_reopens_has_it_and_an_open_one_stays_as_it_is(conversation: Conversation, person: AbstractBaseUser, other: AbstractBaseUser) -> None:
    takeover.reopen(conversation.pk, person)
    assert standing(conversation) == ("bot", None)
    takeover.close(conversation.pk, person)
    takeover.reopen(conversation.pk, person)
    takeover.reopen(conversation.pk, other)
    assert standing(conversation) == ("human", person.pk) and conversation.closed_at is None


def test_a_snoozed_conversation_wakes_when_the_visitor_writes_and_its_person_keeps_it(conversation: Conversation, person: AbstractBaseUser) -> None:
    until = timezone.now() + timedelta(hours=1)
    takeover.snooze(conversation.pk, person, until)
    assert standing(conversation) == ("human", person.pk) and conversation.snoozed_until == until
    appended = log.append(conversation.pk, NewRow(new_row_id(), "visitor", "Halo"))
    assert appended.handler == "human"
    assert standing(conversation) == ("human", person.pk) and conversation.snoozed_until is None


def test_snoozing_leaves_it_to_whoever_has_it(conversation: Conversation, person: AbstractBaseUser, other: AbstractBaseUser) -> None:
    takeover.take(conversation.pk, person)
    takeover.snooze(conversation.pk, other, timezone.now() + timedelta(hours=1))
    assert standing(conversation) == ("human", person.pk)


@pytest.mark.parametrize("until", [None, timezone.now() - timedelta(seconds=1)])
def test_a_moment_that_is_over_wakes_it(conversation: Conversation, person: AbstractBaseUser, until: object) -> None:
    takeover.snooze(conversation.pk, person, timezone.now() + timedelta(hours=1))
    takeover.snooze(conversation.pk, person, until)  # type: ignore[arg-type]
    conversation.refresh_from_db()
    assert conversation.snoozed_until is None


def test_whatever_a_person_does_shows_that_they_are_here(conversation: Conversation, person: AbstractBaseUser) -> None:
    assert presence.of([person.pk]) == {}
    takeover.take(conversation.pk, person)
    assert presence.of([person.pk])[person.pk].online
    presence.seen(person.pk, away=True)
    presence.seen(person.pk)
    assert presence.of([person.pk])[person.pk].away
    presence.left(person.pk)
    assert not presence.of([person.pk])[person.pk].online


def test_nothing_can_be_done_with_a_conversation_that_was_removed(conversation: Conversation, person: AbstractBaseUser) -> None:
    gone = conversation.pk
    conversation.delete()
    for step in (
        lambda: takeover.take(gone, person),
        lambda: takeover.take_from(gone, person),
        lambda: takeover.assign(gone, person, person),
        lambda: takeover.reopen(gone, person),
        lambda: takeover.snooze(gone, person, None),
    ):
        with pytest.raises(ConversationGoneError):
            step()
    assert not Turn.objects.exists()
