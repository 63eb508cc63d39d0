"""What a conversation leaves in the numbers of /metrics."""

import asyncio
import uuid
from collections.abc import Callable

import pytest

from tests.realtime.line import Line
from tests.waiting import soon
from widget.lib import metrics
from widget.providers.models import Provider

pytestmark = pytest.mark.usefixtures("at_rest")


def reading(sample: str) -> float:
    """The value of one line of /metrics, 0 when it is not there."""
    found = [line for line in metrics.render().splitlines() if line.startswith(sample + " ")]
    return float(found[0].split()[-1]) if found else 0.0


@pytest.mark.parametrize(
    "samples",
    [
        [
            "kanal_sockets_opened_total",
            'kanal_sockets_closed_total{code="left"}',
            'kanal_frames_total{type="message.send"}',
            'kanal_frames_refused_total{code="unknown_frame"}',
            'kanal_messages_total{author="visitor"}',
            'kanal_messages_total{author="assistant"}',
            'kanal_turns_total{state="begun"}',
            'kanal_turns_total{state="done"}',
            'kanal_answer_seconds_count{by="model"}',
            "kanal_first_token_seconds_count",
            'kanal_provider_calls_total{provider="main"}',
        ]
    ],
)
async def test_one_question_and_its_answer_count_once(ask_model: Callable[[str], Provider], samples: list[str]) -> None:
    await asyncio.to_thread(ask_model, "tokens:5@100")
    before = [reading(sample) for sample in samples]
    async with Line() as line:
        await line.hello()
        assert reading("kanal_open_sockets") == 1
        await line.send("no.such")
        await line.send("message.send", id=str(uuid.uuid4()), text="Ceritakan sesuatu")
        await line.until("message.added")
    await soon(lambda: [reading(sample) for sample in samples] == [value + 1 for value in before])
    assert reading("kanal_open_sockets") == 0
    assert reading('kanal_database_commit_seconds_count{durable="yes"}') >= 2
    assert reading('kanal_database_wait_seconds_count{kind="read"}') >= 1
