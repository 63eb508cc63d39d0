"""A step that comes again and again, whatever became of the one before."""

import asyncio

import pytest

from tests.waiting import soon
from widget.lib.periodic import Periodic, failed_rounds


async def test_a_round_that_fails_is_logged_and_counted_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    rounds = 0

    async def step() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise RuntimeError("the first one breaks")

    before = failed_rounds.value("looking")
    task = Periodic("looking", 0.01, step)
    await task.start()
    await soon(lambda: rounds >= 3)
    await task.stop()
    assert failed_rounds.value("looking") == before + 1 and len(caplog.records) == 1


async def test_stopping_ends_a_round_in_the_middle_and_nothing_follows() -> None:
    begun, ended = asyncio.Event(), False

    async def step() -> None:
        nonlocal ended
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended = True

    task = Periodic("waiting", 0.0, step)
    await task.start()
    await task.start()
    await begun.wait()
    await task.stop()
    assert ended
    await task.stop()
