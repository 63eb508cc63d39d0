"""Child processes for what parses or computes: one busy thread here would raise every visitor's latency a hundredfold.

Called by jobs, on the thread of the slow lane. The child (confined.py) is niced, limited in memory and time, in a process group of its own, and ends with
this process however that ends. What it prints goes to our log; what it `say`s comes back as lines of JSON.
"""

import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from threading import Lock

from django.conf import settings

log = logging.getLogger(__name__)
# How often the parent looks whether it is to be stopped.
LOOK_SECONDS = 0.5
LONGEST_LINE = 65_536
KEPT_OUTPUT = 20_000
# The exit code by which a child says that its memory was not enough.
OUT_OF_MEMORY = 70

Step = Mapping[str, object]


class End(Enum):
    """What ended a child: itself (DONE, FAILED), somebody unknown (LOST), its limits, `should_stop`, or the end of this process (ENDING)."""

    DONE = auto()
    FAILED = auto()
    LOST = auto()
    OVERTIME = auto()
    OUT_OF_MEMORY = auto()
    STOPPED = auto()
    ENDING = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code`: its exit code, negative for the signal that killed it. `output`: the last of what it printed."""

    end: End
    code: int
    output: str


_living: set["subprocess.Popen[bytes]"] = set()
_ended: set[int] = set()
_lock = Lock()


def run_child(
    module: str,
    arguments: Sequence[str],
    seconds: float,
    memory_bytes: int,
    on_line: Callable[[Step], None],
    should_stop: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Runs `python -m module arguments` and waits for its end. `should_stop` is asked every half second; what `on_line` or it raises ends the child.

    The thread that calls must outlive the child: the kernel kills the child when the thread that started it ends.
    """
    said, says = os.pipe()
    limits = [str(os.getpid()), str(says), str(int(seconds)), str(memory_bytes)]
    process = subprocess.Popen(
        [sys.executable, "-m", "widget.jobs.confined", *limits, module, *arguments],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(says,),
        start_new_session=True,
    )
    os.close(says)
    with _lock:
        _living.add(process)
    listening = _Listening(process, said, on_line)
    try:
        end = listening.until(time.monotonic() + seconds, should_stop)
    finally:
        _kill(process)
        code = process.wait()
        listening.close()
        with _lock:
            _living.discard(process)
            if process.pid in _ended:
                _ended.discard(process.pid)
                end = End.ENDING
    return Outcome(end or _end_of(code), code, listening.output.decode(errors="replace"))


def end_all() -> None:
    """Ends every child of this process at once: the server stops, and their jobs go on at its next start."""
    with _lock:
        for process in _living:
            _ended.add(process.pid)
            _kill(process)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """With whatever it started itself. A group that is gone is what is wanted."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _end_of(code: int) -> End:
    if code == 0:
        return End.DONE
    if code == OUT_OF_MEMORY:
        return End.OUT_OF_MEMORY
    if code == -signal.SIGXCPU:
        return End.OVERTIME
    return End.LOST if code < 0 else End.FAILED


class _Listening:
    """The two pipes of a child: the lines it says, and what it prints."""

    def __init__(self, process: "subprocess.Popen[bytes]", said: int, on_line: Callable[[Step], None]) -> None:
        assert process.stdout is not None
        self.output = b""
        self._process = process
        self._said = said
        self._printed = process.stdout
        self._on_line = on_line
        self._line = b""
        self._selector = selectors.DefaultSelector()
        self._selector.register(said, selectors.EVENT_READ)
        self._selector.register(self._printed, selectors.EVENT_READ)

    def until(self, deadline: float, should_stop: Callable[[], bool]) -> End | None:
        """Until it ends by itself (None), or why it has to end."""
        look_at = time.monotonic() + LOOK_SECONDS
        while self._process.poll() is None or self._selector.get_map():
            now = time.monotonic()
            if now >= deadline:
                return End.OVERTIME
            if now >= look_at:
                look_at = now + LOOK_SECONDS
                if should_stop():
                    return End.STOPPED
            # A grandchild may hold the pipes open after the child's end: what it has to say is of no interest.
            if not self._read(LOOK_SECONDS if self._process.poll() is None else 0) and self._process.poll() is not None:
                return None
        return None

    def close(self) -> None:
        self._selector.close()
        self._printed.close()
        os.close(self._said)

    def _read(self, seconds: float) -> bool:
        """Whether anything was there to read."""
        if not self._selector.get_map():
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
            return False
        found = self._selector.select(seconds)
        for key, _ in found:
            data = os.read(key.fd, LONGEST_LINE)
            if not data:
                self._selector.unregister(key.fileobj)
            elif key.fd == self._said:
                self._hear(data)
            else:
                self.output = (self.output + data)[-KEPT_OUTPUT:]
        return bool(found)

    def _hear(self, data: bytes) -> None:
        *lines, self._line = (self._line + data).split(b"\n")
        self._line = self._line[-LONGEST_LINE:]
        for line in lines:
            try:
                step = json.loads(line)
            except ValueError:
                log.warning("A child process said what is no line of JSON.")
                continue
            self._on_line(step)


# -- in the child -----------------------------------------------------------------------------------------------------

_speaks_on: list[int] = []


def speak_on(descriptor: int) -> None:
    """Called by confined.py at the child's start."""
    _speaks_on[:] = [descriptor]


def say(**step: object) -> None:
    """One step of a child's work to its parent; nothing where there is none (a test that runs the module in its own process)."""
    for descriptor in _speaks_on:
        os.write(descriptor, json.dumps(step).encode() + b"\n")
