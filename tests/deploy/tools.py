"""The programs that judge what we write: systemd-analyze, caddy, nginx. From the system's packages; installed where they are missing and we may."""

import os
import shutil
import subprocess

PACKAGES = {"systemd-analyze": "systemd", "caddy": "caddy", "nginx": "nginx-light"}
_SYSTEM_PATH = f"{os.environ['PATH']}{os.pathsep}/usr/sbin{os.pathsep}/sbin"


def tool(name: str) -> str:
    """Its path. Raises AssertionError with the command that installs it."""
    if not shutil.which(name, path=_SYSTEM_PATH) and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-q", "-y", "--no-install-recommends", PACKAGES[name]]):
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, timeout=540, check=False)
    found = shutil.which(name, path=_SYSTEM_PATH)
    assert found, f"{name} is missing: sudo apt install {PACKAGES[name]}"
    return found
