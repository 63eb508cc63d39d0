"""What plain Daphne lacks for WebSockets: bounds on what a client does not read and on what it sends unasked, and close codes that say why.

Built into the server by ops/server.py. The codes are those of the line (realtime/protocol.py); only 4xxx codes can be sent through Daphne.
"""

from widget.lib import line_counts
from widget.ops.lean_socket import LeanSocket, waiting_bytes

TOO_SLOW, RESTARTING, TOO_LARGE, TOO_MANY = 4408, 4412, 4413, 4429
# Frames that wait for the application; a client of ours sends one at a time.
_WAITING_FRAMES = 128


class GuardedSocket(LeanSocket):
    """One WebSocket connection with its bounds."""

    unread_bytes = 0
    given_up = False

    def send_text(self, text: str) -> None:
        """Sends, or gives up a client that has more than the allowed bytes unread."""
        super().send_text(text)
        self._check_unsent()

    def onPing(self, payload: bytes) -> None:
        super().onPing(payload)
        self._check_unsent()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """Hands the frame to the application, unless too much waits for it already."""
        if self.given_up:
            return
        if self.application_queue.empty():
            self.unread_bytes = 0
        self.unread_bytes += len(payload)
        if self.unread_bytes > self.server.unsent_bytes or self.application_queue.qsize() >= _WAITING_FRAMES:
            self.give_up(TOO_MANY)
        else:
            super().onMessage(payload, isBinary)

    def give_up(self, code: int) -> None:
        """Closes with a code that says why; what still arrives is dropped, and a client that does not answer is cut."""
        self.given_up = True
        line_counts.closed.inc(str(code))
        # autobahn keeps no further payload of a connection it has failed itself.
        self.failedByMe = True
        self.serverClose(code=code)

    def _max_message_size_exceeded(self, msg_size: int, max_msg_size: int, reason: str) -> None:
        """autobahn would cut the connection without a word."""
        self.give_up(TOO_LARGE)

    def _check_unsent(self) -> None:
        if not self.given_up and waiting_bytes(self.transport) > self.server.unsent_bytes:
            self.give_up(TOO_SLOW)
