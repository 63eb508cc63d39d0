"""The system's programs that tests need besides Python: where they are, or installed from the system's packages where they are missing and we may.

Used by engines.py, chromium.py and every test that has something judged by such a program. A missing one is never passed over in silence.
"""

import glob
import os
import shutil
import subprocess
import sys

PACKAGES = {
    "caddy": "caddy",
    "chromium": "chromium",
    "initdb": "postgresql",
    "nginx": "nginx-light",
    "pg_ctl": "postgresql",
    "pg_dump": "postgresql",
    "redis-server": "redis-server",
    "strace": "strace",
    "systemd-analyze": "systemd",
}
_SYSTEM_PATH = f"{os.environ['PATH']}{os.pathsep}/usr/sbin{os.pathsep}/sbin"


class ProgramMissingError(Exception):
    """A test needs a program of the system's packages."""


def find_program(name: str) -> str:
    """Its path, or an empty string. Debian keeps PostgreSQL's programs out of the PATH; the newest version is taken."""
    versions = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: int(path.split("/")[4]))
    return versions[-1] if versions else shutil.which(name, path=_SYSTEM_PATH) or ""


def program(name: str) -> str:
    """Its path, after installing it if need be. Raises ProgramMissingError with the command to type."""
    found = find_program(name)
    if not found:
        install_package(PACKAGES[name])
        found = find_program(name)
    if not found:
        raise ProgramMissingError(f"{name} is missing. Install it: sudo apt install {PACKAGES[name]}")
    return found


def install_package(package: str) -> None:
    """Only as root on a system with apt; elsewhere nothing happens. No service is started by it."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing the system's package {package}, which tests need ...", file=sys.stderr, flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-q", "-y", "--no-install-recommends", package]):
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, timeout=540, check=False)
