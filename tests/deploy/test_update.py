"""An update that is interrupted, by a signal or by the disk: the version that was well is current again, and the end says so.

The programs below it are stand-ins that always succeed; tests/deploy/test_live.py updates a real server.
"""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy import command_line, health, update
from deploy.errors import DeployError
from deploy.files import UNITS, write_units
from deploy.places import Places
from deploy.releases import Releases
from deploy.stopping import SIGNALS
from deploy.update import update_server
from deploy.wish import Wish


class Ground:
    """One version installed and current, and a checkout with another. `at_health` is run whenever the new version is asked whether it is well."""

    def __init__(self, folder: Path, user: str = "") -> None:
        self.places = Places(folder / "machine", user)
        self.releases = Releases(self.places, _install)
        self.checkout = folder / "checkout"
        self.told: list[str] = []
        self.at_health: Callable[[], str] = lambda: ""
        for made in (self.checkout, self.places.config, self.places.releases, self.places.backups):
            made.mkdir(parents=True)
        self.places.environment.write_text("PORT=8000\nPUBLIC_URL=https://chat.toko.id\n")
        write_units(self.places, Wish("chat.toko.id", ""))
        (self.places.units / "kanal.service").write_text("that of the first version")
        self.old = self.write("one")
        self.releases.switch(self.old)
        (self.checkout / "manage.py").write_text("two")

    def write(self, text: str) -> Path:
        (self.checkout / "manage.py").write_text(text)
        return self.releases.make(self.checkout)

    def ask(self, *_: object) -> str:
        return self.at_health() if self.releases.current() != self.old else ""

    def update(self) -> None:
        update_server(self.places, self.checkout, self.releases, self.told.append, pull=False)

    def check_nothing_happened(self) -> None:
        assert self.releases.current() == self.old and list(self.places.releases.iterdir()) == [self.old]
        assert (self.places.units / "kanal.service").read_text() == "that of the first version"


def _install(release: Path, former: Path | None) -> None:
    _program(release / ".venv" / "bin" / "python")


def _program(path: Path, does: str = "exit 0") -> None:
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)


@pytest.fixture
def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    _program(tmp_path / "bin" / "systemctl")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")
    ground = Ground(tmp_path)
    for name in ("wait_until_ready", "ask"):
        monkeypatch.setattr(health, name, ground.ask)
    return ground


@pytest.fixture
def terminal() -> Iterator[None]:
    """Signals as a terminal hands them on: whoever runs these tests under nohup has SIGHUP ignored."""
    former = {number: signal.signal(number, signal.default_int_handler) for number in SIGNALS}
    yield
    for number, handler in former.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_to_stop_takes_the_update_back(ground: Ground, number: signal.Signals) -> None:
    former = signal.getsignal(number)

    def stop() -> str:
        os.kill(os.getpid(), number)
        return "it was not stopped"

    ground.at_health = stop
    with pytest.raises(DeployError, match=r"^It was stopped\. The update was taken back: \S+ runs again and is well\. The database was not changed\.$"):
        ground.update()
    ground.check_nothing_happened()
    assert signal.getsignal(number) == former


@pytest.mark.usefixtures("terminal")
def test_a_second_signal_does_not_stop_the_way_back(ground: Ground) -> None:
    def say(text: str) -> None:
        if text.startswith(("Restarting", "The update failed")):
            os.kill(os.getpid(), signal.SIGHUP)

    with pytest.raises(DeployError, match="The update was taken back"):
        update_server(ground.places, ground.checkout, ground.releases, say, pull=False)
    ground.check_nothing_happened()


@pytest.mark.usefixtures("terminal")
def test_an_update_under_nohup_outlives_its_terminal(ground: Ground) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def hang_up() -> str:
        os.kill(os.getpid(), signal.SIGHUP)
        return ""

    ground.at_health = hang_up
    ground.update()
    assert ground.releases.current() != ground.old
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_a_disk_that_is_full_takes_the_update_back(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device", str(ground.places.units))

    monkeypatch.setattr(update, "write_units", fail)
    with pytest.raises(DeployError, match=rf"^{ground.places.units}: No space left on device\. The update was taken back"):
        ground.update()
    ground.check_nothing_happened()


def test_units_are_written_all_or_none(ground: Ground) -> None:
    (ground.places.units / UNITS[-1]).unlink()
    (ground.places.units / UNITS[-1]).mkdir()
    with pytest.raises(IsADirectoryError):
        write_units(ground.places, Wish("chat.toko.id", "", 8010))
    ground.check_nothing_happened()


def test_a_stop_before_anything_was_changed_leaves_nothing(ground: Ground) -> None:
    def stop_at(text: str) -> None:
        if text == "Backing up ...":
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(DeployError, match=r"^It was stopped\. Nothing was changed: \S+ runs on\.$"):
        update_server(ground.places, ground.checkout, ground.releases, stop_at, pull=False)
    ground.check_nothing_happened()


def test_older_code_on_a_newer_database_changes_nothing_and_says_why(ground: Ground) -> None:
    found = "SystemCheckError: System check identified some issues:\n\nERRORS:\n?: (kanal.E002) The database is of a newer version.\n\nFound 1 issue."
    does = f"[ \"$2 $3\" = 'check --database' ] || exit 0; printf '%s\\n' '{found}' >&2; exit 1"
    ground.releases = Releases(ground.places, lambda release, former: _program(release / ".venv" / "bin" / "python", does))
    with pytest.raises(DeployError, match=r"check of settings and database failed: The database is of a newer version\. Nothing was changed: .* runs on\."):
        ground.update()
    ground.check_nothing_happened()


def test_the_very_same_version_that_is_not_well_is_an_error_with_the_way_back(ground: Ground) -> None:
    ground.update()
    new = ground.releases.current()
    assert new is not None and new != ground.old
    ground.update()
    assert ground.told[-1] == f"{new.name} is this very version: nothing to do."
    ground.at_health = lambda: "it does not answer"
    with pytest.raises(
        DeployError, match=rf"not well: it does not answer\..*to go back: ln -sfn {ground.old} {ground.places.current} && systemctl restart kanal"
    ):
        ground.update()


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "/etc/kanal/kanal.env")

    monkeypatch.setattr(command_line, "set_up_server", fail)
    assert command_line.main(["server", "--root", str(tmp_path), "--domain", "chat.toko.id"]) == 1
    said = capsys.readouterr().err
    assert said == "Kanal: /etc/kanal/kanal.env: No space left on device. Once that is mended, run the same command again: it goes on from there.\n"
