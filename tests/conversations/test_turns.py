"""The durable turn: one duty per question, one holder at a time, and a fence that a replaced holder cannot pass."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tests.conversations.record import answer, ask, claimed, head_of, make_conversation, rows, save, turn, where_of
from widget.conversations import turns
from widget.conversations.errors import SupersededError
from widget.conversations.log import NewRow
from widget.conversations.models import Conversation, Turn
from widget.conversations.turns import Claim, Partial, Receipt

pytestmark = pytest.mark.django_db


def taken_over(claim: Claim, holder: str = "second") -> Claim:
    claim_of_second = turns.take_over(head_of(claim.turn_id), holder)
    assert claim_of_second is not None
    return claim_of_second


def test_a_question_has_one_turn(conversation: Conversation) -> None:
    claim = claimed(conversation)
    with pytest.raises(IntegrityError), transaction.atomic():
        turns.begin(where_of(conversation), claim.question_seq, "first")
    assert Turn.objects.count() == 1


def test_an_answer_ends_the_turn_with_its_row_and_what_it_took(conversation: Conversation) -> None:
    claim = claimed(conversation)
    receipt = Receipt("main", "m-1", ("spare: timeout",), 11, 7, Decimal("0.000123"), 420)
    finished = turns.finish(claim, NewRow(claim.reply_id, "assistant", "Ada, Kak.", "model"), receipt)
    ended = turn(claim)
    assert rows(conversation)[-1] == (2, "assistant", "Ada, Kak.")
    assert (finished.row.seq, finished.row.id, finished.handler, finished.more) == (2, claim.reply_id, "bot", False)
    assert (ended.state, ended.answer_seq, ended.partial) == ("done", 2, "")
    assert (ended.provider, ended.failures, ended.tokens_out, ended.cost, ended.first_token_ms) == ("main", ["spare: timeout"], 7, Decimal("0.000123"), 420)


def test_a_second_end_of_the_same_turn_is_refused(conversation: Conversation) -> None:
    claim = claimed(conversation)
    answer(claim)
    with pytest.raises(SupersededError), transaction.atomic():
        answer(claim, "Ada dua.")
    assert [author for _seq, author, _text in rows(conversation)] == ["visitor", "assistant"]


def test_a_holder_that_was_replaced_cannot_end_the_turn_and_leaves_no_hole(conversation: Conversation) -> None:
    late = claimed(conversation)
    second = taken_over(late)
    with pytest.raises(SupersededError), transaction.atomic():
        answer(late, "too late")
    answer(second, "in time")
    assert rows(conversation) == [(1, "visitor", "Ada?"), (2, "assistant", "in time")]


def test_a_holder_that_was_replaced_cannot_save_and_hears_that_it_lost(conversation: Conversation) -> None:
    late = claimed(conversation)
    second = taken_over(late)
    save(second, "new text")
    assert save(late, "old text").lost == {late.turn_id}
    assert turn(late).partial == "new text"


def test_a_finished_turn_is_no_longer_saved(conversation: Conversation) -> None:
    claim = claimed(conversation)
    answer(claim)
    assert save(claim, "a ghost").lost == {claim.turn_id}
    assert turn(claim).partial == ""


def test_a_save_keeps_the_text_and_moves_the_beat(conversation: Conversation) -> None:
    claim = claimed(conversation)
    before = turn(claim).beat
    assert save(claim, "Ada, ") == turns.Saved()
    assert (turn(claim).partial, turn(claim).beat) == ("Ada, ", before + 1)


def test_one_save_serves_many_turns_and_singles_out_the_lost_and_the_stopped(conversation: Conversation) -> None:
    talks = [conversation, make_conversation(), make_conversation()]
    fine, lost, stopped = (claimed(talk) for talk in talks)
    taken_over(lost)
    turns.request_stop(stopped.conversation_id)
    saved = turns.save_partials([Partial(claim.turn_id, claim.fence, claim.reply_id, "text") for claim in (fine, lost, stopped)])
    assert (saved.lost, saved.stopped) == ({lost.turn_id}, {stopped.turn_id})
    assert [turn(claim).partial for claim in (fine, lost, stopped)] == ["text", "", "text"]


def test_taking_over_raises_the_fence_and_begins_a_new_text_under_a_new_id(conversation: Conversation) -> None:
    claim = claimed(conversation)
    save(claim, "half an ans")
    second = taken_over(claim)
    assert (second.fence, second.attempt, second.question_seq) == (claim.fence + 1, 2, claim.question_seq)
    assert second.reply_id != claim.reply_id
    assert (turn(claim).partial, turn(claim).holder, turn(claim).reply_id) == ("", "second", second.reply_id)


def test_of_two_that_saw_the_same_silence_one_takes_over(conversation: Conversation) -> None:
    head = head_of(claimed(conversation).turn_id)
    assert turns.take_over(head, "second") is not None
    assert turns.take_over(head, "third") is None


def test_a_turn_that_moved_since_it_was_seen_is_not_taken_over(conversation: Conversation) -> None:
    claim = claimed(conversation)
    head = head_of(claim.turn_id)
    save(claim, "alive")
    assert turns.take_over(head, "second") is None
    assert turn(claim).holder == "first"


def test_an_answered_turn_is_not_taken_over(conversation: Conversation) -> None:
    claim = claimed(conversation)
    head = head_of(claim.turn_id)
    answer(claim)
    assert turns.take_over(head, "second") is None
    assert turns.unfinished_heads() == []


def test_a_question_behind_a_running_answer_waits_and_goes_next(conversation: Conversation) -> None:
    first = claimed(conversation, "satu")
    assert ask(conversation, "dua") is None
    assert turns.claim_next(conversation.pk, "first") is None
    finished = answer(first)
    assert finished.more
    second = turns.claim_next(conversation.pk, "first")
    assert second is not None and second.question_seq == 2 and second.attempt == 1
    assert not answer(second).more


def test_waiting_questions_are_answered_in_their_order(conversation: Conversation) -> None:
    current: Claim | None = claimed(conversation, "q1")
    for number in range(2, 5):
        assert ask(conversation, f"q{number}") is None
    order = []
    while current is not None:
        order.append(current.question_seq)
        answer(current)
        current = turns.claim_next(conversation.pk, "first")
    assert order == [1, 2, 3, 4]


def test_only_the_oldest_unfinished_turn_of_a_conversation_is_offered_to_sweepers(conversation: Conversation) -> None:
    first, other = claimed(conversation, "satu"), claimed(make_conversation())
    ask(conversation, "dua")
    assert {head.turn_id for head in turns.unfinished_heads()} == {first.turn_id, other.turn_id}


def test_a_question_left_waiting_by_a_crash_is_taken_over_like_a_running_one(conversation: Conversation) -> None:
    first = claimed(conversation, "satu")
    ask(conversation, "dua")
    answer(first)
    waiting = turns.unfinished_heads()[0]
    second = turns.take_over(waiting, "second")
    assert second is not None and second.question_seq == 2
    answer(second)
    assert [author for _seq, author, _text in rows(conversation)].count("assistant") == 2


def test_the_wish_to_stop_is_told_at_the_next_save_and_what_was_said_is_kept(conversation: Conversation) -> None:
    claim = claimed(conversation)
    turns.request_stop(conversation.pk)
    assert save(claim, "Ada, Kak").stopped == {claim.turn_id}
    answer(claim, "Ada, Kak", stopped=True)
    assert (turn(claim).state, rows(conversation)[-1][2]) == ("stopped", "Ada, Kak")


def test_an_answer_that_needs_a_person_begins_the_wait_once(conversation: Conversation) -> None:
    first = claimed(conversation, "satu")
    assert answer(first, "sebentar", person_needed=True).wait_began
    conversation.refresh_from_db()
    since = conversation.waiting_since
    assert (conversation.handler, since is not None) == ("waiting", True)
    second = claimed(conversation, "dua")
    finished = answer(second, "tercatat", person_needed=True)
    conversation.refresh_from_db()
    assert not finished.wait_began and finished.handler == "waiting"
    assert conversation.waiting_since == since
