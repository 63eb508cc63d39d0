"""What the tests of ops/ share."""

import http.client
from collections.abc import Callable

import pytest

from tests.driver import Server


@pytest.fixture
def ask_with() -> Callable[..., int]:
    """`ask_with(server, path, **headers)`: the status of a GET with exactly these headers."""

    def ask(server: Server, path: str, **headers: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", path, headers=headers)
        status = connection.getresponse().status
        connection.close()
        return status

    return ask
