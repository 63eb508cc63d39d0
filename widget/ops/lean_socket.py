"""Daphne's WebSocket made light: little memory while a visitor only has a page open, and few steps from a token to the wire.

The base of ops/socket_guard.py. Measured per idle visitor and per token by tests/bench; every trick here pays for itself there.
"""

from typing import Any

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

# What only the handshake needed; several hundred bytes to kilobytes each.
_HANDSHAKE = {"clean_headers", "http_headers", "websocket_protocols", "websocket_origin", "websocket_extensions", "_wskey", "_raw_query_string"}
_HANDSHAKE |= {f"http_{part}" for part in ("request_data", "request_uri", "request_path", "request_params", "request_host", "status_line", "response_data")}
_HANDSHAKE |= {"application_deferred", "_transport_details"}


class LeanSocket(WebSocketProtocol):  # type: ignore[misc]
    """One WebSocket connection."""

    # The scope the application was made with; every layer above the consumer would keep it alive for as long as the visitor stays.
    scope: dict[str, Any] | None = None

    @classmethod
    def share_options(cls, factory: WebSocketFactory) -> None:
        """Lets all connections read the options from the class. autobahn copies each option to each connection that has none."""
        for name in cls.CONFIG_ATTRS:
            setattr(cls, name, staticmethod(value) if callable(value := getattr(factory, name)) else value)
        cls.CONFIG_ATTRS = []

    def onOpen(self) -> None:
        super().onOpen()
        self._forget_handshake()
        self._share_what_is_empty()

    async def take(self, message: dict[str, Any]) -> None:
        """The application's `send`: what Daphne does with a message, in fewer steps for the one that matters."""
        text = message.get("text")
        if text is not None and message["type"] == "websocket.send":
            if self.state == self.STATE_OPEN:
                self.send_text(text)
        elif self.state != self.STATE_CLOSED:
            self.handle_reply(message)

    def send_text(self, text: str) -> None:
        """One unmasked, unfragmented text frame (RFC 6455, section 5.2), handed to the kernel at once if nothing waits before it."""
        payload = text.encode()
        size = len(payload)
        if size < 126:
            head = bytes((0x81, size))
        elif size < 65_536:
            head = b"\x81\x7e" + size.to_bytes(2, "big")
        else:
            head = b"\x81\x7f" + size.to_bytes(8, "big")
        write_now(self.transport, head + payload)

    def _forget_handshake(self) -> None:
        for name in _HANDSHAKE:
            self.__dict__.pop(name, None)
        # Daphne names the path when it tells about the end of the connection.
        self.request = _Forgotten
        if self.scope is not None:
            self.scope.clear()
            self.scope = None
        # The HTTP channel this connection began as, with its request and headers, stays only because the transport knows it as a producer.
        self.transport.unregisterProducer()
        # Only for data sent in pieces on purpose, which is never done here.
        self.send_queue = ()

    def _share_what_is_empty(self) -> None:
        """Attributes that are None or False for nearly every connection are read from the class until they change."""
        shared = type(self)
        for name, value in list(self.__dict__.items()):
            if value is None or value is False:
                if not hasattr(shared, name):
                    setattr(shared, name, value)
                if getattr(shared, name) is value:
                    del self.__dict__[name]
        # A dictionary never shrinks by itself.
        self.__dict__ = dict(self.__dict__)


class _Forgotten:
    path = ""


def write_now(transport: Any, data: bytes) -> None:
    """Twisted would wait for the next turn of its loop and ask the kernel twice about every frame; the kernel nearly always has room at once."""
    if transport.connected and not transport.dataBuffer and not transport._tempDataLen and not transport.disconnecting:
        try:
            sent = transport.socket.send(data)
        except OSError:
            # No room, or gone: Twisted finds out by itself.
            sent = 0
        data = data[sent:]
    if data:
        transport.write(data)


def waiting_bytes(transport: Any) -> int:
    """Bytes handed to Twisted's transport that the kernel has not taken yet."""
    return len(transport.dataBuffer) - transport.offset + transport._tempDataLen
