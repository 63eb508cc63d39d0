"""Two serving processes behave like one, as shipped, on PostgreSQL and Redis: answers, stop, takeover, a dead process, limits."""

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.promises.ground import KEY
from tests.promises.scaled_ground import ScaledGround
from tests.promises.visitor import Visitor

pytestmark = [pytest.mark.live, pytest.mark.postgres]
_TAKE_OVER = """
from django.contrib.auth import get_user_model
from widget.conversations import takeover
from widget.conversations.models import Conversation
person, _ = get_user_model().objects.get_or_create(username="sari", defaults={{"first_name": "Sari", "is_staff": True}})
takeover.reply_as_operator(Conversation.objects.get(public_id="{conversation}").pk, person, "Saya bantu ya, Kak.")
"""


@pytest.fixture
async def ground(tmp_path: Path) -> AsyncIterator[ScaledGround]:
    async with ScaledGround(tmp_path / "data") as ground:
        yield ground


def tab(ground: ScaledGround, second: bool = False, of: Visitor | None = None) -> Visitor:
    """A tab at one of the two processes; `of` the visitor another tab belongs to."""
    server = ground.second if second else ground.server
    visitor = Visitor(lambda: server.line_address(KEY))
    if of is not None:
        visitor.token = of.token
    return visitor


def texts(visitor: Visitor) -> list[tuple[int, str, str]]:
    return [(row["seq"], row["id"], row["text"]) for row in visitor.rows]


async def welcomed(visitor: Visitor) -> None:
    await visitor.until(lambda: bool(visitor.conversation), 20)


async def test_two_tabs_at_two_processes(ground: ScaledGround) -> None:
    """One installation for all of it, since that is what takes long."""
    async with tab(ground) as here, tab(ground, second=True, of=here) as there:
        await welcomed(there)
        await both_tabs_see_the_answer_grow(ground, here, there)
        await stop_in_the_other_tab_ends_the_answer(ground, here, there)
        await a_person_at_the_other_process_silences_the_assistant(ground, here, there)
    await an_answer_of_a_killed_process_is_taken_over(ground)


async def both_tabs_see_the_answer_grow(ground: ScaledGround, here: Visitor, there: Visitor) -> None:
    await ground.play("tokens:40@20")
    question = await here.say("ceritakan sesuatu")
    await there.until(lambda: there.reply is not None and len(there.reply.text) > 20, 5)
    assert there.reply is not None
    grown = there.reply.grown
    async with tab(ground, second=True, of=here) as late:
        await late.until(lambda: late.reply is not None and len(late.reply.text) > 20, 2)
    await there.until(lambda: there.answer_to(question) is not None, 10)
    await here.until(lambda: here.answer_to(question) is not None, 1)
    steps = [after - before for (before, _), (after, _) in pairwise(grown)]
    assert len(steps) >= 3 and max(steps) < 1.0, steps
    assert texts(here) == texts(there) and not (here.faults or there.faults or late.faults)


async def stop_in_the_other_tab_ends_the_answer(ground: ScaledGround, here: Visitor, there: Visitor) -> None:
    await ground.play("tokens:400@20")
    question = await here.say("ceritakan yang panjang")
    await there.until(lambda: there.reply is not None and bool(there.reply.text), 5)
    began = time.monotonic()
    await there._send("reply.stop")
    await here.until(lambda: here.answer_to(question) is not None, 5)
    assert time.monotonic() - began < 1.0
    await there.until(lambda: there.answer_to(question) is not None, 1)


async def a_person_at_the_other_process_silences_the_assistant(ground: ScaledGround, here: Visitor, there: Visitor) -> None:
    """The reply is written by a third process, so only the database and the looks of both can tell them."""
    await here.say("ceritakan yang panjang sekali")
    await here.until(lambda: here.reply is not None and bool(here.reply.text), 5)
    await asyncio.to_thread(ground.server.python, _TAKE_OVER.format(conversation=here.conversation))
    for visitor in (here, there):
        await visitor.until(lambda visitor=visitor: visitor.rows[-1]["author"] == "operator", 10)  # type: ignore[misc]
        await visitor.until(lambda visitor=visitor: visitor.reply is None, 2)  # type: ignore[misc]
    grown = len(ground.rows("SELECT 1 FROM widget_turn WHERE state = 'running'"))
    assert not grown and texts(here) == texts(there)


async def an_answer_of_a_killed_process_is_taken_over(ground: ScaledGround) -> None:
    await ground.play("tokens:20@10")
    up = [ground.server]
    visitor = Visitor(lambda: up[0].line_address(KEY))
    async with visitor, tab(ground, second=True, of=visitor) as witness:
        await welcomed(witness)
        question = await visitor.say("ceritakan sesuatu lagi")
        await witness.until(lambda: witness.reply is not None and bool(witness.reply.text), 5)
        up[0] = ground.second
        await asyncio.to_thread(ground.server.kill)
        for one in (visitor, witness):
            await one.until(lambda one=one: one.answer_to(question) is not None, 20)  # type: ignore[misc]
        assert texts(visitor) == texts(witness) and not (visitor.faults or witness.faults)
        assert len([row for row in visitor.rows if row["author"] == "assistant"]) == 1


@pytest.mark.promise("S61")
async def test_the_limit_is_one_over_both_processes_and_a_share_when_redis_dies(tmp_path: Path) -> None:
    async with ScaledGround(tmp_path / "data", MESSAGES_PER_MINUTE="12") as ground:
        async with tab(ground) as here, tab(ground, second=True, of=here) as there:
            await welcomed(there)
            await both_know_each_other(ground)
            admitted = [await admitted_of(visitor, 12) for visitor in (here, there)]
            assert 12 <= sum(admitted) <= 15 and admitted[0] >= 11, admitted
        await asyncio.to_thread(ground.redis.kill)
        async with tab(ground) as here, tab(ground, second=True, of=here) as there:
            await welcomed(there)
            await asyncio.sleep(2.5)
            admitted = [await admitted_of(visitor, 12) for visitor in (here, there)]
            assert all(6 <= taken <= 7 for taken in admitted), admitted


async def both_know_each_other(ground: ScaledGround) -> None:
    async with asyncio.timeout(10):
        while not all(any("bell" in line for line in server.output) for server in (ground.server, ground.second)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    # A beat of each, so that each has counted the other.
    await asyncio.sleep(1.5)


async def admitted_of(visitor: Visitor, attempts: int) -> int:
    """How many of so many messages were taken, sent as fast as a person never would but with the bell between them."""
    refused, taken = len(visitor.errors), len(visitor.acknowledged)
    for number in range(attempts):
        await visitor.say(f"pesan {number}")
        await asyncio.sleep(0.15)
    await visitor.until(lambda: len(visitor.errors) - refused + len(visitor.acknowledged) - taken >= attempts, 10)
    return len(visitor.acknowledged) - taken
