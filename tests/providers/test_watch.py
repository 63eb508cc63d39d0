"""The stopwatch over a stream: it rings for silence, and never swallows a cancellation."""

import asyncio
import threading

import pytest

from widget.providers import watch as watch_module
from widget.providers.watch import Watch


def make(seconds: float) -> Watch:
    watch = Watch(asyncio.get_running_loop().time() + 10)
    watch.start(seconds)
    return watch


async def test_silence_is_a_timeout() -> None:
    watch = make(0.02)
    with pytest.raises(TimeoutError), watch:
        await asyncio.Event().wait()
    assert asyncio.current_task().cancelling() == 0  # type: ignore[union-attr]


async def test_each_start_gives_new_patience() -> None:
    watch = make(0.05)
    for _ in range(5):
        watch.start(0.5)
        with watch:
            await asyncio.sleep(0.03)
    watch.stop()


async def test_the_deadline_stands_above_all_starts() -> None:
    watch = Watch(asyncio.get_running_loop().time() + 0.03)
    watch.start(10)
    with pytest.raises(TimeoutError), watch:
        await asyncio.Event().wait()


async def test_what_happens_between_two_waits_is_not_timed() -> None:
    watch = make(0.01)
    with watch:
        pass
    await asyncio.sleep(0.03)
    with watch:
        pass
    watch.stop()


async def test_a_cancellation_from_outside_wins_over_the_ring() -> None:
    watch = make(0)

    async def wait() -> None:
        with watch:
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    watch._ring()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_time_in_which_the_loop_stood_still_is_nobodys_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "LATE_SECONDS", 0.1)
    watch = Watch(asyncio.get_running_loop().time() + 0.2)
    watch.start(0.15)
    words = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.3, words.set_result, "came while we slept")
    with watch:
        asyncio.get_running_loop().call_soon(stand_still, 0.4)
        assert await words == "came while we slept"
    with pytest.raises(TimeoutError), watch:
        await asyncio.Event().wait()


def stand_still(seconds: float) -> None:
    """What a process that is stopped does to its event loop."""
    threading.Event().wait(seconds)
