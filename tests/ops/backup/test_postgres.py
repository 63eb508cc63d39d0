"""`backup` and `restore` of an installation on PostgreSQL: a dump of one instant, put back as a new database that changes places with the old one."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.driver import Server
from tests.engines import postgres

pytestmark = [pytest.mark.live, pytest.mark.postgres]
PASSPHRASE = "kuda-benar-baterai"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with postgres() as url:
        server = Server(tmp_path / "data", env={"DATABASE_URL": url})
        (tmp_path / "passphrase").write_text(PASSPHRASE)
        server.env["BACKUP_PASSPHRASE_FILE"] = str(tmp_path / "passphrase")
        server.manage("migrate", "-v", "0")
        server.manage("create_site", "toko", "--name", "CANARY-site")
        try:
            yield server
        finally:
            server.kill()


def sites(server: Server) -> list[str]:
    with psycopg.connect(server.env["DATABASE_URL"]) as database:
        return [row[0] for row in database.execute("SELECT key FROM widget_site ORDER BY key")]


def refused(server: Server, *arguments: str) -> str:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        server.manage(*arguments)
    said = str(failed.value.stderr).strip()
    assert "\n" not in said, said
    return said


def test_a_backup_of_a_running_installation_comes_back_once_it_stands_still(server: Server, tmp_path: Path) -> None:
    server.start()
    file = tmp_path / "toko.kanal"
    assert "checked and encrypted" in server.manage("backup", str(file))
    assert b"CANARY" not in file.read_bytes() and b"PGDMP" not in file.read_bytes()
    server.manage("create_site", "later")
    said = refused(server, "restore", str(file))
    assert "Kanal is running on this data" in said and "connections to the database are open" in said
    assert sites(server) == ["later", "toko"]
    server.terminate()
    said = server.manage("restore", str(file))
    assert "The former state is kept" in said
    assert sites(server) == ["toko"]
    with psycopg.connect(server.env["DATABASE_URL"]) as database:
        names = [row[0] for row in database.execute("SELECT datname FROM pg_database WHERE datname LIKE '%before-restore%'")]
        assert (
            len(names) == 1
            and f'DROP DATABASE "{names[0]}";' in said
            and not database.execute("SELECT 1 FROM pg_database WHERE datname LIKE '%restore\\_%'").fetchall()
        )
    assert not list((tmp_path / "data").glob(".restore-*")) and not list((tmp_path / "data").glob(".backup-*"))
    server.start()


def test_a_broken_dump_leaves_the_database_as_it_was(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "toko.kanal"
    server.manage("backup", str(file))
    raw = file.read_bytes()
    file.write_bytes(raw[: len(raw) // 2])
    assert "damaged or was cut short" in refused(server, "restore", str(file))
    file.write_bytes(raw)
    (tmp_path / "passphrase").write_text("another-passphrase")
    assert "The passphrase does not open" in refused(server, "restore", str(file))
    assert sites(server) == ["toko"]


def test_a_machine_without_the_tools_says_what_to_install(server: Server, tmp_path: Path) -> None:
    server.env["PATH"] = str(tmp_path)
    assert "pg_dump is not installed. On Debian or Ubuntu: apt install postgresql-client" in refused(server, "backup", str(tmp_path / "toko.kanal"))
    assert not (tmp_path / "toko.kanal").exists()


_ALMOST_ROOM = """
import shutil
from types import SimpleNamespace
from django.core.management import CommandError, call_command
from widget.ops.backup import postgres_copy
shutil.disk_usage = lambda place: SimpleNamespace(free=postgres_copy.size() - 1)
try:
    call_command("backup", {file!r})
except CommandError as error:
    print(error)
"""


def test_a_disk_with_less_room_than_the_database_takes_is_said_before_the_dump(server: Server, tmp_path: Path) -> None:
    said = server.python(_ALMOST_ROOM.format(file=str(tmp_path / "toko.kanal"))).strip()
    assert said.startswith("A backup needs up to") and said.endswith("None was begun; free some space or name another disk."), said
    assert not list(tmp_path.glob("*.kanal*"))


# Restores in one process with somebody else's connection, opened only once everything is checked and just before the databases change places.
_RESTORE_WITH_A_GUEST = """
import psycopg
from django.core.management import CommandError, call_command
from django.db import connection
from widget.ops.backup import postgres_copy

swap = postgres_copy.swap

def disturbed(name, old_as):
    place = connection.get_connection_params()
    with psycopg.connect(host=place["host"], port=place["port"], user=place["user"], password=place["password"], dbname={dbname}):
        swap(name, old_as)

postgres_copy.swap = disturbed
try:
    call_command("restore", {file!r})
except CommandError as error:
    print(error)
"""


@pytest.mark.parametrize("dbname", ["name", "place['dbname']"], ids=["the new one", "ours"])
def test_a_guest_in_one_of_the_databases_leaves_everything_as_it_was(server: Server, tmp_path: Path, dbname: str) -> None:
    file = tmp_path / "toko.kanal"
    server.manage("backup", str(file))
    server.manage("create_site", "later")
    said = server.python(_RESTORE_WITH_A_GUEST.format(dbname=dbname, file=str(file))).strip()
    assert "\n" not in said and "is being accessed by other users" in said and "Everything was left as it was" in said
    assert sites(server) == ["later", "toko"]
    with psycopg.connect(server.env["DATABASE_URL"]) as database:
        assert not database.execute("SELECT datname FROM pg_database WHERE datname LIKE '%restore%'").fetchall()
    assert not list((tmp_path / "data").glob("before-restore-*")) and not list((tmp_path / "data").glob(".restore-*"))
    assert "The former state is kept" in server.manage("restore", str(file))
    assert sites(server) == ["toko"]
