"""What a signal to stop does while a version is being changed: it interrupts the attempt once, and nothing interrupts the way back. Used by update.py.

A closed terminal (SIGHUP), Ctrl-C and `kill` would else leave a version current that nobody saw well.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


@contextmanager
def interrupted_once() -> Iterator[None]:
    """The first signal to stop raises KeyboardInterrupt; those after it are not heard until the end. What was ignored before (nohup) stays so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = {number: signal.getsignal(number) for number in SIGNALS}
    for number, handler in former.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def hear_none() -> None:
    """From here to the end of `interrupted_once`; the programs that are started meanwhile hear none either."""
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)


def _interrupt(number: int, frame: FrameType | None) -> None:
    hear_none()
    raise KeyboardInterrupt
