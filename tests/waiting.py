"""Waiting for something that happens on another thread, without fixed pauses."""

import asyncio
import threading
import time
from collections.abc import Callable


def eventually(true: Callable[[], object], seconds: float = 5.0) -> None:
    """Returns as soon as `true()` is; fails after `seconds`."""
    until = time.monotonic() + seconds
    tick = threading.Event()
    while not true():
        assert time.monotonic() < until, "it did not happen in time"
        tick.wait(0.01)


async def soon(true: Callable[[], object], seconds: float = 5.0) -> None:
    """The same for something that happens on this event loop."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  (what is waited for knows no event)
            await asyncio.sleep(0.005)
