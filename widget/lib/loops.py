"""Calls a function on an event loop from wherever one is. Used by what may be rung from any thread: realtime/hub.py, answering/runner.py."""

import asyncio
from collections.abc import Callable


def call_on(loop: asyncio.AbstractEventLoop, function: Callable[..., object], *arguments: object) -> None:
    """In the loop's next turn. Waking a loop takes a system call, which the loop's own thread need not make."""
    try:
        own = asyncio.get_running_loop() is loop
    except RuntimeError:
        own = False
    if own:
        loop.call_soon(function, *arguments)
    else:
        loop.call_soon_threadsafe(function, *arguments)
