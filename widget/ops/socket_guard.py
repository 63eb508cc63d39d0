"""What plain Daphne lacks for WebSockets: a bound on what a client does not read, and little memory for one that only sits there.

Built into the server by ops/server.py. The limits on frames and messages themselves are Daphne's own options.
"""

from typing import Any

from daphne.ws_protocol import WebSocketProtocol

TOO_SLOW = 4408
# What only the handshake needed; several hundred bytes to kilobytes per visitor who has a page open.
_HANDSHAKE = {"clean_headers", "http_headers", "websocket_protocols", "websocket_origin", "websocket_extensions", "_wskey", "_raw_query_string"}
_HANDSHAKE |= {f"http_{part}" for part in ("request_data", "request_uri", "request_path", "request_params", "request_host", "status_line", "response_data")}
_HANDSHAKE |= {"application_deferred"}


class GuardedSocket(WebSocketProtocol):  # type: ignore[misc]
    """One WebSocket connection."""

    def serverSend(self, content: str | bytes, binary: bool = False) -> None:
        """Sends, or gives up a client with more than the allowed bytes unread: close code 4408, then the cut."""
        super().serverSend(content, binary)
        if waiting_bytes(self.transport) > self.server.unsent_bytes:
            self.serverClose(code=TOO_SLOW)

    def onOpen(self) -> None:
        super().onOpen()
        self._forget_handshake()

    def _forget_handshake(self) -> None:
        for name in _HANDSHAKE:
            self.__dict__.pop(name, None)
        # Daphne names the path when it tells about the end of the connection.
        self.request = _Forgotten


class _Forgotten:
    path = ""


def waiting_bytes(transport: Any) -> int:
    """Bytes handed to Twisted's transport that the kernel has not taken yet."""
    return len(transport.dataBuffer) - transport.offset + transport._tempDataLen
