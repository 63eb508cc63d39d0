"""Runs an installation in this process: takes the lock, opens the ports, serves until told to stop. Called by `manage.py serve` and the set-up command."""

import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.db import connection

from widget.lib import lifecycle
from widget.lib.database_file import never_make_one
from widget.ops.errors import ServeError
from widget.ops.heap import keep_flat
from widget.ops.limits import Limits
from widget.ops.listening import open_port, raise_file_limit
from widget.ops.private_file import keep_private
from widget.ops.server import GuardedServer
from widget.ops.single_instance import hold_lock
from widget.ops.systemd import inherited_listeners

# Beside a thread that computes, each step of a message would wait Python's usual 5 ms for its turn, and storing one takes a dozen steps.
_SWITCH_SECONDS = 0.001
Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class Place:
    """What a serving process holds: the lock of the data folder (SQLite only) and its listening sockets, opened here or before us by systemd."""

    lock: TextIO | None
    listeners: tuple[socket.socket, ...]
    demo: socket.socket | None
    inherited: bool = False

    @property
    def port(self) -> int:
        """0 where only a Unix socket is listened on."""
        names = [listener.getsockname() for listener in self.listeners if listener.family != socket.AF_UNIX]
        return int(names[0][1]) if names else 0

    @property
    def demo_port(self) -> int | None:
        return None if self.demo is None else int(self.demo.getsockname()[1])


def reserve(host: str, port: int, demo_port: int | None = None) -> Place:
    """Done first, so that what is in the way is said at once. Raises ServeError with the sentence."""
    lock = hold_lock(Path(settings.DATA_DIR) / "serve.lock") if connection.vendor == "sqlite" else None
    if lock is not None:
        lifecycle.declare_sole()
        keep_private(Path(connection.settings_dict["NAME"]))
    inherited = inherited_listeners()
    listeners = inherited or [open_port(host, port)]
    return Place(lock, tuple(listeners), None if demo_port is None else open_port(host, demo_port), bool(inherited))


def serve(place: Place, application: Application, demo: Application | None, announce: Callable[[], None]) -> None:
    """Serves until SIGTERM or SIGINT. `announce` is called once when the first request would be answered. Raises ServeError if it could not start."""
    raise_file_limit()
    keep_flat()
    sys.setswitchinterval(_SWITCH_SECONDS)
    never_make_one()
    listeners = [*place.listeners, *([place.demo] if place.demo else [])]
    server = GuardedServer(_by_port(application, demo, place.demo_port), listeners, Limits.from_settings(), announce, keep_ports=not place.inherited)
    server.run()
    if server.failed:
        raise ServeError


def _by_port(application: Application, demo: Application | None, demo_port: int | None) -> Application:
    """The demo page is another origin, therefore another port, but not another process."""
    if demo is None or demo_port is None:
        return application

    # Not a coroutine of its own: one less frame in memory for every visitor who has a page open.
    def by_port(scope: dict[str, Any], receive: Any, send: Any) -> Awaitable[None]:
        return (demo if scope["server"][1] == demo_port else application)(scope, receive, send)

    return by_port
