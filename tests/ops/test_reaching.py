"""A PostgreSQL that cannot be used is one sentence at the start, with what to do; nothing is half-made."""

import subprocess
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from tests import databases
from tests.driver import Server
from tests.engines import postgres

MakeServer = Callable[..., Server]
pytestmark = [pytest.mark.live, pytest.mark.postgres]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with postgres() as url:
        yield url


def refusal(server: Server) -> str:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        server.manage("serve", "--host", "127.0.0.1", "--port", "0")
    assert "Traceback" not in refused.value.stderr
    return str(refused.value.stderr)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda url: url._replace(netloc="kanal:x@127.0.0.1:1"),
            "PostgreSQL on 127.0.0.1:1 cannot be reached: Connection refused. Nothing",
        ),
        (lambda url: url._replace(netloc=f"kanal:wrong@127.0.0.1:{url.port}"), "does not let kanal in. Nothing was changed: correct the name or the password"),
        (lambda url: url._replace(netloc=f"nobody:wrong@127.0.0.1:{url.port}"), "does not let nobody in"),
        (lambda url: url._replace(path="/elsewhere"), "has no database elsewhere. Make it (createdb elsewhere) and run `manage.py migrate`"),
        (lambda url: url, "The database is not prepared for this version of Kanal. Run `manage.py migrate` once"),
    ],
    ids=["unreachable", "wrong password", "unknown role", "no such database", "not migrated"],
)
def test_what_is_wrong_with_it_is_one_sentence(make_server: MakeServer, address: str, change: Callable[..., object], said: str) -> None:
    wrong = change(urlsplit(address)).geturl()  # type: ignore[attr-defined]
    assert said in refusal(make_server(env={"DATABASE_URL": wrong}))


def test_a_database_of_a_newer_version_is_left_alone(make_server: MakeServer) -> None:
    server = make_server()
    server.python(
        "from django.db.migrations.recorder import MigrationRecorder as R; from django.db import connection as c; R(c).record_applied('widget', '9999_later')"
    )
    assert "of a newer version of Kanal (migration widget.9999_later)" in refusal(server)
    assert databases.rows(server.data_dir, "SELECT count(*) FROM widget_site") == [(0,)]
