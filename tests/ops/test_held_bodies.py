"""A few clients that hold large bodies back keep nobody out, and nothing of a refused request reaches the application (S48, S56)."""

import http.client
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest

from tests.driver import Server

pytestmark = pytest.mark.live
# Small enough to arrive in one piece, so that all are held before the small ones come.
LARGEST = 6_000


@contextmanager
def held_back(server: Server) -> Iterator[socket.socket]:
    """A body of which one byte is missing."""
    with closing(socket.create_connection(("127.0.0.1", server.port))) as line:
        head = f"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: {LARGEST}\r\n\r\n"
        line.sendall(head.encode() + b"a" * (LARGEST - 1))
        yield line


def post(server: Server, size: int) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
        connection.request("POST", "/admin/login/", body="a" * size, headers={"Content-Type": "text/plain"})
        return connection.getresponse().status


def said_last(line: socket.socket) -> bytes:
    line.settimeout(20)
    try:
        return line.recv(2000)
    except ConnectionResetError:
        return b""


@pytest.mark.promise("S48", "S56")
def test_bodies_held_back_do_not_keep_a_small_form_out(make_server: Callable[..., Server]) -> None:
    server = make_server(env={"REQUEST_BYTES": str(LARGEST), "REQUEST_BODY_SECONDS": "3"}).start()
    with ExitStack() as stack:
        lines = [stack.enter_context(held_back(server)) for _ in range(3)]
        # Refused for its missing token, not for the others' bodies.
        assert [post(server, 100) for _ in range(5)] == [403] * 5
        ended = [said_last(line) for line in lines]
    # One gave its place up, the others were silent for too long; of none the application heard.
    assert sum(b"503" in said for said in ended) == 1 and sum(said == b"" for said in ended) == 2
    assert "POST /admin/login/ 403" in "".join(server.output)
    assert "POST /admin/login/ 0" not in "".join(server.output)
