"""What can be in the way on the machine itself: found before anything is written, said in one sentence."""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from deploy import machine, web_server
from deploy.errors import DeployError
from deploy.files import render, write, write_units
from deploy.places import Places
from deploy.releases import Releases, install_packages
from deploy.server import complete_wish, set_up_server
from deploy.wish import Wish

ROOT = Path(__file__).resolve().parents[2]


def test_the_program_on_a_port_is_named() -> None:
    assert machine.who_listens(1) == ""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        name = machine.who_listens(port)
        assert name and name == Path("/proc/self/comm").read_text().strip()
        with pytest.raises(DeployError, match=rf"Port {port} is used by .*Nothing was changed.*PROXY=nginx, which only writes /etc/kanal/nginx\.conf"):
            web_server.check_ports(Wish("chat.toko.id", ""), "/etc/kanal/nginx.conf", (port,))
        web_server.check_ports(Wish("chat.toko.id", "", proxy="nginx"), "/etc/kanal/nginx.conf", (port,))


def test_a_taken_port_behind_the_web_server_is_named_before_anything_is_written(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DeployError, match=rf"Port {port} is used by .*: PORT={port + 10}"):
            set_up_server(Places(tmp_path), Wish("chat.toko.id", "", port, proxy="none"), ROOT, Releases(Places(tmp_path)), print)
    assert not list(tmp_path.iterdir())


def test_a_taken_port_for_a_server_that_runs_on_another_leaves_it_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places(tmp_path / "machine")
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        # Our door has another port; it has this one and is open; it has this one, but could not be opened.
        for held, opened, refused in ((port + 1, True, True), (port, True, False), (port, False, True)):
            wish = Wish("chat.toko.id", "", held, proxy="none")
            write_units(places, wish)
            (tmp_path / "bin" / "systemctl").write_text(f"#!/bin/sh\nexit {0 if opened else 3}\n")
            (tmp_path / "bin" / "systemctl").chmod(0o755)
            before = sorted(places.root.rglob("*"))
            with pytest.raises(DeployError, match=rf"Port {port} is used by .*Nothing was changed" if refused else "the installing begins"):
                set_up_server(places, replace(wish, port=port), ROOT, Releases(places, _stop_there), print)
            assert not refused or sorted(places.root.rglob("*")) == before


def _stop_there(release: Path, former: Path | None) -> None:
    raise DeployError("the installing begins")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("RuntimeError: this version is broken", "RuntimeError: this version is broken."),
        ('{"level": "ERROR", "message": "The disk is full."}', "The disk is full."),
        ("{no record", "{no record."),
        ("", "systemctl restart kanal.service failed: Job for kanal.service failed."),
    ],
)
def test_a_start_that_fails_is_told_in_the_words_of_what_did_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, told: str) -> None:
    (tmp_path / "line").write_text(line)
    for name, script in (("systemctl", "echo Job for kanal.service failed; exit 1"), ("journalctl", f"cat {tmp_path}/line")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(DeployError) as raised:
        machine.restart_service()
    assert str(raised.value) == f"Kanal did not start: {told}"


def test_a_full_disk_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match=r"has \d+ MB left and Kanal needs \d+ MB\. Nothing was changed; free some space first\."):
        machine.check_disk(Places(tmp_path), needed=1 << 62)
    assert not list(tmp_path.iterdir())


def test_a_read_only_disk_is_said_before_anything_is_written() -> None:
    # Where even root may not write.
    with pytest.raises(DeployError, match=r"/proc\S* cannot be written to: .*Nothing was changed"):
        machine.check_disk(Places(Path("/proc/self")))


def test_a_machine_without_systemd_or_rights_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Places()
    monkeypatch.setattr(machine.platform, "system", lambda: "Darwin")
    with pytest.raises(DeployError, match=r"Linux with systemd .* this is Darwin"):
        machine.check_system(real)
    monkeypatch.setattr(machine.platform, "system", lambda: "Linux")
    monkeypatch.setattr(machine.Path, "is_dir", lambda path: False)
    with pytest.raises(DeployError, match=r"systemd does not run this machine.*deploy/compose\.yaml"):
        machine.check_system(real)
    monkeypatch.setattr(machine.Path, "is_dir", lambda path: True)
    monkeypatch.setattr(machine.os, "geteuid", lambda: 1000)
    with pytest.raises(DeployError, match="Run the same command with sudo"):
        machine.check_system(real)


def test_an_older_python_is_told_so_before_it_stumbles() -> None:
    source = (ROOT / "deploy" / "__main__.py").read_text("utf-8")
    check, _, rest = source.partition("\nfrom deploy.command_line")
    assert rest and "from " not in check.partition('"""\n')[2]
    ran = subprocess.run([sys.executable, "-c", check.replace("sys.version_info", "(3, 9, 2)")], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (1, "Kanal needs Python 3.11 or newer (this is 3.9). Name one: make server PYTHON=python3.11\n")


def test_a_failed_program_is_one_sentence_with_its_last_words() -> None:
    with pytest.raises(DeployError, match=r"^The try failed: one / two\.$"):
        machine.run("sh", "-c", "echo one; echo two; exit 3", what="The try")
    with pytest.raises(DeployError, match="no-such-program is not installed"):
        machine.run("no-such-program")


def test_a_version_that_cannot_be_installed_leaves_nothing(tmp_path: Path) -> None:
    def fail(release: Path, former: Path | None) -> None:
        raise DeployError("Installing the packages failed: no connection")

    places = Places(tmp_path)
    with pytest.raises(DeployError, match="no connection"):
        Releases(places, fail).make(ROOT)
    assert not list(places.releases.iterdir())


@pytest.mark.parametrize("with_git", [True, False])
def test_what_merely_lies_in_the_checkout_is_not_installed(tmp_path: Path, with_git: bool) -> None:
    checkout = tmp_path / "checkout"
    for name in ("manage.py", "widget/apps.py", "deploy/update.py"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text("ours")
    if with_git:
        for command in ("init", "add"):
            subprocess.run(["git", "-C", str(checkout), command, *([] if command == "init" else ["."])], capture_output=True, check=True)
    for name in ("passphrase.txt", "site.kanal", ".env", "deploy/.env", "deploy/secrets/field_key", *(["widget/dump.sql"] if with_git else [])):
        (checkout / name).parent.mkdir(exist_ok=True)
        (checkout / name).write_text("secret")
        (checkout / name).chmod(0o600)
    release = Releases(Places(tmp_path), lambda release, former: None).make(checkout)
    installed = sorted(str(path.relative_to(release)) for path in release.rglob("*") if path.is_file() and path.suffix != ".pyc")
    assert installed == [".content", "deploy/update.py", "manage.py", "widget/apps.py"]


def test_the_newest_versions_are_kept_and_the_current_one_always(tmp_path: Path) -> None:
    places = Places(tmp_path)
    for name in ("1", "2", "3", "4", "5"):
        (places.releases / name).mkdir(parents=True)
    releases = Releases(places)
    releases.switch(places.releases / "1")
    releases.remove_old()
    assert sorted(path.name for path in places.releases.iterdir()) == ["1", "3", "4", "5"]


def test_packages_of_the_same_lock_are_linked_and_of_another_installed(tmp_path: Path) -> None:
    former, release = tmp_path / "former", tmp_path / "release"
    for folder in (former, release):
        write_lock(folder, "django==5.2\n")
    (former / ".venv" / "bin").mkdir(parents=True)
    (former / ".venv" / "bin" / "python").write_text("a program")
    install_packages(release, former)
    assert os.path.samefile(former / ".venv/bin/python", release / ".venv/bin/python")


def write_lock(folder: Path, text: str) -> None:
    (folder / "requirements").mkdir(parents=True)
    write(folder / "requirements/server.txt", text, 0o644)


def test_run_again_what_is_left_out_stays_as_it_was(tmp_path: Path) -> None:
    places = Places(tmp_path)
    with pytest.raises(DeployError, match="Which domain"):
        complete_wish(places, {})
    first = complete_wish(places, {"domain": "chat.toko.id", "shop": "https://toko.id", "port": 8010, "tls": "internal", "https_port": 8443})
    places.config.mkdir(parents=True)
    places.environment.write_text(render("kanal.env", places, first))
    places.wish.write_text('{"shop": "https://toko.id", "proxy": "caddy", "tls": "internal"}')
    assert complete_wish(places, {}) == first
    assert complete_wish(places, {"domain": "kanal.toko.id", "proxy": "nginx"}) == replace(first, domain="kanal.toko.id", proxy="nginx")
