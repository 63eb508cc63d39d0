"""The shipped `manage.py serve`: it starts quickly, says in a sentence what is in the way, bounds what clients send, and stops when asked."""

import http.client
import socket
import subprocess
from collections.abc import Callable
from urllib.request import urlopen

import pytest

from tests.driver import Server

pytestmark = pytest.mark.live
MakeServer = Callable[..., Server]


def get(server: Server, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    response.body = response.read()  # type: ignore[attr-defined]
    connection.close()
    return response


def test_it_serves_the_admin_and_hides_what_it_is_made_of(server: Server) -> None:
    response = get(server, "/admin/login/")
    assert response.status == 200
    assert response.getheader("Server") is None


def test_it_stops_within_seconds_when_told_to(make_server: MakeServer) -> None:
    server = make_server().start()
    assert server.terminate(seconds=5) == 0


@pytest.mark.sqlite
@pytest.mark.promise("R54")
def test_a_second_one_on_the_same_sqlite_database_is_refused_in_a_sentence(make_server: MakeServer) -> None:
    first = make_server().start()
    second = Server(first.data_dir)
    with pytest.raises(RuntimeError, match=rf"already serves from .*process {first.process.pid}"):
        second.start()
    assert get(first, "/admin/login/").status == 200


def test_the_lock_of_a_killed_process_holds_nobody_up(make_server: MakeServer) -> None:
    server = make_server().start()
    server.restart()
    assert get(server, "/admin/login/").status == 200


def test_an_occupied_port_ends_in_one_sentence(make_server: MakeServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = make_server()
        server.port = taken.getsockname()[1]
        with pytest.raises(RuntimeError) as refused:
            server.start()
    said = str(refused.value).splitlines()[1:]
    assert len(said) == 1 and f"Port {server.port} on 127.0.0.1 is in use" in said[0]


def test_a_port_beyond_the_last_is_not_taken_for_another(make_server: MakeServer) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        make_server().manage("serve", "--port", "80000")
    assert "ports end at 65535" in refused.value.stderr and "Traceback" not in refused.value.stderr


def test_a_host_that_is_not_ours_ends_in_one_sentence(make_server: MakeServer) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        make_server().manage("serve", "--host", "192.0.2.1", "--port", "0")
    assert "Kanal cannot listen on 192.0.2.1" in refused.value.stderr
    assert "Traceback" not in refused.value.stderr


@pytest.mark.parametrize("announced", [True, False], ids=["with its length", "in chunks"])
def test_a_body_over_the_limit_is_refused_while_it_arrives(make_server: MakeServer, announced: bool) -> None:
    server = make_server(env={"REQUEST_BYTES": "100000"}).start()
    before = server.rss()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        length = b"Content-Length: 50000000" if announced else b"Transfer-Encoding: chunked"
        client.sendall(b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\n" + length + b"\r\n\r\n")
        piece = b"x" * 65_536 if announced else b"10000\r\n" + b"x" * 65_536 + b"\r\n"
        answer = b""
        try:
            for _ in range(700):
                client.sendall(piece)
        except OSError:
            pass
        try:
            answer = client.recv(1000)
        except ConnectionResetError:
            answer = b"HTTP/1.1 413 (cut before it could be read)"
    assert answer.startswith(b"HTTP/1.1 413")
    assert server.rss() - before < 10_000_000
    assert get(server, "/admin/login/").status == 200


def test_headers_only_a_proxy_may_set_are_dropped_from_the_outside(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/admin/", headers={"Daphne-Root-Path": "/evil", "X-Forwarded-Host": "evil.test"})
    location = connection.getresponse().getheader("Location") or ""
    connection.close()
    assert location.startswith("/admin/login/")


def test_the_demo_page_is_another_origin_of_the_same_process(server: Server) -> None:
    with urlopen(server.demo_address) as page:
        assert f"{server.address}/widget.js?site=demo" in page.read().decode()
    with urlopen(f"{server.address}/widget.js") as script:
        assert script.headers["Access-Control-Allow-Origin"] == "*"


def test_static_files_are_found_without_collecting_them(server: Server) -> None:
    for path in ("/static/admin/css/base.css", "/static/admin-skin/frame.css"):
        response = get(server, path)
        assert response.status == 200
        assert response.getheader("X-Content-Type-Options") == "nosniff"
    assert get(server, "/static/../manage.py").status == 404
