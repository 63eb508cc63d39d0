"""What plain Daphne lacks for HTTP: a limit counted on the bytes that really arrive, and trusted headers that only a proxy of ours may set.

Built into the server by ops/server.py. Without it a body is spooled whole before anybody may refuse it.
"""

from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest

from widget.ops.health import PROXIED_HEADER

_FORWARDED = (b"X-Forwarded-For", b"X-Forwarded-Proto", b"X-Forwarded-Host", b"X-Forwarded-Port", b"Forwarded", b"X-Real-Ip")
_TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 22\r\n\r\nThe body is too large.\n"[:-1]


class GuardedRequest(WebRequest):  # type: ignore[misc]
    """One HTTP request (or handshake of a WebSocket, which begins as one)."""

    received = 0

    def gotLength(self, length: int | None) -> None:
        super().gotLength(length)
        if length is not None and length > self.server.request_bytes:
            self._refuse_body()

    def handleContentChunk(self, data: bytes) -> None:
        self.received += len(data)
        if self.received > self.server.request_bytes:
            self._refuse_body()
        elif not self._refused():
            super().handleContentChunk(data)

    def process(self) -> Any:
        self.requestHeaders.removeHeader(b"Daphne-Root-Path")
        if not self.server.trusts_proxies:
            if any(self.requestHeaders.hasHeader(name) for name in _FORWARDED):
                self.requestHeaders.setRawHeaders(PROXIED_HEADER, [b"1"])
            for name in _FORWARDED:
                self.requestHeaders.removeHeader(name)
        return super().process()

    def _refused(self) -> bool:
        return self.channel is None or bool(self.channel.transport.disconnecting)

    def _refuse_body(self) -> None:
        """Answers and hangs up while the rest of the body is still on its way; what comes after is not kept."""
        if not self._refused():
            self.channel.transport.write(_TOO_LARGE)
            self.channel.loseConnection()


class GuardedHTTPFactory(HTTPFactory):  # type: ignore[misc]
    """Builds the guarded request instead of Daphne's."""

    def buildProtocol(self, addr: object) -> Any:
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = GuardedRequest
        return protocol
