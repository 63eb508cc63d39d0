"""Sockets opened by a service manager: a restart refuses nobody, and the manager hears when the service is ready and when it stops."""

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.driver import Server

pytestmark = pytest.mark.live
MakeServer = Callable[..., Server]


@pytest.fixture
def activated(make_server: MakeServer) -> Iterator[Server]:
    server = make_server(env={"DRAIN_SECONDS": "2"})
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        server.listener = listener
        yield server.start()
        server.kill()


class Clients:
    """Threads that ask for the loader over new connections, one after another, until stopped."""

    def __init__(self, port: int, count: int) -> None:
        self.answered, self.faults = 0, list[str]()
        self._port, self._ending = port, threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(count)]

    def __enter__(self) -> "Clients":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        while not self._ending.wait(0.02):
            with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)) as connection:
                try:
                    connection.request("GET", "/widget.js")
                    status = connection.getresponse().status
                except (OSError, http.client.HTTPException) as error:
                    self.faults.append(repr(error))
                else:
                    self.answered += status == 200
                    self.faults += [f"status {status}"] if status != 200 else []


def test_a_restart_under_way_refuses_nobody(activated: Server, full_count: Callable[[int, int], int]) -> None:
    with Clients(activated.port, 8) as clients:
        for _ in range(full_count(2, 20)):
            before = clients.answered
            assert activated.terminate() == 0
            activated.start()
            while clients.answered < before + 20 and not clients.faults:
                threading.Event().wait(0.05)
    assert clients.faults == []
    assert clients.answered > 40


def test_the_manager_hears_of_the_start_and_of_the_stop(make_server: MakeServer, tmp_path: Path) -> None:
    place = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(place)
        manager.settimeout(10)
        server = make_server(env={"NOTIFY_SOCKET": place}).start()
        assert manager.recv(100) == b"READY=1"
        server.terminate()
        assert manager.recv(100) == b"STOPPING=1"


def test_sockets_meant_for_another_process_are_left_alone(make_server: MakeServer) -> None:
    server = make_server(env={"LISTEN_FDS": "1", "LISTEN_PID": "1"}).start()
    assert server.port
