"""Finds a Chromium for the browser tests, installs one where there is none, and fails loudly where neither works. Used by conftest.py."""

import os
import shutil
import subprocess
import sys

from tests.programs import install_package

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


class NoBrowserError(Exception):
    """The browser tests need Chromium or Chrome. Install one, or name one in the environment variable CHROMIUM."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{self.__doc__} ({why})")


def find_chromium() -> str | None:
    """The path of a browser, None for playwright's own. Installs one if need be; raises NoBrowserError."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not shutil.which(named):
            raise NoBrowserError(f"CHROMIUM names {named}, which cannot be run")
        return shutil.which(named)
    return _installed() or _install()


def _installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _install() -> str | None:
    """The system's package when we may, else the one playwright downloads."""
    install_package("chromium")
    if path := _installed():
        return path
    print("No Chromium here: asking playwright to download one ...", file=sys.stderr, flush=True)
    result = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, text=True, timeout=540)
    if result.returncode:
        raise NoBrowserError("neither the system's package nor playwright's own could be installed: " + (result.stderr or result.stdout).strip()[-300:])
    return None
