"""The visitor's side where WebSockets are refused, as small as line.py: frames come as a stream of events, own frames go by posts on a second connection.

Used by load.py for addresses that are no socket's. Speaks HTTP/1.1 by hand.
"""

import asyncio
import json
import time

from tests.bench.line import Line

_EVENT = b"data: "
_TOKEN = b'"token":"'
_TEXT = 1


class StreamLine(Line):
    """One visitor's stream. Chunks need not be undone: a frame is what stands between `data: ` and the next line break."""

    __slots__ = ("_opening", "_posts", "_token")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._shaken = True
        self._token = ""
        self._posts: asyncio.Transport | None = None
        self._transport.write(self._request("events", json.dumps({"type": "hello", "protocol": 1, "locale": "id"})))

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line.startswith(_EVENT):
                if not self._token:
                    self._token = line.partition(_TOKEN)[2].partition(b'"')[0].decode()
                self._take(_TEXT, line[len(_EVENT) :], now)

    def send(self, frame: dict[str, object]) -> None:
        request = self._request("frames", json.dumps([frame]))
        if self._posts is not None:
            self._posts.write(request)
        else:
            self._opening = asyncio.ensure_future(self._open_posts(request))

    def leave(self) -> None:
        self.abort()

    def abort(self) -> None:
        super().abort()
        if self._posts is not None:
            self._posts.abort()

    async def _open_posts(self, request: bytes) -> None:
        host, _, port = self._host.partition(":")
        # Acknowledgements are not measured here; all else comes by the stream.
        self._posts, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, host, int(port))
        self._posts.write(request)

    def _request(self, way: str, body: str) -> bytes:
        bearer = f"Authorization: Bearer {self._token}\r\n" if self._token else ""
        head = f"POST {self._path}/{way} HTTP/1.1\r\nHost: {self._host}\r\nOrigin: {self._origin}\r\n{bearer}Content-Length: {len(body)}\r\n\r\n"
        return (head + body).encode()
