"""What the network does to a message: sent again, sent twice at once, sent from two tabs. It is stored once (R01 to R04)."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from django.db import close_old_connections, connection, transaction

from tests.conversations.record import make_conversation
from widget.conversations import log, record
from widget.conversations.errors import ConflictError
from widget.conversations.log import Appended, NewRow, new_row_id
from widget.conversations.models import Conversation, Message
from widget.conversations.record import NO_PAGE
from widget.lib import database

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 50


@pytest.fixture(autouse=True)
def closed_afterwards() -> Iterator[None]:
    yield
    database.close()


async def make() -> Conversation:
    made: Conversation = await database.write(make_conversation)
    return made


async def resend(conversation: Conversation, new: NewRow, times: int) -> list[Appended]:
    return await asyncio.gather(*(database.write(log.append, conversation.pk, new) for _ in range(times)))


async def test_fifty_resends_at_once_store_one_row_and_all_hear_its_number() -> None:
    conversation = await make()
    for number in range(1, 21):
        appended = await resend(conversation, NewRow(new_row_id(), "visitor", f"t{number}"), AT_ONCE)
        assert {one.row.seq for one in appended} == {number}
        assert [one.duplicate for one in appended].count(False) == 1
    assert await database.read(Message.objects.count) == 20


async def test_of_two_texts_under_one_id_the_first_stays_and_every_other_is_told() -> None:
    conversation = await make()
    row_id = new_row_id()
    news = [NewRow(row_id, "visitor", text) for text in ["Halo", "Hai"] * 25]
    results = await asyncio.gather(*(database.write(log.append, conversation.pk, new) for new in news), return_exceptions=True)
    stored = await database.read(Message.objects.values_list("text", flat=True).get)
    assert all(isinstance(result, ConflictError) == (new.text != stored) for new, result in zip(news, results, strict=True))


async def test_many_visitors_and_resends_leave_every_log_gapless() -> None:
    conversations = [await make() for _ in range(5)]
    news = [(talk, NewRow(new_row_id(), "visitor", f"t{n}")) for n in range(20) for talk in conversations]
    await asyncio.gather(*(database.write(log.append, talk.pk, new) for talk, new in news * 3))
    for talk in conversations:
        seqs = await database.read(lambda talk=talk: list(Message.objects.filter(conversation=talk).order_by("seq").values_list("seq", flat=True)))
        assert seqs == list(range(1, 21))


async def test_two_tabs_that_open_at_the_same_instant_get_one_conversation() -> None:
    site_id = (await make()).site_id
    for number in range(25):
        opened = await asyncio.gather(*(database.write(record.open_conversation, site_id, f"visitor-{number}", "id", NO_PAGE) for _ in range(4)))
        assert len(set(opened)) == 1


def test_processes_that_resend_side_by_side_store_one_row() -> None:
    """Threads with connections of their own, as the processes of a larger installation have."""
    conversation = make_conversation()
    rounds, hands = 20, 4
    ids = [new_row_id() for _ in range(rounds)]
    meet, seen, failures = threading.Barrier(hands), [], []

    def send() -> None:
        try:
            for row_id in ids:
                meet.wait(10)
                with transaction.atomic():
                    appended = log.append(conversation.pk, NewRow(row_id, "visitor", row_id))
                seen.append((row_id, appended.row.seq))
        except Exception as error:
            failures.append(error)
            meet.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    close_old_connections()
    assert not failures
    assert set(seen) == {(row_id, number) for number, row_id in enumerate(ids, 1)}
    assert len(seen) == rounds * hands
