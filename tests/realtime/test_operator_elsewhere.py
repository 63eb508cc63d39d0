"""An operator at one serving process and a visitor at another, as shipped, on PostgreSQL and Redis: they see each other, with the bell and without it."""

import asyncio
import time
import uuid
from pathlib import Path

import pytest

from tests.promises.desk import Desk, Frame, desk_at
from tests.promises.ground import KEY
from tests.promises.scaled_ground import ScaledGround
from tests.promises.visitor import Visitor

pytestmark = [pytest.mark.live, pytest.mark.postgres]


async def test_an_operator_sees_and_answers_a_visitor_of_another_process(tmp_path: Path) -> None:
    async with ScaledGround(tmp_path / "data") as ground, desk_at(ground.second) as desk, Visitor(lambda: ground.server.line_address(KEY)) as visitor:
        await the_list_and_the_open_conversation_follow(ground, desk, visitor)
        await what_the_operator_does_arrives(desk, visitor)
        await asyncio.to_thread(ground.redis.kill)
        await without_the_bell_within_seconds(desk, visitor)


async def the_list_and_the_open_conversation_follow(ground: ScaledGround, desk: Desk, visitor: Visitor) -> None:
    await ground.play("tokens:40@20")
    question = await visitor.say("ceritakan sesuatu")

    def listed(frame: Frame) -> bool:
        return frame["type"] == "list.changed" and any(item["conversation"] == visitor.conversation and item["online"] for item in frame["items"])

    await desk.until(listed, 3)
    await desk.send("talk.open", conversation=visitor.conversation)
    await desk.until(lambda frame: frame["type"] == "talk.shown", 3)
    # The text as it is saved, from the other process.
    await desk.until(lambda frame: frame["type"] == "reply.delta" or bool(frame.get("reply")), 5)
    await visitor.answered(question, 10)
    answer = visitor.answer_to(question)
    assert answer is not None
    assert (await desk.until(lambda frame: frame["type"] == "message.added" and frame["id"] == answer["id"], 3))["text"] == answer["text"]
    await visitor._send("typing.set", on=True)
    await desk.until(lambda frame: frame["type"] == "typing.shown" and frame["on"], 2)
    await visitor._send("read.set", seq=2)
    await desk.until(lambda frame: frame["type"] == "read.shown" and frame["seq"] == 2, 2)


async def what_the_operator_does_arrives(desk: Desk, visitor: Visitor) -> None:
    message = str(uuid.uuid4())
    await desk.send("message.send", conversation=visitor.conversation, id=message, text="Saya bantu ya, Kak.")
    await desk.until(lambda frame: frame["type"] == "message.stored" and frame["id"] == message, 3)
    await visitor.until(lambda: visitor.rows[-1]["id"] == message, 3)
    assert visitor.rows[-1]["name"] == "Sari"


async def without_the_bell_within_seconds(desk: Desk, visitor: Visitor) -> None:
    await asyncio.sleep(2)
    began = time.monotonic()
    message = await visitor.say("masih di sana?")
    await desk.until(lambda frame: frame["type"] == "message.added" and frame["id"] == message, 10)
    seq = next(frame["seq"] for frame in desk.frames if frame.get("id") == message)
    await desk.until(lambda frame: frame["type"] == "list.changed" and any(item["seq"] >= seq for item in frame["items"]), 10)
    assert time.monotonic() - began < 10
