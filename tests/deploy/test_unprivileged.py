"""Somebody broke into the service and planted links in its folders: root is not led to files of others by them.

As root the service's user is `nobody`. Else it is the caller, who may not read the foreign file either.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import health, machine, unprivileged
from deploy.errors import DeployError
from deploy.update import restore_server, rotate_keys
from tests.deploy.test_update import Ground

# Takes the place of manage.py: shows the files it is given, as far as its user may read them.
_SHOWS = (
    '#!/bin/sh\nshift\ncase "$1" in restore|backup) shift; for file; do case "$file" in -*) ;; *) ls -l "$file"; cat "$file" || exit 1;; esac; done;; esac\n'
)
SECRET = "of somebody else"


@pytest.fixture
def ground(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    with tempfile.TemporaryDirectory() as name:
        # Pytest's own folders are closed to other users.
        folder = Path(name)
        folder.chmod(0o755)
        ground = Ground(folder, "nobody" if os.geteuid() == 0 else "")
        for made in (ground.places.state, ground.places.backups):
            machine.make_folder(ground.places, made, 0o700, owned=True)
        (folder / "bin").mkdir()
        (folder / "bin" / "systemctl").symlink_to(shutil.which("true") or "true")
        monkeypatch.setenv("PATH", f"{folder}/bin{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setattr(health, "wait_until_ready", lambda port: "")
        yield ground


@pytest.fixture
def foreign(ground: Ground) -> Path:
    """What the service's user may not read, such as /etc/shadow."""
    file = ground.places.root.parent / "shadow"
    file.write_text(SECRET)
    file.chmod(0)
    return file


def belongs_to_the_service(ground: Ground, path: Path) -> bool:
    return path.owner() == (ground.places.user or path.parent.owner()) and path.stat().st_mode & 0o777 == 0o600


def unharmed(foreign: Path) -> bool:
    there = foreign.stat()
    foreign.chmod(0o600)
    return (foreign.read_text(), there.st_mode & 0o777, there.st_uid) == (SECRET, 0, os.geteuid())


def test_keys_are_changed_and_stay_the_services_own(ground: Ground) -> None:
    for name in ("secret.key", "field.key"):
        unprivileged.replace(ground.places, ground.places.state / name, "former\nolder\n")
    rotate_keys(ground.places, ground.releases, ground.told.append)
    secret, field = (unprivileged.read(ground.places, ground.places.state / name).split() for name in ("secret.key", "field.key"))
    assert len(secret[0]) > 40 and secret[1:] == ["former"]
    assert len(field) == 1 and len(field[0]) > 40 and field != secret[:1]
    assert all(belongs_to_the_service(ground, path) for path in ground.places.state.iterdir())
    assert sorted(path.name for path in ground.places.state.iterdir()) == ["field.key", "secret.key"]


def test_what_runs_knows_both_keys_before_a_secret_is_encrypted_anew(ground: Ground) -> None:
    unprivileged.replace(ground.places, ground.places.state / "field.key", "former\n")
    unprivileged.replace(ground.places, ground.places.state / "secret.key", "former\n")
    steps = ground.places.root.parent / "steps"
    steps.touch()
    steps.chmod(0o666)
    note = f'echo "$word $(wc -l < {ground.places.state}/field.key)" >> {steps}\n'
    systemctl = ground.places.root.parent / "bin" / "systemctl"
    systemctl.unlink()
    for program, word in ((systemctl, "$1"), (ground.old / ".venv" / "bin" / "python", "$2")):
        program.write_text(f"#!/bin/sh\nword={word}\n{note}")
        program.chmod(0o755)
    rotate_keys(ground.places, ground.releases, ground.told.append)
    assert steps.read_text().splitlines() == ["backup 1", "restart 2", "rotate_secrets 2"]


def test_a_link_in_the_place_of_a_key_is_not_followed_by_root(ground: Ground, foreign: Path) -> None:
    unprivileged.replace(ground.places, ground.places.state / "secret.key", "one")
    (ground.places.state / "field.key").symlink_to(foreign)
    with pytest.raises(DeployError, match=r"field\.key cannot be read: Permission denied\.$"):
        rotate_keys(ground.places, ground.releases, ground.told.append)
    assert unprivileged.read(ground.places, ground.places.state / "secret.key") == "one"
    unprivileged.replace(ground.places, ground.places.state / "field.key", "two")
    assert not (ground.places.state / "field.key").is_symlink() and unharmed(foreign)


def test_a_pipe_in_the_place_of_a_key_is_not_waited_for(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unprivileged, "SECONDS", 0.3)
    os.mkfifo(ground.places.state / "secret.key", 0o666)
    with pytest.raises(DeployError, match=r"secret\.key cannot be read: (no end within|Permission denied)"):
        rotate_keys(ground.places, ground.releases, ground.told.append)


def test_an_endless_file_in_the_place_of_a_key_fills_no_memory(ground: Ground) -> None:
    (ground.places.state / "secret.key").symlink_to("/dev/zero")
    assert len(unprivileged.read(ground.places, ground.places.state / "secret.key")) == unprivileged.MOST_BYTES


@pytest.mark.parametrize("where", ["backups", "state", "a way around"])
def test_a_link_in_the_place_of_a_backup_is_opened_by_the_service_itself(ground: Ground, foreign: Path, where: str) -> None:
    show_files(ground)
    folder = ground.places.state if where == "state" else ground.places.backups
    (folder / "kanal.kanal").symlink_to(foreign)
    named = ground.places.root / "etc" / ".." / folder.relative_to(ground.places.root) / "kanal.kanal" if "around" in where else folder / "kanal.kanal"
    with pytest.raises(DeployError, match=r"Restoring failed: .*Permission denied"):
        restore_server(ground.places, named, ground.releases, ground.told.append)
    assert SECRET not in "".join(ground.told) and unharmed(foreign)


def test_a_link_in_the_place_of_a_passphrase_is_opened_by_the_service_itself(ground: Ground, foreign: Path) -> None:
    show_files(ground)
    backup = ground.places.root / "brought.kanal"
    backup.write_text("a backup")
    (ground.places.backups / "passphrase").symlink_to(foreign)
    with pytest.raises(DeployError, match="passphrase cannot be read: Permission denied"):
        restore_server(ground.places, backup, ground.releases, ground.told.append, str(ground.places.backups / "passphrase"))
    assert unharmed(foreign)


def test_what_root_names_elsewhere_is_lent_to_the_service_and_taken_back(ground: Ground) -> None:
    show_files(ground)
    for name, text in (("brought.kanal", "the backup"), ("passphrase", "the passphrase")):
        (ground.places.root / name).write_text(text)
        (ground.places.root / name).chmod(0o600)
    restore_server(ground.places, ground.places.root / "brought.kanal", ground.releases, ground.told.append, str(ground.places.root / "passphrase"))
    shown = ground.told[0]
    assert "the backup" in shown and "the passphrase" in shown and shown.count("-rw------- 1 " + (ground.places.user or ground.places.state.owner())) == 2
    assert not list(ground.places.backups.iterdir())


def test_a_folder_that_is_a_link_is_not_given_away(ground: Ground) -> None:
    theirs = ground.places.root / "theirs"
    theirs.mkdir(mode=0o755)
    ground.places.backups.rmdir()
    ground.places.backups.symlink_to(theirs)
    with pytest.raises(DeployError, match=r"backups/kanal should be a folder of Kanal's: Not a directory\. Move away what lies there"):
        machine.make_folder(ground.places, ground.places.backups, 0o700, owned=True)
    assert theirs.stat().st_mode & 0o777 == 0o755 and theirs.stat().st_uid == os.geteuid()


def test_the_look_at_the_disk_writes_through_no_link(ground: Ground, foreign: Path) -> None:
    planted = ground.places.state / f".kanal-probe-{os.getpid()}"
    planted.symlink_to(foreign)
    machine.check_disk(ground.places, 1)
    assert planted.is_symlink() and unharmed(foreign)


def show_files(ground: Ground) -> None:
    program = ground.old / ".venv" / "bin" / "python"
    program.write_text(_SHOWS)
