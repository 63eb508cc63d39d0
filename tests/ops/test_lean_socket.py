"""Frames written past Twisted's loop are the frames of RFC 6455, in order, also when the kernel has no room."""

import socket
from collections.abc import Iterator

import pytest

from widget.ops.lean_socket import LeanSocket, waiting_bytes, write_now


class Transport:
    """What write_now needs of Twisted's transport, over a real socket."""

    connected = 1
    disconnecting = False
    offset = 0
    dataBuffer = b""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.written: list[bytes] = []

    @property
    def _tempDataLen(self) -> int:
        return sum(map(len, self.written))

    def write(self, data: bytes) -> None:
        self.written.append(data)


@pytest.fixture
def line() -> Iterator[tuple[Transport, socket.socket]]:
    server, client = socket.socketpair()
    server.setblocking(False)
    client.setblocking(False)
    yield Transport(server), client
    server.close()
    client.close()


def received(client: socket.socket) -> bytes:
    data = b""
    try:
        while piece := client.recv(1_000_000):
            data += piece
    except BlockingIOError:
        pass
    return data


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("", b"\x81\x00"),
        ("halo", b"\x81\x04"),
        ("x" * 125, b"\x81\x7d"),
        ("x" * 126, b"\x81\x7e\x00\x7e"),
        ("é" * 500, b"\x81\x7e\x03\xe8"),
        ("x" * 65_535, b"\x81\x7e\xff\xff"),
        ("x" * 65_536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_a_text_frame_has_the_head_of_its_length(line: tuple[Transport, socket.socket], text: str, head: bytes) -> None:
    transport, client = line
    protocol = LeanSocket.__new__(LeanSocket)
    protocol.transport = transport
    protocol.send_text(text)
    assert received(client) + b"".join(transport.written) == head + text.encode()


def test_what_the_kernel_does_not_take_waits_in_order_behind_it(line: tuple[Transport, socket.socket]) -> None:
    transport, client = line
    pieces = [bytes([number]) * 50_000 for number in range(20)]
    for piece in pieces:
        write_now(transport, piece)
    assert transport.written and waiting_bytes(transport) == sum(map(len, transport.written))
    assert received(client) + b"".join(transport.written) == b"".join(pieces)


def test_a_connection_that_is_gone_is_left_to_twisted(line: tuple[Transport, socket.socket]) -> None:
    transport, client = line
    client.close()
    transport.socket.close()
    write_now(transport, b"frame")
    assert transport.written == [b"frame"]
