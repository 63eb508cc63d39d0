"""`make update`, `make restore` and `make rotate-keys`: changes to a server that runs, each with a backup first and a way back.

An update puts the new version beside the old one, so that going back is moving one link: back up, install, check, migrate, restart, wait until it is well.
"""

import fcntl
import getpass
import os
import pwd
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from deploy import health, machine, unprivileged
from deploy.errors import DeployError, sentence_of
from deploy.files import put_back, read_environment, write_units
from deploy.places import Places
from deploy.releases import Releases, describe
from deploy.stopping import hear_none, interrupted_once
from deploy.wish import Wish

Say = Callable[[str], None]
# A new version and a backup.
UPDATE_BYTES = 400_000_000


def update_server(places: Places, checkout: Path, releases: Releases, say: Say, pull: bool = True, seconds: float = 90) -> None:
    """Raises DeployError when the old version still, or again, is the one that runs; the message says which and why."""
    machine.check_system(places)
    old = _installed(releases)
    machine.check_disk(places, UPDATE_BYTES)
    with _alone(places):
        if pull and _pull(checkout, say):
            # What was pulled may bring a better way to update.
            os.chdir(checkout)
            os.execv(sys.executable, [sys.executable, "-m", "deploy", "update", "--root", str(places.root), "--no-pull"])
        say("Installing the new version beside the old one ...")
        with interrupted_once():
            new = releases.make(checkout)
            if new == old:
                _check_well(places, releases, old)
                say(f"{describe(old)} is this very version: nothing to do.")
                return
            _Attempt(places, releases, old, new, say, seconds).run()
        releases.remove_old()
    say(f"{describe(new)} runs and is well. {describe(old)} is kept beside it.")


def _check_well(places: Places, releases: Releases, release: Path) -> None:
    """Raises DeployError with the way back, when the version that is to run is not well."""
    trouble = health.ask(_port(places))
    if not trouble:
        return
    said = f"{describe(release)} is this very version, but it is not well: {trouble}. What it said: journalctl -u kanal -n 30"
    older = releases.before(release)
    if older is not None:
        said += f". {describe(older)} is kept beside it; to go back: ln -sfn {older} {places.current} && systemctl restart kanal"
    raise DeployError(said)


class _Attempt:
    """One update: `run` either ends with the new version well, or raises DeployError with the old one back."""

    def __init__(self, places: Places, releases: Releases, old: Path, new: Path, say: Say, seconds: float) -> None:
        self._places, self._releases, self._old, self._new, self._say, self._seconds = places, releases, old, new, say, seconds
        self._backup = places.backups / f"before-update-{datetime.now(UTC):%Y%m%d-%H%M%S}.kanal"
        self._applied_before: dict[str, list[str]] = {}
        self._units: dict[Path, str | None] = {}

    def run(self) -> None:
        """Whatever comes between, be it a signal or a full disk: the version that was well is current in the end."""
        try:
            machine.manage(self._places, self._new, "check", "--database", "default", what="The new version's check of settings and database")
            self._say("Backing up ...")
            machine.manage(self._places, self._old, "backup", str(self._backup), "--keep", "3", what="The backup before the update")
            self._applied_before = _applied(self._places, self._new)
        except BaseException as error:
            hear_none()
            self._releases.remove(self._new)
            raise DeployError(f"{sentence_of(error)} Nothing was changed: {describe(self._old)} runs on.") from error
        try:
            self._migrate()
            self._restart_with(self._new)
        except BaseException as error:
            hear_none()
            raise DeployError(self._go_back(sentence_of(error))) from error

    def _migrate(self) -> None:
        """While the old version serves: a migration of ours leaves it what it needs."""
        machine.manage(self._places, self._new, "migrate", "--no-input", what="Changing the database")
        machine.manage(self._places, self._new, "rebuild_search", "--if-stale", what="Renewing the search index")

    def _restart_with(self, release: Path) -> None:
        """Drain, stop, start: the socket unit keeps the door open meanwhile. Raises DeployError when it does not get well."""
        self._releases.switch(release)
        if release == self._new:
            self._units = write_units(self._places, _wish_of(self._places))
        if self._units:
            machine.systemctl("daemon-reload")
        self._say(f"Restarting with {describe(release)} ...")
        machine.restart_service()
        trouble = health.wait_until_ready(_port(self._places), self._seconds)
        if trouble:
            raise DeployError(f"It started, but is not well: {trouble}.")

    def _go_back(self, reason: str) -> str:
        """Returns what to say: whether the old version is well again, and what became of the database."""
        self._say(f"The update failed: {reason} Going back to {describe(self._old)} ...")
        with suppress(DeployError):
            machine.systemctl("stop", "kanal.service")
        database = self._undo_migrations()
        try:
            self._releases.switch(self._old)
            put_back(self._units)
            if database is None:
                machine.manage(self._places, self._old, "restore", str(self._backup), what="Restoring the backup")
                database = f"The database is that of {self._backup}; what was written after it lies in {self._places.state}/before-restore-*."
            self._restart_with(self._old)
        except (DeployError, OSError) as error:
            trouble = sentence_of(error)
            return f"{reason} And the old version did not come back: {trouble} The backup is {self._backup}; journalctl -u kanal says more."
        self._releases.remove(self._new)
        return f"{reason} The update was taken back: {describe(self._old)} runs again and is well. {database}"

    def _undo_migrations(self) -> str | None:
        """Takes back what this update changed, keeping every row. None when that is not possible."""
        try:
            applied = _applied(self._places, self._new)
            changed = [app for app, names in applied.items() if names != self._applied_before.get(app, [])]
            for app in reversed(changed):
                target = (self._applied_before.get(app) or ["zero"])[-1]
                machine.manage(self._places, self._new, "migrate", "--no-input", app, target, what="Undoing the change of the database")
        except (DeployError, OSError) as error:
            self._say(sentence_of(error))
            return None
        return "The change of the database was undone and every message is there." if changed else "The database was not changed."


def restore_server(places: Places, file: Path, releases: Releases, say: Say, passphrase_file: str = "") -> None:
    """Stops, restores, starts. Raises DeployError; then Kanal runs with what was there before."""
    machine.check_system(places)
    release = _installed(releases)
    if not file.is_file():
        raise DeployError(f"There is no backup {file}. Those of this server lie in {places.backups}.")
    with _alone(places), _readable(places, file) as readable:
        machine.systemctl("stop", "kanal.socket", "kanal.service")
        try:
            say(_restore(places, release, readable, passphrase_file).strip())
        except DeployError as error:
            hint = " Another server's: make restore FILE=... PASSPHRASE_FILE=..." if "passphrase does not open" in str(error) else ""
            raise DeployError(str(error).replace(str(readable), str(file)) + hint) from None
        finally:
            machine.systemctl("start", "kanal.socket", "kanal.service")
    trouble = health.wait_until_ready(_port(places))
    if trouble:
        raise DeployError(f"The backup is in place, but Kanal is not well: {trouble}")
    say("Kanal runs again and is well.")


def _restore(places: Places, release: Path, file: Path, passphrase_file: str) -> str:
    """With this server's own passphrase, unless another file is named; where that does not fit and somebody is there, they are asked."""
    if passphrase_file:
        return _restore_with(places, release, file, unprivileged.read_named(places, Path(passphrase_file).absolute()))
    try:
        return machine.manage(places, release, "restore", str(file), what="Restoring")
    except DeployError as error:
        if "passphrase" not in str(error) or not sys.stdin.isatty():
            raise
    return _restore_with(places, release, file, getpass.getpass("The backup was made with another passphrase than this server's. Which one? "))


def _restore_with(places: Places, release: Path, file: Path, passphrase: str) -> str:
    with unprivileged.lent(places, places.backups, passphrase) as given:
        return machine.manage(places, release, "restore", str(file), "--passphrase-file", str(given), what="Restoring")


def rotate_keys(places: Places, releases: Releases, say: Say) -> None:
    """New keys in front, every stored secret encrypted anew, the old field key dropped. Visitors and administrators stay logged in."""
    machine.check_system(places)
    release, environment = _installed(releases), read_environment(places.environment)
    given = [name for name in ("SECRET_KEY", "SECRET_KEY_FILE", "FIELD_KEY", "FIELD_KEY_FILE") if name in environment]
    if given:
        raise DeployError(f"{given[0]} stands in {places.environment}: change it there (the new key first, the old one behind it), then: kanal rotate_secrets")
    with _alone(places):
        machine.manage(places, release, "backup", str(places.backups / f"before-rotation-{datetime.now(UTC):%Y%m%d-%H%M%S}.kanal"), "--keep", "2")
        former = {name: _keys(places, name) for name in ("secret.key", "field.key")}
        for name, keys in former.items():
            _write_key(places, name, [secrets.token_urlsafe(50), *keys[:1]])
        # Before the secrets change: a process that knew only the old key could not read one, and a model would be given up until its restart.
        machine.restart_service()
        try:
            told = machine.manage(places, release, "rotate_secrets")
        except DeployError as error:
            _write_key(places, "field.key", [*_keys(places, "field.key")[:1], *former["field.key"]])
            raise DeployError(f"{error} The old field key was kept behind the new one.") from None
        _write_key(places, "field.key", _keys(places, "field.key")[:1])
    trouble = health.wait_until_ready(_port(places))
    if trouble:
        raise DeployError(f"The keys are changed, but Kanal is not well: {trouble}")
    say(f"{told.strip()} The former secret key is believed until the next rotation, so nobody is logged out.")


def _keys(places: Places, name: str) -> list[str]:
    return unprivileged.read(places, places.state / name).split()


def _write_key(places: Places, name: str, keys: list[str]) -> None:
    unprivileged.replace(places, places.state / name, "\n".join(keys) + "\n")


@contextmanager
def _readable(places: Places, file: Path) -> Iterator[Path]:
    """The backup where the service's user can read it: a copy among the backups when it lies elsewhere. What root may not touch it opens by itself."""
    if unprivileged.is_among(places, file):
        yield file
        return
    try:
        with file.open("rb") as opened, unprivileged.lent(places, places.backups, opened) as copy:
            yield copy
    except OSError as error:
        raise DeployError(f"{file} cannot be read: {error.strerror}. Nothing was changed.") from None


def _installed(releases: Releases) -> Path:
    release = releases.current()
    if release is None:
        raise DeployError("Kanal is not installed on this machine. First: make server DOMAIN=chat.toko.id SHOP=https://toko.id")
    return release


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    """Two updates at once would take each other back."""
    with open(places.lock, "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DeployError("Another update, restore or rotation is running. Wait for its end.") from None
        yield


def _applied(places: Places, release: Path) -> dict[str, list[str]]:
    """Names of the applied migrations by app, in order, as a release sees them."""
    found: dict[str, list[str]] = {}
    for line in machine.manage(places, release, "showmigrations", "--plan").splitlines():
        done, _, name = line.strip().partition("]")
        app, dot, migration = name.strip().partition(".")
        if done == "[X" and dot:
            found.setdefault(app, []).append(migration.split()[0])
    return found


def _pull(checkout: Path, say: Say) -> bool:
    """Whether something new came. As the checkout's owner, so that its files stay theirs. Raises DeployError."""
    if not (checkout / ".git").exists() or _git(checkout, "rev-parse", "--abbrev-ref", "@{upstream}").returncode:
        say("The checkout follows no other repository: installing it as it is.")
        return False
    before = _git(checkout, "rev-parse", "HEAD").stdout
    pulled = _git(checkout, "pull", "--ff-only", "--quiet")
    if pulled.returncode:
        last = (pulled.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DeployError(f"git pull failed: {last}. Nothing was changed. To install the checkout as it is: make update PULL=no")
    return _git(checkout, "rev-parse", "HEAD").stdout != before


def _git(checkout: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    owner = checkout.stat().st_uid
    environment = dict(os.environ)
    other = os.geteuid() == 0 and owner != 0
    if other:
        environment["HOME"] = pwd.getpwuid(owner).pw_dir
    command = ["git", "-c", f"safe.directory={checkout}", "-C", str(checkout), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, stdin=subprocess.DEVNULL, user=owner if other else None)


def _port(places: Places) -> int:
    return int(read_environment(places.environment).get("PORT", "8000"))


def _wish_of(places: Places) -> Wish:
    environment = read_environment(places.environment)
    return Wish(environment.get("PUBLIC_URL", "").partition("//")[2], "", int(environment.get("PORT", "8000")))
