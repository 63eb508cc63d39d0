"""The kernel's end of each connection: counted by address, read in small pieces. Put under Twisted's ports by ops/server.py.

One client's flood arrives in pieces this small, so that between two of them the loop turns to everybody else: a piece of tiny frames that
costs 10 ms at 8 kB would cost 80 ms at the 64 kB that Twisted reads.
"""

from collections import Counter
from typing import Any

from twisted.internet.tcp import Server

from widget.lib.client_address import believed_address


class LeanTransport(Server):  # type: ignore[misc]
    """One accepted connection."""

    bufferSize = 8_192

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        # Twisted formats both for logs that are switched off; half a kilobyte for each visitor.
        self.repstr = self.logstr = "connection"
        self.server.factory.server.guests.arrive(self.hostname)

    def connectionLost(self, reason: Any) -> None:
        self.server.factory.server.guests.leave(self.hostname)
        super().connectionLost(reason)


class Guests:
    """How many connections each address has; IPv6 by its /64. `most` 0: no limit."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: Counter[str] = Counter()

    def has_room(self, host: str) -> bool:
        return not self._most or self._held[believed_address(host, ())] < self._most

    def arrive(self, host: str) -> None:
        if self._most:
            self._held[believed_address(host, ())] += 1

    def leave(self, host: str) -> None:
        address = believed_address(host, ())
        if self._held[address] > 1:
            self._held[address] -= 1
        else:
            del self._held[address]
