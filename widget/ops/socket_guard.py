"""What plain Daphne lacks for WebSockets: bounds on what a client does not read and on what it sends unasked, and close codes that say why.

Built into the server by ops/server.py. The codes are those of the line (realtime/protocol.py); only 4xxx codes can be sent through Daphne.
"""

from typing import Any

from widget.lib import line_counts
from widget.ops.lean_socket import LeanSocket, waiting_bytes

TOO_SLOW, RESTARTING, TOO_LARGE, TOO_MANY = 4408, 4412, 4413, 4429
# Frames that wait for the application; a client of ours sends one at a time, and after a break its outbox.
_WAITING_FRAMES = 16
# Frames of any kind (pings and fragments too, which the application never sees) between two looks at the clock.
_FRAMES_LATELY = 400


class GuardedSocket(LeanSocket):
    """One WebSocket connection with its bounds."""

    given_up = False
    frames_lately = 0

    def send_text(self, text: str) -> None:
        """Sends, or gives up a client that has more than the allowed bytes unread."""
        super().send_text(text)
        self._check_unsent()

    def onPing(self, payload: bytes) -> None:
        super().onPing(payload)
        self._check_unsent()

    def onFrameBegin(self) -> None:
        self.frames_lately += 1
        if self.frames_lately > _FRAMES_LATELY:
            self.give_up(TOO_MANY)
        super().onFrameBegin()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """Hands the frame to the application, unless too much waits for it already."""
        if self.given_up:
            return
        waiting = self.application_queue
        if waiting.qsize() >= _WAITING_FRAMES or waiting.bytes() + len(payload) > self.server.limits.unsent_bytes:
            self.give_up(TOO_MANY)
        else:
            super().onMessage(payload, isBinary)

    def check_timeouts(self) -> None:
        """Called every other second."""
        super().check_timeouts()
        if self.frames_lately:
            del self.frames_lately
        # Not all of a crowd in the same moment, though they came together.
        if self.state == self.STATE_OPEN and self.duration() > self.server.limits.socket_seconds * (1 + (id(self) >> 4) % 64 / 640):
            self.give_up(RESTARTING)

    def give_up(self, code: int) -> None:
        """Closes with a code that says why; what still arrives is dropped, and a client that does not answer is cut."""
        if self.given_up:
            return
        self.given_up = True
        line_counts.closed.inc(str(code))
        # autobahn keeps no further payload of a connection it has failed itself.
        self.failedByMe = True
        self.serverClose(code=code)
        if code in (TOO_LARGE, TOO_MANY):
            # Whoever floods is not parsed any more; without the answer to the close frame the connection is cut after some seconds.
            self.dataReceived = _drop

    def _max_message_size_exceeded(self, msg_size: int, max_msg_size: int, reason: str) -> None:
        """autobahn would cut the connection without a word."""
        self.give_up(TOO_LARGE)

    def _check_unsent(self) -> None:
        if not self.given_up and waiting_bytes(self.transport) > self.server.limits.unsent_bytes:
            self.give_up(TOO_SLOW)


def _drop(data: Any) -> None:
    return None
