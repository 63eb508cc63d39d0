"""The queue between a socket and its application keeps order and loses nothing, also when a reader gives up waiting."""

import asyncio

import pytest

from widget.ops.mailbox import Mailbox


async def test_messages_come_out_in_order() -> None:
    mailbox = Mailbox()
    for number in range(3):
        mailbox.put_nowait({"n": number})
    assert mailbox.qsize() == 3 and not mailbox.empty()
    assert [await mailbox.get() for _ in range(3)] == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert mailbox.empty() and mailbox.qsize() == 0


async def test_a_waiting_reader_is_woken() -> None:
    mailbox = Mailbox()
    reader = asyncio.create_task(mailbox.get())
    await asyncio.sleep(0)
    mailbox.put_nowait({"n": 1})
    mailbox.put_nowait({"n": 2})
    assert await reader == {"n": 1}
    assert await mailbox.get() == {"n": 2}


async def test_a_reader_that_gives_up_takes_nothing_with_it() -> None:
    mailbox = Mailbox()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await mailbox.get()
    mailbox.put_nowait({"n": 1})
    assert await mailbox.get() == {"n": 1}


async def test_a_message_that_came_just_before_the_reader_gave_up_stays() -> None:
    mailbox = Mailbox()
    reader = asyncio.create_task(mailbox.get())
    await asyncio.sleep(0)
    mailbox.put_nowait({"n": 1})
    reader.cancel()
    await asyncio.gather(reader, return_exceptions=True)
    assert mailbox.qsize() == 1
