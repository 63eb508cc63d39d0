"""One plain connection with its limits in time: how long a head may take, how slowly a body may come, how long it may idle, and what it may leave unread.

Built into the server by ops/http_guard.py. Twisted only cuts who is silent; who sends a byte now and then could stay for ever.
"""

import time
from typing import Any

from twisted.web.http import HTTPChannel

from widget.ops.lean_socket import waiting_bytes
from widget.ops.limits import Limits

# A body may lag behind this many bytes a second by BODY_SECONDS, so that a phone on a weak line has its time.
SLOWEST_BODY = 500
# But nobody takes longer than this, or is silent for BODY_SECONDS: what came early is no credit to hold a place with.
_LONGEST_BODY_SECONDS = 300
# What may wait for a client before more is sent to it: little, since one address may have many connections.
UNREAD_RESPONSE_BYTES = 65_536
_LAST_READ_SECONDS = 60


class GuardedChannel(HTTPChannel):  # type: ignore[misc]
    """A connection before it becomes a WebSocket, or one that stays HTTP."""

    maxHeaders = 100
    totalHeadersSize = 16_384
    # When the first byte of the request came; 0.0 while none is under way.
    _began = 0.0
    _body_received = 0

    @property
    def _limits(self) -> Limits:
        limits: Limits = self.factory.server.limits
        return limits

    def connectionMade(self) -> None:
        # The first request begins with the connection: whoever connects means to say something.
        self.timeOut = self._limits.head_seconds
        super().connectionMade()

    def resetTimeout(self) -> None:
        """Twisted would give more time for every byte."""

    def dataReceived(self, data: bytes) -> None:
        if not self._began and not self._handlingRequest:
            self._began = time.monotonic()
            self.setTimeout(self._limits.head_seconds)
        super().dataReceived(data)

    def allHeadersReceived(self) -> None:
        super().allHeadersReceived()
        if self.length != 0:
            self._began, self._body_received = time.monotonic(), 0
            self.setTimeout(self._limits.body_seconds)

    def note_body(self, count: int) -> None:
        """Each piece of a body moves its deadline."""
        self._body_received += count
        patience = self._limits.body_seconds
        due = self._began + min(patience + self._body_received / SLOWEST_BODY, _LONGEST_BODY_SECONDS)
        self.setTimeout(max(0.0, min(due - time.monotonic(), patience)))

    def allContentReceived(self) -> None:
        self._began = 0.0
        super().allContentReceived()

    def requestDone(self, request: Any) -> None:
        if self._dataBuffer and waiting_bytes(self.transport) > UNREAD_RESPONSE_BYTES:
            # Requests sent ahead by somebody who does not read the answers.
            self.transport.abortConnection()
            return
        self._savedTimeOut = self._limits.idle_seconds
        super().requestDone(request)

    def timeoutConnection(self) -> None:
        if self._began or self.transport.disconnecting:
            # In the middle of a request nothing is owed; and who does not read what is owed has had its time.
            self.transport.abortConnection()
        else:
            self.loseConnection()

    def loseConnection(self) -> None:
        """Twisted would wait for the reader of the last response for ever."""
        super().loseConnection()
        self.setTimeout(_LAST_READ_SECONDS)
