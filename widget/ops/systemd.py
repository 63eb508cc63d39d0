"""The two things systemd says and hears: listening sockets it opened for us, and the word that we are ready. Called by ops/serve.py and ops/server.py.

With `ListenStream=` in a socket unit the sockets stay open while the service restarts, so nobody is refused: the kernel lets clients wait for
the next process. Protocols: sd_listen_fds(3) and sd_notify(3).
"""

import socket
from contextlib import suppress

from django.conf import settings

_FIRST = 3


def inherited_listeners() -> list[socket.socket]:
    """The listening sockets this process was started with; empty when it must open its own."""
    listeners = [socket.socket(fileno=number) for number in range(_FIRST, _FIRST + settings.LISTEN_FDS)]
    for listener in listeners:
        listener.setblocking(False)
        # Programs that a job starts must not keep the port.
        listener.set_inheritable(False)
    return listeners


def notify(state: str) -> None:
    """Tells the service manager, where there is one: READY=1 or STOPPING=1."""
    address = settings.NOTIFY_SOCKET
    if address:
        # A name beginning with @ is an abstract one. That nobody listens is no reason not to serve.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)
