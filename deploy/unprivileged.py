"""What lies in the service's own folders is read, written and removed by a short child process that runs as the service's user. Called by update.py.

Whoever broke into the service may put a link there in the place of a key or a backup. Followed by root it would open /etc/shadow to the service or
overwrite a file of somebody else; followed by the service's user it leads nowhere that user could not go by itself.
"""

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from deploy.errors import DeployError
from deploy.machine import run_as
from deploy.places import Places

# Keys and passphrases; a link to /dev/zero must not fill root's memory.
MOST_BYTES = 65_536
# A pipe in the place of a file would be waited for.
SECONDS = 30.0
# `set -C` opens with O_EXCL: what lies under that name already is never written to.
_WRITE = 'umask 077; set -C; cat > "$1" && sync "$1"'
_REPLACE = f'{{ {_WRITE} && mv -fT -- "$1" "$2"; }} || {{ rm -f -- "$1"; exit 1; }}'


def read(places: Places, path: Path) -> str:
    """Raises DeployError."""
    return _text(_run(places, "cannot be read", path, 'exec head -c "$2" -- "$1"', str(MOST_BYTES)), path)


def replace(places: Places, path: Path, text: str) -> None:
    """Mode 600, whole from one moment to the next. Raises DeployError; then the former one is still there."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    _run(places, "cannot be written", aside, _REPLACE, str(path), given=text.encode())


@contextmanager
def lent(places: Places, folder: Path, content: str | IO[bytes]) -> Iterator[Path]:
    """A file in `folder` that only the service's user can read, for as long as the block runs. Raises DeployError when it cannot be written."""
    path = folder / f".lent-{secrets.token_hex(8)}"
    try:
        _run(places, "cannot be written", path, _WRITE, given=content.encode() if isinstance(content, str) else content)
        yield path
    finally:
        _run(places, "cannot be removed", path, 'rm -f -- "$1"')


def is_among(places: Places, path: Path) -> bool:
    """Whether a path that somebody named begins, or ends, in the service's own folders."""
    ways = (Path(os.path.normpath(path)), Path(os.path.realpath(path)))
    folders = [folder for own in (places.state, places.backups) for folder in (own, Path(os.path.realpath(own)))]
    return any(way.is_relative_to(folder) for way in ways for folder in folders)


def read_named(places: Places, path: Path) -> str:
    """A small text that the administrator named, wherever it lies. Raises DeployError."""
    if is_among(places, path):
        return read(places, path)
    try:
        with path.open("rb") as file:
            return _text(file.read(MOST_BYTES), path)
    except OSError as error:
        raise DeployError(f"{path} cannot be read: {error.strerror}.") from None


def _text(raw: bytes, path: Path) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise DeployError(f"{path} cannot be read: it is no text.") from None


def _run(places: Places, failed: str, path: Path, script: str, *arguments: str, given: bytes | IO[bytes] = b"") -> bytes:
    """`given` is what the script reads: bytes, or a file of any length that root has opened."""
    feed: dict[str, object] = {"input": given, "timeout": SECONDS} if isinstance(given, bytes) else {"stdin": given}
    command = ["/bin/sh", "-c", script, "sh", str(path), *arguments]
    try:
        ran = subprocess.run(  # type: ignore[call-overload]
            command, cwd="/", env={"PATH": os.defpath, "LC_ALL": "C"}, capture_output=True, **feed, **run_as(places)
        )
    except subprocess.TimeoutExpired:
        raise DeployError(f"{path} {failed}: no end within {SECONDS:.0f} s.") from None
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise DeployError(f"{path} {failed}: {said[0].rpartition(': ')[2]}.")
    return bytes(ran.stdout)
