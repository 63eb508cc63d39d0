"""Waiting for something that happens on another thread, without fixed pauses."""

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
