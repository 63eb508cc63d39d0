"""A TCP proxy that spoils the way between a client and a server on demand: for models (tests/providers) and for cutting the WebSocket (journeys, promises).

    async with ChaosProxy("127.0.0.1", port) as proxy:      # in the test's loop
    with ChaosProxy.in_thread("127.0.0.1", port) as proxy:  # own loop and thread; every method below may be called from any thread
Point the client at `proxy.port` (or `proxy.host_port`). Standing weather, changeable at any time, for what flows from then on:
    proxy.latency = 0.2            seconds added to each piece, both ways, order kept
    proxy.bytes_per_second = 2000  both ways, per connection (0 = unlimited)
    proxy.cut_after = 500          each connection is closed after that many bytes towards the client (None = never)
    proxy.cut_with_reset = True    that closing is a RST instead of a FIN
    proxy.black_hole = True        accepts and reads nothing, forwards nothing; nobody hears of it. Set back to False, what waited flows again
    proxy.half_open = True         towards the client nothing passes any more (not even the end), towards the server all does
    proxy.refusing = True          new connections are reset at once
    proxy.refusing_upgrades = True each handshake of a WebSocket is answered 403, as many offices' and schools' proxies do
    proxy.holding_back = True      a stream of events arrives only when it has ended, all at once
    proxy.idle_seconds = 60        a connection through which nothing passed for so long is closed, as proxies do (0 = never)
    proxy.life_seconds = 5         a connection is closed when it is so old (0 = never)
Events: `proxy.cut()` closes all connections now (FIN), `proxy.reset()` the same with RST, `proxy.retarget(host, port)` for a restarted server.
Counters: `proxy.refused_upgrades`, `proxy.accepted`, `proxy.open`, `proxy.idle_cuts`, `proxy.bytes_down` (towards clients), `proxy.bytes_up`.
"""

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_LINGER_NONE = struct.pack("ii", 1, 0)
PIECE_BYTES = 65_536
POLL_SECONDS = 0.01
_FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"


class _Link:
    """The two sockets of one proxied connection."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.client, self.server, self.sent_down = client, server, 0
        self.opened = self.passed = time.monotonic()
        self.held = b""

    def close(self, reset: bool) -> None:
        for writer in (self.client, self.server):
            if reset:
                _reset(writer)
            else:
                writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
    writer.transport.abort()


class ChaosProxy:
    """See the module's docstring."""

    def __init__(self, host: str, port: int) -> None:
        self._target, self.port = (host, port), 0
        self.latency, self.bytes_per_second = 0.0, 0
        self.cut_after: int | None = None
        self.cut_with_reset = self.black_hole = self.half_open = self.refusing = False
        self.refusing_upgrades = self.holding_back = False
        self.idle_seconds = self.life_seconds = 0.0
        self.accepted = self.bytes_down = self.bytes_up = self.idle_cuts = self.refused_upgrades = 0
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def open(self) -> int:
        return len(self._links)

    def clear(self) -> None:
        """Fair weather again, for what comes."""
        self.latency, self.bytes_per_second, self.cut_after = 0.0, 0, None
        self.cut_with_reset = self.black_hole = self.half_open = self.refusing = self.refusing_upgrades = self.holding_back = False

    def retarget(self, host: str, port: int) -> None:
        self._target = (host, port)

    def cut(self) -> None:
        self._loop.call_soon_threadsafe(self._close_all, False)

    def reset(self) -> None:
        self._loop.call_soon_threadsafe(self._close_all, True)

    async def __aenter__(self) -> "ChaosProxy":
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        looking = asyncio.create_task(self._end_old_ones())
        self._tasks.add(looking)
        return self

    async def __aexit__(self, *failure: object) -> None:
        self._server.close()
        self._close_all(reset=True)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()

    @classmethod
    @contextmanager
    def in_thread(cls, host: str, port: int) -> Iterator["ChaosProxy"]:
        proxy, ready, stop = cls(host, port), threading.Event(), asyncio.Event()

        async def run() -> None:
            async with proxy:
                ready.set()
                await stop.wait()

        thread = threading.Thread(target=lambda: asyncio.run(run()), name="chaos-proxy", daemon=True)
        thread.start()
        assert ready.wait(5)
        try:
            yield proxy
        finally:
            proxy._loop.call_soon_threadsafe(stop.set)
            thread.join(5)

    def _close_all(self, reset: bool) -> None:
        for link in list(self._links):
            link.close(reset)

    async def _end_old_ones(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS * 5)
            now = time.monotonic()
            for link in list(self._links):
                idle = bool(self.idle_seconds) and now - link.passed > self.idle_seconds
                if idle or (self.life_seconds and now - link.opened > self.life_seconds):
                    self.idle_cuts += idle
                    self._links.discard(link)
                    link.close(reset=False)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        if self.refusing:
            _reset(writer)
            return
        try:
            server_reader, server_writer = await asyncio.open_connection(*self._target)
        except OSError:
            _reset(writer)
            return
        link = _Link(writer, server_writer)
        self._links.add(link)
        ways = [self._pump(link, reader, server_writer, down=False), self._pump(link, server_reader, writer, down=True)]
        tasks = [asyncio.create_task(way) for way in ways]
        self._tasks.update(tasks)
        try:
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            self._tasks.difference_update(tasks)
            self._links.discard(link)
            link.close(reset=False)

    async def _pump(self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, down: bool) -> None:
        """Carries one direction to its end. A reader apart keeps the pieces' distances when latency is added."""
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=64)
        reading = asyncio.create_task(self._read(reader, pieces))
        self._tasks.add(reading)
        try:
            while True:
                arrived, piece = await pieces.get()
                await self._hold(arrived, len(piece), down)
                if not piece:
                    break
                if not self._forward(link, writer, piece, down):
                    return
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
        except OSError:
            link.close(reset=True)
        finally:
            reading.cancel()
            self._tasks.discard(reading)

    async def _read(self, reader: asyncio.StreamReader, pieces: "asyncio.Queue[tuple[float, bytes]]") -> None:
        piece = b"?"
        while piece:
            while self.black_hole:  # noqa: ASYNC110  (set from other threads, so no asyncio.Event)
                await asyncio.sleep(POLL_SECONDS)
            try:
                piece = await reader.read(PIECE_BYTES)
            except OSError:
                piece = b""
            await pieces.put((self._loop.time(), piece))

    async def _hold(self, arrived: float, size: int, down: bool) -> None:
        wait = arrived + self.latency - self._loop.time()
        if self.bytes_per_second:
            wait = max(wait, 0) + size / self.bytes_per_second
        if wait > 0:
            await asyncio.sleep(wait)
        while self.black_hole or (down and self.half_open):  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)

    def _forward(self, link: _Link, writer: asyncio.StreamWriter, piece: bytes, down: bool) -> bool:
        """False when the connection was cut."""
        link.passed = time.monotonic()
        if not down and self.refusing_upgrades and b"upgrade: websocket" in piece.lower():
            self.refused_upgrades += 1
            link.client.write(_FORBIDDEN)
            link.close(reset=False)
            return False
        if down and self.holding_back and (link.held or b"text/event-stream" in piece):
            link.held += piece
            if not link.held.endswith(_LAST_CHUNK):
                return True
            piece, link.held = link.held, b""
        if not down:
            self.bytes_up += len(piece)
            writer.write(piece)
            return True
        left = len(piece) if self.cut_after is None else self.cut_after - link.sent_down
        # Counted first: whoever reads the bytes may look at the count at once.
        link.sent_down += min(len(piece), max(left, 0))
        self.bytes_down += min(len(piece), max(left, 0))
        writer.write(piece[: max(left, 0)])
        if self.cut_after is not None and link.sent_down >= self.cut_after:
            link.close(self.cut_with_reset)
            return False
        return True
