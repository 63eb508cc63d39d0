"""What a client may do to the serving process over one WebSocket is bounded, and the close code says why it ended."""

import json
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests import databases
from tests.driver import Server

pytestmark = pytest.mark.live
MakeServer = Callable[..., Server]
ORIGIN = "http://toko.test"
HANDSHAKE = (
    f"GET /ws/chat/toko HTTP/1.1\r\nHost: localhost\r\nOrigin: {ORIGIN}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()


@pytest.fixture(scope="module")
def line(installation: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a site of its own."""
    running = Server(databases.copy_installation(installation, tmp_path_factory.mktemp("line")), env={"FRAMES_PER_MINUTE": "1000000"})
    running.manage("create_site", "toko", "--origin", ORIGIN)
    try:
        yield running.start()
    finally:
        running.kill()


@contextmanager
def greeted(server: Server) -> Iterator[ClientConnection]:
    with connect(server.line_address("toko"), origin=ORIGIN, compression=None) as connection:  # type: ignore[arg-type]
        connection.send(json.dumps({"type": "hello", "protocol": 1}))
        assert json.loads(connection.recv(timeout=10))["type"] == "welcome"
        yield connection


def close_code(connection: ClientConnection, seconds: float = 10) -> int | None:
    """Reads on until the server closes."""
    with pytest.raises(ConnectionClosed) as closed:
        for _ in range(100_000):
            connection.recv(timeout=seconds)
    return closed.value.rcvd.code if closed.value.rcvd else None


@pytest.mark.parametrize("origin", ["null", "https://evil.test"])
def test_a_page_that_may_not_talk_is_told_so_by_a_close_code(line: Server, origin: str) -> None:
    with connect(line.line_address("toko"), origin=origin, compression=None) as connection:  # type: ignore[arg-type]
        assert close_code(connection) == 4403


@pytest.mark.promise("S01")
@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        (b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b""),
        (b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", b"Sec-WebSocket-Key: short"),
        (b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Version: 7"),
        (b"Connection: Upgrade", b"Connection: close"),
        (b"Host: localhost\r\n", b""),
        (b"GET ", b"POST "),
    ],
)
def test_a_malformed_handshake_gets_no_socket(line: Server, part: bytes, wrong: bytes) -> None:
    assert part in HANDSHAKE
    with socket.create_connection(("127.0.0.1", line.port), timeout=10) as raw:
        raw.sendall(HANDSHAKE.replace(part, wrong))
        assert raw.recv(10) == b"HTTP/1.1 4"


@pytest.mark.parametrize("size", [70_000, 5_000_000])
def test_a_message_over_the_limit_is_closed_with_its_code(line: Server, size: int) -> None:
    with greeted(line) as connection:
        with suppress(ConnectionClosed):
            connection.send("x" * size)
        assert close_code(connection) == 4413
    with greeted(line):
        pass


def test_a_flood_is_closed_with_its_code_and_harms_nobody_else(line: Server) -> None:
    with greeted(line) as neighbour, greeted(line) as connection:
        before = line.rss()
        # One write, so that the server finds thousands of frames waiting at once.
        connection.socket.sendall(masked(b'{"type":"ping","t":1}') * 20_000)
        assert close_code(connection) == 4429
        neighbour.send(json.dumps({"type": "ping", "t": 7}))
        assert json.loads(neighbour.recv(timeout=5)) == {"type": "pong", "t": 7}
        assert line.rss() - before < 10_000_000


def test_more_frames_than_may_wait_are_closed_although_they_are_few_and_small(line: Server) -> None:
    with greeted(line) as connection:
        connection.socket.sendall(masked(b'{"type":"ping","t":1}') * 16)
        assert [json.loads(connection.recv(timeout=5))["type"] for _ in range(16)] == ["pong"] * 16
        connection.socket.sendall(masked(b'{"type":"ping","t":1}') * 60)
        assert close_code(connection) == 4429


def test_a_client_that_never_reads_is_given_up(line: Server) -> None:
    with socket.create_connection(("127.0.0.1", line.port), timeout=20) as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.sendall(HANDSHAKE)
        assert raw.recv(12) == b"HTTP/1.1 101"
        before = line.rss()
        with pytest.raises(OSError):
            for _ in range(200_000):
                raw.sendall(masked(b"x" * 120, opcode=0x89) * 200)
        assert line.rss() - before < 10_000_000
    with greeted(line):
        pass


def test_text_that_is_no_text_is_closed_and_not_cut(line: Server) -> None:
    with greeted(line) as connection:
        connection.socket.sendall(masked(b"\xff\xfe"))
        assert close_code(connection) == 1007


def test_a_restart_asks_the_visitors_to_come_back(make_server: MakeServer) -> None:
    server = make_server()
    server.manage("create_site", "toko", "--origin", ORIGIN)
    server.start()
    with ExitStack() as stack:
        connections = [stack.enter_context(greeted(server)) for _ in range(10)]
        assert server.terminate(seconds=8) == 0
        assert {close_code(connection) for connection in connections} == {4412}


def masked(payload: bytes, opcode: int = 0x81) -> bytes:
    """A client's frame with a mask of zeros."""
    assert len(payload) < 126
    return struct.pack("!BB", opcode, 0x80 | len(payload)) + b"\0\0\0\0" + payload
