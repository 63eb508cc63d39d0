"""A person steps in: from that row on no text of the assistant enters the log, whatever was running (R43)."""

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from tests.conversations.record import answer, ask, claimed, head_of, rows, save, say, turn
from widget.conversations import delivery, log, takeover, turns
from widget.conversations.errors import ConversationGoneError, EmptyReplyError, SupersededError
from widget.conversations.log import NewRow, new_row_id
from widget.conversations.models import Conversation

pytestmark = pytest.mark.django_db


def handler(conversation: Conversation) -> str:
    conversation.refresh_from_db()
    return conversation.handler


def test_a_running_answer_cannot_be_stored_after_a_person_replied(conversation: Conversation, person: AbstractBaseUser) -> None:
    claim = claimed(conversation)
    takeover.reply_as_operator(conversation.pk, person, "Saya bantu, Kak.")
    with pytest.raises(SupersededError), transaction.atomic():
        answer(claim)
    assert save(claim, "still talking").lost == {claim.turn_id}
    assert [author for _seq, author, _text in rows(conversation)] == ["visitor", "operator"]
    assert turn(claim).state == "yielded" and turn(claim).fence > claim.fence


def test_no_turn_can_write_while_a_person_has_the_conversation_however_it_came_to_run(conversation: Conversation, person: AbstractBaseUser) -> None:
    claim = claimed(conversation)
    Conversation.objects.filter(pk=conversation.pk).update(handler="human", operator=person)
    with pytest.raises(SupersededError), transaction.atomic():
        answer(claim)
    assert [author for _seq, author, _text in rows(conversation)] == ["visitor"]


def test_an_answer_that_ran_before_cannot_slip_in_after_the_hand_back(conversation: Conversation, person: AbstractBaseUser) -> None:
    claim = claimed(conversation)
    takeover.reply_as_operator(conversation.pk, person, "Saya bantu, Kak.")
    takeover.hand_back(conversation.pk, person)
    with pytest.raises(SupersededError), transaction.atomic():
        answer(claim)
    assert [author for _seq, author, _text in rows(conversation)] == ["visitor", "operator"]


def test_a_refused_answer_costs_no_number(conversation: Conversation, person: AbstractBaseUser) -> None:
    claim = claimed(conversation)
    takeover.reply_as_operator(conversation.pk, person, "Saya bantu, Kak.")
    with pytest.raises(SupersededError), transaction.atomic():
        answer(claim)
    assert say(conversation, "Makasih").seq == 3


def test_waiting_questions_are_left_to_the_person_too(conversation: Conversation, person: AbstractBaseUser) -> None:
    claimed(conversation, "satu")
    ask(conversation, "dua")
    takeover.reply_as_operator(conversation.pk, person, "Saya bantu, Kak.")
    assert turns.unfinished_heads() == []
    assert turns.claim_next(conversation.pk, "first") is None


def test_a_sweeper_cannot_revive_what_a_person_took(conversation: Conversation, person: AbstractBaseUser) -> None:
    head = head_of(claimed(conversation).turn_id)
    takeover.reply_as_operator(conversation.pk, person, "Saya bantu, Kak.")
    assert turns.take_over(head, "second") is None


def test_a_reply_makes_the_person_the_handler_and_shows_a_first_name_only(conversation: Conversation, person: AbstractBaseUser) -> None:
    row = takeover.reply_as_operator(conversation.pk, person, "  Halo Kak  ")
    assert (row.author, row.answered_by, row.name, row.text) == ("operator", "person", "Sari", "Halo Kak")
    assert handler(conversation) == "human" and conversation.operator_id == person.pk


def test_the_same_reply_sent_twice_is_stored_once(conversation: Conversation, person: AbstractBaseUser) -> None:
    row_id = new_row_id()
    sent = [takeover.reply_as_operator(conversation.pk, person, "Halo", row_id).seq for _ in range(2)]
    assert sent == [1, 1]


def test_a_resent_reply_does_not_take_a_conversation_back_that_was_handed_over(conversation: Conversation, person: AbstractBaseUser) -> None:
    row_id = new_row_id()
    takeover.reply_as_operator(conversation.pk, person, "Halo", row_id)
    takeover.hand_back(conversation.pk, person)
    takeover.reply_as_operator(conversation.pk, person, "Halo", row_id)
    assert handler(conversation) == "bot"


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_a_reply_without_text_changes_nothing(conversation: Conversation, person: AbstractBaseUser, text: str) -> None:
    with pytest.raises(EmptyReplyError):
        takeover.reply_as_operator(conversation.pk, person, text)
    assert handler(conversation) == "bot" and rows(conversation) == []


def test_handed_back_the_next_question_is_the_assistants(conversation: Conversation, person: AbstractBaseUser) -> None:
    takeover.reply_as_operator(conversation.pk, person, "Halo")
    appended = log.append(conversation.pk, NewRow(new_row_id(), "visitor", "Ada?"))
    assert appended.handler == "human"
    takeover.hand_back(conversation.pk, person)
    assert log.append(conversation.pk, NewRow(new_row_id(), "visitor", "Ada lagi?")).handler == "bot"


def test_a_closed_conversation_opens_with_the_assistant_when_the_visitor_writes(conversation: Conversation, person: AbstractBaseUser) -> None:
    takeover.reply_as_operator(conversation.pk, person, "Halo")
    takeover.close(conversation.pk, person)
    conversation.refresh_from_db()
    assert conversation.closed_at is not None
    appended = log.append(conversation.pk, NewRow(new_row_id(), "visitor", "Satu lagi"))
    conversation.refresh_from_db()
    assert (appended.handler, conversation.closed_at, conversation.operator_id) == ("bot", None, None)


def test_closing_ends_what_runs(conversation: Conversation, person: AbstractBaseUser) -> None:
    claim = claimed(conversation)
    takeover.close(conversation.pk, person)
    with pytest.raises(SupersededError), transaction.atomic():
        answer(claim)


def test_asking_for_a_person_begins_one_wait_and_tells_the_owner_once(conversation: Conversation) -> None:
    say(conversation, "Mau bicara dengan orang")
    assert [takeover.request_person(conversation.pk) for _ in range(3)] == [True, False, False]
    assert handler(conversation) == "waiting" and conversation.waiting_since is not None
    assert DBTaskResult.objects.count() == 1


def test_an_answer_under_way_is_still_given_to_one_who_waits(conversation: Conversation) -> None:
    claim = claimed(conversation)
    takeover.request_person(conversation.pk)
    answer(claim)
    assert handler(conversation) == "waiting"
    assert rows(conversation)[-1][1] == "assistant"


def test_the_wait_ends_with_the_persons_reply(conversation: Conversation, person: AbstractBaseUser) -> None:
    takeover.request_person(conversation.pk)
    takeover.reply_as_operator(conversation.pk, person, "Ya, Kak?")
    assert handler(conversation) == "human" and conversation.waiting_since is None


def test_whoever_listens_hears_of_it_only_after_the_commit(
    conversation: Conversation, person: AbstractBaseUser, django_capture_on_commit_callbacks: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(delivery, "listeners", [lambda conversation, *_: heard.append(conversation)])
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        takeover.reply_as_operator(conversation.pk, person, "Halo")
        assert heard == []
    assert heard == [conversation.public_id]


def test_a_conversation_that_was_removed_cannot_be_taken(conversation: Conversation, person: AbstractBaseUser) -> None:
    gone = conversation.pk
    conversation.delete()
    for step in (
        lambda: takeover.hand_back(gone, person),
        lambda: takeover.close(gone, person),
        lambda: takeover.request_person(gone),
        lambda: takeover.reply_as_operator(gone, person, "Halo"),
    ):
        with pytest.raises(ConversationGoneError):
            step()
