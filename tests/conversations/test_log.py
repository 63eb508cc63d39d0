"""The log: gapless numbers in the order of the commits, one row per id, and reading on from anywhere."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.conversations.record import make_conversation, rows, say
from widget.conversations import log, record
from widget.conversations.errors import ConflictError, ConversationGoneError
from widget.conversations.log import NewRow, Source, new_row_id
from widget.conversations.models import Conversation, Message
from widget.conversations.record import NO_PAGE

pytestmark = pytest.mark.django_db


def test_rows_are_numbered_from_one_without_a_gap(conversation: Conversation) -> None:
    assert [say(conversation, f"t{n}").seq for n in range(1, 21)] == list(range(1, 21))
    conversation.refresh_from_db()
    assert conversation.seq == 20


def test_each_conversation_counts_for_itself(conversation: Conversation) -> None:
    other = make_conversation()
    assert [say(talk, "x").seq for talk in (conversation, other, conversation, other)] == [1, 1, 2, 2]


def test_a_rolled_back_row_leaves_no_hole(conversation: Conversation) -> None:
    say(conversation, "kept")
    with pytest.raises(RuntimeError), transaction.atomic():
        say(conversation, "lost")
        raise RuntimeError
    assert say(conversation, "after").seq == 2


def test_the_same_id_again_is_the_same_row(conversation: Conversation) -> None:
    row_id = new_row_id()
    first = log.append(conversation.pk, NewRow(row_id, "visitor", "Halo"))
    say(conversation, "in between")
    again = log.append(conversation.pk, NewRow(row_id, "visitor", "Halo"))
    assert again.duplicate and not first.duplicate
    assert again.row == first.row
    assert rows(conversation) == [(1, "visitor", "Halo"), (2, "visitor", "in between")]


def test_the_same_id_with_another_text_is_a_conflict_and_the_first_stays(conversation: Conversation) -> None:
    row = say(conversation, "Halo")
    with pytest.raises(ConflictError):
        say(conversation, "Halo!", row.id)
    assert rows(conversation) == [(1, "visitor", "Halo")]


def test_an_id_of_somebody_elses_row_cannot_be_taken_for_an_own_one(conversation: Conversation) -> None:
    row = log.append(conversation.pk, NewRow(new_row_id(), "assistant", "Halo", "model")).row
    with pytest.raises(ConflictError):
        say(conversation, "Halo", row.id)


def test_the_same_id_in_two_conversations_is_two_rows(conversation: Conversation) -> None:
    row_id, other = new_row_id(), make_conversation()
    assert [say(talk, "Halo", row_id).seq for talk in (conversation, other)] == [1, 1]


def test_the_database_itself_refuses_a_second_row_with_a_seq_or_an_id(conversation: Conversation) -> None:
    row = say(conversation, "Halo")
    for seq, row_id in [(1, new_row_id()), (2, row.id)]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.create(conversation=conversation, seq=seq, client_id=row_id, author="visitor", text="x")


def test_a_row_for_a_conversation_that_was_removed_is_refused(conversation: Conversation) -> None:
    gone = conversation.pk
    conversation.delete()
    with pytest.raises(ConversationGoneError):
        log.append(gone, NewRow(new_row_id(), "visitor", "Halo"))


def test_reading_on_gives_exactly_what_follows(conversation: Conversation) -> None:
    for n in range(1, 11):
        say(conversation, f"t{n}")
    assert [row.text for row in log.since(conversation.pk, 7, 50)] == ["t8", "t9", "t10"]
    assert [row.seq for row in log.since(conversation.pk, 0, 4)] == [1, 2, 3, 4]
    assert log.since(conversation.pk, 10, 50) == []
    assert [row.seq for row in log.before(conversation.pk, 4, 2)] == [2, 3]


def test_a_row_reads_back_as_it_was_written(conversation: Conversation) -> None:
    new = NewRow(new_row_id(), "assistant", "Ongkir 10rb 👍🏽 — “murah”", "knowledge", "", (Source("Ongkir", "https://toko.example/ongkir"), Source("Retur")))
    written = log.append(conversation.pk, new).row
    read = log.since(conversation.pk, 0, 1)[0]
    assert (read.id, read.author, read.answered_by, read.text, read.sources) == (new.id, "assistant", "knowledge", new.text, new.sources)
    assert abs((read.at - written.at).total_seconds()) < 0.001


def test_a_place_in_the_log_is_known_by_its_id(conversation: Conversation) -> None:
    row = say(conversation, "Halo")
    assert log.id_at(conversation.pk, 1) == row.id
    assert log.id_at(conversation.pk, 2) == log.id_at(conversation.pk, 0) == ""


def test_appending_costs_three_statements_however_long_the_talk_is(conversation: Conversation) -> None:
    for n in range(30):
        say(conversation, f"t{n}")
    with CaptureQueriesContext(connection) as statements:
        say(conversation, "one more")
    assert len(statements) == 3


def test_opening_a_conversation_twice_gives_the_same_one(conversation: Conversation) -> None:
    arguments = (conversation.site_id, "6d0b", "id", NO_PAGE)
    assert record.open_conversation(*arguments) == record.open_conversation(*arguments)
