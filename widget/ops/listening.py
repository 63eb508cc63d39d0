"""Opens the ports before anything slow is done, so that an occupied one is one sentence at once. Called by ops/serve.py and the set-up command."""

import errno
import resource
import socket

from widget.ops.errors import AddressUnusableError, PortTakenError

_LAST_PORT = 65_535


def open_port(host: str, port: int) -> socket.socket:
    """A listening socket (port 0: any free one). Raises PortTakenError or AddressUnusableError."""
    if not 0 <= port <= _LAST_PORT:
        # The system's own look-up would take the rest of a division.
        raise AddressUnusableError(host=host, port=port, reason=f"ports end at {_LAST_PORT}")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, OverflowError) as error:
        raise AddressUnusableError(host=host, port=port, reason=_reason(error)) from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise PortTakenError(host=host, port=port, other=port + 100) from None
        raise AddressUnusableError(host=host, port=port, reason=_reason(error)) from None
    listener.setblocking(False)
    return listener


def raise_file_limit() -> None:
    """Every socket is an open file; most systems allow 1,024 unless asked for more."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _reason(error: OSError | OverflowError) -> str:
    if isinstance(error, PermissionError):
        return "ports below 1024 belong to the system administrator"
    return str(getattr(error, "strerror", None) or error)
