"""What must start with the serving process and what must be ended before it stops.

wiring.py fills both tables; `manage.py serve` calls `start()` before it listens, `begin_drain()` on SIGTERM and `drain()` after it; under any
other ASGI server routing.py calls `start()` with the first connection.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)
Step = Callable[[], Awaitable[None]]
_starts: dict[str, Step] = {}
_drains: dict[str, Step] = {}
_started: "asyncio.Future[None] | None" = None
_sole = False
_draining = False


def on_start(name: str, step: Step) -> None:
    _starts[name] = step


def on_drain(name: str, step: Step) -> None:
    _drains[name] = step


def declare_sole() -> None:
    """Said by `serve` once it holds the lock: no other process serves this database, so whatever an earlier one held belongs to the dead."""
    global _sole
    _sole = True


def is_sole() -> bool:
    return _sole


def begin_drain() -> None:
    """From now on nothing new is begun here: readiness is off, new sockets are sent elsewhere; what runs comes to an end."""
    global _draining
    _draining = True


def is_draining() -> bool:
    return _draining


def is_started() -> bool:
    return _started is not None and _started.done()


async def start() -> None:
    """Runs every start step once, in the order of registration; later and concurrent calls wait for the first and fail as it does.

    After a failure the next call begins anew.
    """
    global _started, _draining
    if _started is not None:
        await asyncio.shield(_started)
        return
    _draining = False
    started = _started = asyncio.get_running_loop().create_future()
    try:
        for name, step in _starts.items():
            log.debug("Starting %s", name)
            await step()
    except BaseException as error:
        _started = None
        started.set_exception(error)
        # Nobody else may wait for it; who does hears it all the same.
        started.exception()
        raise
    started.set_result(None)


async def drain() -> None:
    """Ends what was started, last first. One step's failure does not keep the others from ending."""
    global _started
    begin_drain()
    for name, step in reversed(_drains.items()):
        try:
            await step()
        except Exception:
            log.exception("Draining %s failed", name)
    _started = None
