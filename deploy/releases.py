"""The versions of the code on this machine, each a folder of its own with its own virtual environment, and the link that says which one runs.

Called by server.py and update.py. A version is never changed once it is installed, so going back is moving the link back. The newest three are kept.
"""

import compileall
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from deploy.errors import DeployError
from deploy.machine import run
from deploy.places import Places

KEPT = 3
_LOCK = "requirements/server.txt"
_DIGEST = ".content"
_LEFT_OUT = {".git", ".venv", "data", "node_modules", "__pycache__", "tests", ".ci"}
_OURS = ("chatsite", "deploy", "requirements", "static", "widget", "manage.py", "pyproject.toml", "Makefile", "LICENSE")
Installer = Callable[[Path, Path | None], None]


def install_packages(release: Path, former: Path | None) -> None:
    """Makes the release's .venv of the lock. When the former release has the same lock its packages are linked, not installed again."""
    if former is not None and (former / ".venv").is_dir() and (former / _LOCK).read_bytes() == (release / _LOCK).read_bytes():
        run("cp", "-al", str(former / ".venv"), str(release / ".venv"))
        return
    environment = os.environ | {"PYTHON": sys.executable, "UV_COMPILE_BYTECODE": "1"}
    run("sh", "requirements/install.sh", "server", cwd=release, env=environment, seconds=1800, what="Installing the packages")


class Releases:
    """`install` is another one in tests, which need no second copy of the packages."""

    def __init__(self, places: Places, install: Installer = install_packages) -> None:
        self._places, self._install = places, install

    def current(self) -> Path | None:
        """The release the link points to."""
        return self._places.current.resolve() if self._places.current.is_symlink() and self._places.current.exists() else None

    def make(self, checkout: Path) -> Path:
        """Installs the checkout as it is beside the others, unless the current release is the very same. Raises DeployError; then nothing is left."""
        files = _files_of(checkout)
        digest = _digest(checkout, files)
        current = self.current()
        if current is not None and (current / _DIGEST).exists() and (current / _DIGEST).read_text() == digest:
            return current
        release = self._places.releases / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{digest[:8]}"
        try:
            _copy(checkout, files, release)
            self._install(release, current)
            compileall.compile_dir(str(release / "widget"), quiet=2)
            compileall.compile_dir(str(release / "chatsite"), quiet=2)
            (release / _DIGEST).write_text(digest)
        except OSError as error:
            shutil.rmtree(release, ignore_errors=True)
            raise DeployError(f"The new version could not be put beside the old one: {error.strerror or error}. Nothing was changed.") from None
        except BaseException:
            shutil.rmtree(release, ignore_errors=True)
            raise
        return release

    def before(self, release: Path) -> Path | None:
        """The newest one that is older than it and whole."""
        older = [one for one in self._places.releases.iterdir() if one.name < release.name and (one / _DIGEST).exists()]
        return max(older, default=None)

    def switch(self, release: Path) -> None:
        """The link points to the release from one moment to the next."""
        aside = self._places.current.with_name(".current")
        aside.unlink(missing_ok=True)
        aside.symlink_to(release)
        aside.rename(self._places.current)

    def remove(self, release: Path) -> None:
        shutil.rmtree(release, ignore_errors=True)

    def remove_old(self) -> None:
        """All but the newest few; never the current one."""
        for old in sorted(self._places.releases.iterdir())[:-KEPT]:
            if old != self.current():
                self.remove(old)


def describe(release: Path | None) -> str:
    return release.name if release else "nothing"


def _files_of(checkout: Path) -> list[str]:
    """What git keeps, or without git what stands below the project's own names: a release can be read by everybody, what merely lies about may be secret."""
    command = ["git", "-c", f"safe.directory={checkout}", "-C", str(checkout), "ls-files", "-z", "--cached"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False) if shutil.which("git") and (checkout / ".git").exists() else None
    if listed is not None and listed.returncode == 0:
        names = [name for name in listed.stdout.split("\0") if name]
    else:
        names = [str(path.relative_to(checkout)) for top in _OURS for path in (checkout / top, *(checkout / top).rglob("*"))]
        names = [name for name in names if not any(part.startswith(".") for part in Path(name).parts) and not name.startswith("deploy/secrets/")]
    return sorted(name for name in names if not _LEFT_OUT & set(Path(name).parts) and (checkout / name).is_file() and not (checkout / name).is_symlink())


def _digest(checkout: Path, files: list[str]) -> str:
    digest = hashlib.sha256()
    for name in files:
        digest.update(f"{name}\0".encode() + hashlib.sha256((checkout / name).read_bytes()).digest())
    return digest.hexdigest()


def _copy(checkout: Path, files: list[str], release: Path) -> None:
    release.mkdir(parents=True)
    # Root's umask may be strict, and the service runs as another user.
    release.chmod(0o755)
    for name in files:
        target = release / name
        for folder in reversed([one for one in target.parents if one.is_relative_to(release) and not one.exists()]):
            folder.mkdir()
            folder.chmod(0o755)
        shutil.copyfile(checkout / name, target)
        target.chmod(0o755 if os.access(checkout / name, os.X_OK) else 0o644)
