"""The machine below: its programs, its user, its ports, its disk. Every question a step asks before it writes anything is asked here.

Called by server.py, update.py and web_server.py. Programs are found by the PATH, so tests put their own systemctl in front.
"""

import grp
import json
import os
import platform
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from deploy.errors import DeployError
from deploy.files import read_environment
from deploy.places import USER, Places

# The packages, two versions of them, and room for a database to begin in.
NEEDED_BYTES = 700_000_000
_LISTEN = "0A"
# A problem as Django's checks print it.
_CHECKED = re.compile(r"\S+: \(\w+\.E\d+\) (.+)")


def run(*command: str, cwd: Path | None = None, env: Mapping[str, str] | None = None, seconds: float = 900, what: str = "") -> str:
    """Runs a program and returns what it printed. Raises DeployError with its last words."""
    try:
        ran = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds)
    except FileNotFoundError:
        raise DeployError(f"{command[0]} is not installed.") from None
    except subprocess.TimeoutExpired:
        raise DeployError(f"{what or ' '.join(command)} took longer than {seconds:.0f} s.") from None
    if ran.returncode:
        last = [line for line in ran.stdout.strip().splitlines() if line.strip()][-3:]
        raise DeployError(_sentence(f"{what or ' '.join(command)} failed: {' / '.join(last) or 'it gave no reason'}"))
    return ran.stdout


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def systemctl(*arguments: str, seconds: float = 240) -> str:
    return run("systemctl", *arguments, seconds=seconds)


def is_active(unit: str) -> bool:
    try:
        systemctl("is-active", unit)
    except DeployError:
        return False
    return True


def restart_service() -> None:
    """Drain, stop, start. Raises DeployError with what Kanal itself said, where it ended at once: systemd only says that it did."""
    began = int(time.time())
    try:
        systemctl("restart", "kanal.service")
    except DeployError as error:
        said = _last_words(began)
        raise DeployError(f"Kanal did not start: {said or error}") from None


def _last_words(since: int) -> str:
    """The last line that the service wrote since then, as a sentence, or nothing."""
    with suppress(DeployError):
        # By its field, so that what systemd says about the unit is not among it.
        command = ("journalctl", "--quiet", "--no-pager", "--output=cat", "--lines=1", f"--since=@{since}", "_SYSTEMD_UNIT=kanal.service")
        line = run(*command, seconds=30).strip().removeprefix("CommandError: ")
        if line.startswith("{"):
            with suppress(ValueError):
                line = str(json.loads(line)["message"])
        return _sentence(line) if line else ""
    return ""


def check_system(places: Places) -> None:
    """Raises DeployError unless this is a Linux with systemd and we are root."""
    if not places.is_real:
        return
    if platform.system() != "Linux":
        raise DeployError(f"A server is set up on Linux with systemd (Debian 12 or 13, Ubuntu 24.04); this is {platform.system()}. To try Kanal here: make run")
    if not Path("/run/systemd/system").is_dir():
        raise DeployError("systemd does not run this machine (a container?). Use deploy/compose.yaml there, or to try Kanal: make run")
    if os.geteuid() != 0:
        raise DeployError("This needs the administrator's rights. Run the same command with sudo.")


def check_disk(places: Places, needed: int = NEEDED_BYTES) -> None:
    """Raises DeployError when a folder cannot be written to or there is too little room. Leaves nothing behind."""
    for folder in (places.home, places.state, places.backups, places.config, places.units):
        existing = next(path for path in (folder, *folder.parents) if path.is_dir())
        try:
            # Without a name, or with one that nobody can guess and that is never followed: two of the folders are the service's own.
            with tempfile.TemporaryFile(dir=existing) as probe:
                probe.write(b"?")
        except OSError as error:
            raise DeployError(f"{existing} cannot be written to: {error.strerror}. Nothing was changed.") from None
        free = shutil.disk_usage(existing).free
        if free < needed:
            raise DeployError(
                f"{existing} has {free // 1_000_000} MB left and Kanal needs {needed // 1_000_000} MB. Nothing was changed; free some space first."
            )


def check_python() -> None:
    """Raises DeployError when virtual environments cannot be made."""
    ran = subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False)
    if ran.returncode:
        raise DeployError("This Python has no venv module. On Debian or Ubuntu: apt install python3-venv")


def make_user(places: Places) -> bool:
    """The system user, without a shell and without a home to log in to. Returns whether it is new."""
    if not places.is_real:
        return False
    with suppress(KeyError):
        pwd.getpwnam(USER)
        return False
    run("useradd", "--system", "--user-group", "--home-dir", str(places.state), "--no-create-home", "--shell", "/usr/sbin/nologin", USER)
    return True


def group_of(places: Places) -> str:
    """The group that may read the configuration, or nothing below a test's root."""
    return USER if places.is_real else ""


def make_folder(places: Places, folder: Path, mode: int, owned: bool) -> None:
    """`owned`: by the service's user; else by root, whose group it may read. Raises DeployError when something else, such as a link, has the name."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise DeployError(f"{folder} should be a folder of Kanal's: {error.strerror}. Move away what lies there, then run the same command again.") from None
    try:
        os.fchmod(opened, mode)
        if places.user:
            owner = pwd.getpwnam(places.user)
            os.fchown(opened, owner.pw_uid if owned else 0, owner.pw_gid)
    finally:
        os.close(opened)


def run_as(places: Places) -> dict[str, Any]:
    """What makes subprocess start a program as the service's user, with no group but its own."""
    if not places.user:
        return {}
    owner = pwd.getpwnam(places.user)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def manage_command(places: Places, release: Path) -> tuple[list[str], dict[str, str]]:
    """How manage.py of a release is run: the beginning of the command, and the whole environment."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TERM", "SSL_CERT_FILE") if name in os.environ}
    environment = kept | {"HOME": str(places.state), "PYTHONDONTWRITEBYTECODE": "1"} | read_environment(places.environment)
    return [str(release / ".venv/bin/python"), str(release / "manage.py")], environment


def manage(places: Places, release: Path, *arguments: str, what: str = "") -> str:
    """Runs a command of Kanal as the service's user with the service's settings and returns what it printed. Raises DeployError."""
    command, environment = manage_command(places, release)
    ran = subprocess.run(
        [*command, *arguments],
        cwd=release,
        env=environment,
        umask=0o077,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        **run_as(places),
    )
    if ran.returncode:
        raise DeployError(_sentence(f"{what or 'manage.py ' + arguments[0]} failed: {_reason(ran.stderr or ran.stdout)}"))
    return str(ran.stdout)


def _reason(said: str) -> str:
    """What a command that failed said last, or the first problem that its checks found."""
    lines = [line for line in said.strip().splitlines() if line.strip()]
    checked = next((found[1] for line in lines if (found := _CHECKED.match(line))), None)
    return checked or "".join(lines[-1:]).removeprefix("CommandError: ")


def become_service_user(places: Places) -> None:
    """This process goes on as the service's user. Raises DeployError when it may not."""
    if not places.is_real or pwd.getpwuid(os.geteuid()).pw_name == USER:
        return
    if os.geteuid() != 0:
        raise DeployError("Run it as root: sudo kanal ...")
    user = pwd.getpwnam(USER)
    os.setgroups([grp.getgrnam(USER).gr_gid])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    os.umask(0o077)


def who_listens(port: int) -> str:
    """The name of the program that listens on a TCP port of this machine, "another program" when it may not be known, or nothing."""
    inodes = set(_listening_inodes(port))
    if not inodes:
        return ""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            for descriptor in (process / "fd").iterdir():
                with suppress(OSError):
                    if os.readlink(descriptor) in inodes:
                        return (process / "comm").read_text().strip()
    return "another program"


def _listening_inodes(port: int) -> Iterator[str]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                    yield f"socket:[{fields[9]}]"


def resolves(domain: str) -> bool:
    try:
        return bool(socket.getaddrinfo(domain, 443))
    except OSError:
        return False
