"""Daphne's server with our guards built in, run on ports that are already open, and an end that lets running answers checkpoint.

Made and run by ops/serve.py. The guards themselves stand in http_guard.py and socket_guard.py.
"""

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from daphne.server import Server
from django.conf import settings
from twisted.internet import reactor

from widget.lib import lifecycle, line_counts
from widget.ops.http_channel import UNREAD_RESPONSE_BYTES
from widget.ops.http_guard import GuardedHTTPFactory
from widget.ops.lean_socket import waiting_bytes
from widget.ops.lean_transport import Guests, LeanTransport
from widget.ops.limits import Limits
from widget.ops.mailbox import Mailbox
from widget.ops.socket_guard import RESTARTING, GuardedSocket
from widget.ops.systemd import notify

log = logging.getLogger(__name__)
# How long a reader of a response may let it wait before the connection is cut.
_SLOWEST_READER_SECONDS = 30
# How long clients may take to answer the close frame before their connections are cut.
_GOODBYE_SECONDS = 1.5
# The same for one that is closed alone: who is still busy sending should get to read why.
_CLOSING_SECONDS = 3
# What the steps after the answers may take together (the job in hand, the model's connections).
_TIDYING_SECONDS = 10


class GuardedServer(Server):  # type: ignore[misc]
    """Serves `application` on listening sockets until SIGTERM or SIGINT. `failed` tells afterwards whether it ended by an error.

    `keep_ports`: while it drains it goes on accepting, to send newcomers away; without, they wait in the kernel for the next process.
    """

    def __init__(self, application: Any, listeners: Sequence[socket.socket], limits: Limits, announce: Callable[[], None], keep_ports: bool = True) -> None:
        super().__init__(
            application,
            endpoints=["listeners of our own"],
            signal_handlers=False,
            websocket_connect_timeout=20,
            websocket_handshake_timeout=20,
            websocket_timeout=-1,
            websocket_max_message_size=limits.frame_bytes,
            websocket_max_frame_size=limits.frame_bytes,
            ping_interval=limits.ping_seconds,
            ping_timeout=limits.pong_seconds,
            ready_callable=self._prepare,
            server_name="",
        )
        self.endpoints: list[str] = []
        self.connections: dict[Any, dict[str, Any]] = {}
        self.failed = False
        self.limits = limits
        self.trusts_proxies = settings.TRUSTED_PROXIES > 0
        self.guests = Guests(limits.connections_per_address)
        # Requests whose bodies are on their way or in the application's hands, and what they hold together.
        self.bodies: set[Any] = set()
        self.body_bytes = 0
        self._keep_ports = keep_ports
        self._listening_sockets = listeners
        self._ports: list[Any] = []
        self._announce = announce
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._all_gone = asyncio.Event()

    def _prepare(self) -> None:
        """Called by Daphne once its factories exist and before its loop runs."""
        self.http_factory = GuardedHTTPFactory(self)
        self.ws_factory.protocol = GuardedSocket
        self.ws_factory.setProtocolOptions(failByDrop=False, allowNullOrigin=True, closeHandshakeTimeout=_CLOSING_SECONDS)
        GuardedSocket.share_options(self.ws_factory)
        loop = asyncio.get_event_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._on_signal)
        self._spawn(self._open)

    def _spawn(self, step: Callable[[], Any]) -> None:
        task = asyncio.get_event_loop().create_task(step())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open(self) -> None:
        try:
            await lifecycle.start()
        except Exception:
            log.exception("Kanal could not start")
            self.failed = True
            self.stop()
            return
        for listener in self._listening_sockets:
            port = reactor.adoptStreamPort(listener.fileno(), listener.family, self.http_factory)
            if listener.family != socket.AF_UNIX:
                port.transport = LeanTransport
            self._ports.append(port)
        # What is loaded by now stays: the collector need not walk through it again and again while tokens wait.
        gc.collect()
        gc.freeze()
        self._announce()
        notify("READY=1")

    def _on_signal(self) -> None:
        if self._stopping:
            self.stop()
        else:
            self._stopping = True
            self._spawn(self._drain)

    async def _drain(self) -> None:
        """Readiness off and new sockets refused; let what runs come to an end or a checkpoint; ask the visitors to come back; close the ports; stop."""
        lifecycle.begin_drain()
        notify("STOPPING=1")
        await asyncio.sleep(self.limits.notice_seconds)
        if not self._keep_ports:
            self._close_ports()
        try:
            async with asyncio.timeout(self.limits.drain_seconds + _TIDYING_SECONDS):
                await lifecycle.drain()
        except TimeoutError:
            log.warning("Not everything came to an end in time; it is taken up again at the next start.")
        for line in self._open_sockets():
            line_counts.closed.inc(str(RESTARTING))
            line.serverClose(code=RESTARTING)
        self._close_ports()
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE_SECONDS):
                if self._in_hand():
                    await self._all_gone.wait()
        self.stop()

    def _close_ports(self) -> None:
        while self._ports:
            self._ports.pop().stopListening()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope["type"] != "websocket":
            return super().create_application(protocol, scope)
        protocol.scope = scope
        mailbox = Mailbox()
        application = self.application(scope=scope, receive=mailbox.get, send=protocol.take)
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(application)
        return mailbox

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """A response waits here for its reader, so that it never lies in memory whole. Sockets do not wait; they have a bound."""
        await super().handle_reply(protocol, message)
        if message["type"] == "http.response.body" and message.get("more_body"):
            await self._until_read(protocol)

    async def _until_read(self, request: Any) -> None:
        for _ in range(_SLOWEST_READER_SECONDS * 20):
            transport = request.channel and request.channel.transport
            if transport is None or waiting_bytes(transport) <= UNREAD_RESPONSE_BYTES:
                return
            await asyncio.sleep(0.05)
        if request.channel:
            request.channel.transport.abortConnection()

    def timeout_checker(self) -> None:
        """Daphne looks every other second, which is too seldom only where a test has scaled the times down."""
        for line in list(self.connections):
            line.check_timeouts()
        reactor.callLater(min(2.0, self.limits.ping_seconds / 4), self.timeout_checker)

    def protocol_disconnected(self, protocol: Any) -> None:
        super().protocol_disconnected(protocol)
        if self._stopping and not self._in_hand():
            self._all_gone.set()

    def _in_hand(self) -> bool:
        """Whether a visitor has not yet answered the goodbye, or a request its response."""
        requests = (details for line, details in self.connections.items() if not isinstance(line, GuardedSocket))
        return bool(self._open_sockets()) or any("application_instance" in details and "disconnected" not in details for details in requests)

    def _open_sockets(self) -> list[GuardedSocket]:
        return [line for line in self.connections if isinstance(line, GuardedSocket) and line.state in (line.STATE_OPEN, line.STATE_CLOSING)]

    def kill_all_applications(self) -> Any:
        """Daphne's own stumbles over a connection whose application has already ended."""
        self.connections = {line: details for line, details in self.connections.items() if "application_instance" in details}
        return super().kill_all_applications()
