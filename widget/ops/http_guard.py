"""What plain Daphne lacks for HTTP: a limit counted on the bytes that really arrive, and trusted headers that only a proxy of ours may set.

Built into the server by ops/server.py. Without it a body is spooled whole before anybody may refuse it.
"""

from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.utils import INVALID_HEADER_VALUE_BYTES

from widget.lib import lifecycle, metrics
from widget.ops.health import PROXIED_HEADER
from widget.ops.http_channel import GuardedChannel

_FORWARDED = (b"X-Forwarded-For", b"X-Forwarded-Proto", b"X-Forwarded-Host", b"X-Forwarded-Port", b"Forwarded", b"X-Real-Ip")
_REFUSAL = "HTTP/1.1 %s\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
_TOO_LARGE = (_REFUSAL % ("413 Content Too Large", 22, "The body is too large.")).encode()
_BUSY = (_REFUSAL % ("503 Service Unavailable", 27, "Too many uploads. Try again")).encode()
# So many of the largest bodies may be under way together, over all clients.
_BODIES_AT_ONCE = 3
refused = metrics.counter("kanal_requests_refused_total", "Requests whose body was refused before the application saw it", ("status",))


class GuardedRequest(WebRequest):  # type: ignore[misc]
    """One HTTP request (or handshake of a WebSocket, which begins as one)."""

    received = 0

    def gotLength(self, length: int | None) -> None:
        super().gotLength(length)
        if length is not None and length > self.server.limits.request_bytes:
            self._refuse(_TOO_LARGE)

    def handleContentChunk(self, data: bytes) -> None:
        if self._refused():
            return
        self.received += len(data)
        self.server.bodies.add(self)
        self.server.body_bytes += len(data)
        if self.received > self.server.limits.request_bytes:
            self._refuse(_TOO_LARGE)
        elif self.server.body_bytes > _BODIES_AT_ONCE * self.server.limits.request_bytes:
            # The largest goes, not the newest: a few that hold their bodies back must not keep small forms out.
            max(self.server.bodies, key=_received)._refuse(_BUSY)
        if not self._refused():
            self.channel.note_body(len(data))
            super().handleContentChunk(data)

    def process(self) -> Any:
        if self._refused():
            return None
        if lifecycle.is_draining() and self.channel is not None:
            self.channel.persistent = 0
            self.responseHeaders.setRawHeaders(b"Connection", [b"close"])
        self._drop_trusted_headers()
        return super().process()

    def finish(self) -> None:
        self._forget_body()
        super().finish()

    def connectionLost(self, reason: Any) -> None:
        self._forget_body()
        super().connectionLost(reason)

    def _drop_trusted_headers(self) -> None:
        """Bytes that two parsers read differently stay where they are: Daphne answers 400 to them."""
        names = (b"Daphne-Root-Path", PROXIED_HEADER) if self.server.trusts_proxies else (b"Daphne-Root-Path", PROXIED_HEADER, *_FORWARDED)
        values = [value for name in names for value in self.requestHeaders.getRawHeaders(name, ())]
        if any(INVALID_HEADER_VALUE_BYTES.intersection(value) for value in values):
            return
        proxied = not self.server.trusts_proxies and any(self.requestHeaders.hasHeader(name) for name in _FORWARDED)
        for name in names:
            self.requestHeaders.removeHeader(name)
        if proxied:
            self.requestHeaders.setRawHeaders(PROXIED_HEADER, [b"1"])

    def _refused(self) -> bool:
        return self.channel is None or bool(self.channel.transport.disconnecting)

    def _refuse(self, response: bytes) -> None:
        """Answers and hangs up while the rest of the body is still on its way; what comes after is not kept."""
        self._forget_body()
        if not self._refused():
            refused.inc(response[9:12].decode())
            self.channel.transport.write(response)
            self.channel.loseConnection()

    def _forget_body(self) -> None:
        self.server.body_bytes -= self.received
        self.server.bodies.discard(self)
        self.received = 0


def _received(request: GuardedRequest) -> int:
    return request.received


class GuardedHTTPFactory(HTTPFactory):  # type: ignore[misc]
    """Builds connections with our limits instead of Daphne's."""

    protocol = GuardedChannel

    def buildProtocol(self, addr: Any) -> Any:
        """None, which closes the connection, when the address has too many."""
        if not self.server.guests.has_room(getattr(addr, "host", "")):
            return None
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = GuardedRequest
        return protocol
