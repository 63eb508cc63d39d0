"""A ground that was set up by `make server` below a folder: the units as written, a stand-in for systemd, and checkouts that new versions come from.

Used by updates.py and tests/deploy. The packages are those of the running Python: a release's .venv is a link to it.
"""

import asyncio
import os
import shutil
import sys
from pathlib import Path

from deploy import machine
from deploy.places import Places
from deploy.releases import Releases
from deploy.server import set_up_server
from deploy.wish import Wish
from tests.driver import ROOT
from tests.fakes.systemd import Systemd
from tests.ports import free_port
from tests.promises.ground import LIMITS, Ground
from tests.promises.templates import PROVIDER
from tests.promises.visitor import ORIGIN

DOMAIN = "chat.toko.example"
_TREE = ("chatsite", "deploy", "requirements", "static", "widget", "manage.py", "pyproject.toml")


def link_packages(release: Path, former: Path | None) -> None:
    (release / ".venv").symlink_to(sys.prefix)


def copy_checkout(to: Path) -> Path:
    """This very version as somebody's checkout, free to be changed."""
    to.mkdir(parents=True)
    for name in _TREE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__", "pictures"))
        else:
            shutil.copy2(ROOT / name, to / name)
    return to


class Installed(Ground):
    """`told` is what was printed. The environment's PATH begins with the stand-in's systemctl while it is open."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(folder / "machine")
        super().__init__(self.places.state)
        self.folder = folder
        self.port = free_port()
        self.checkout = copy_checkout(folder / "checkout")
        self.releases = Releases(self.places, link_packages)
        self.systemd = Systemd(self.places.units)
        self.told: list[str] = []
        self._path = os.environ["PATH"]

    @property
    def wish(self) -> Wish:
        return Wish(DOMAIN, ORIGIN, self.port, proxy="none")

    async def __aenter__(self) -> "Installed":
        self.systemd.__enter__()
        os.environ["PATH"] = f"{self.systemd.bin}{os.pathsep}{self._path}"
        await super().__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        os.environ["PATH"] = self._path
        await asyncio.to_thread(self.systemd.__exit__)
        await super().__aexit__(*error)

    def _set_up(self) -> None:
        self.places.config.mkdir(parents=True)
        # An administrator's own lines, which are kept.
        self.places.environment.write_text("".join(f"{name}={value}\n" for name, value in LIMITS.items()))
        self.set_up()
        self.manage("shell", "-v", "0", "-c", PROVIDER.format(url=self._model_url))
        machine.systemctl("restart", "kanal.service")

    def set_up(self) -> None:
        set_up_server(self.places, self.wish, self.checkout, self.releases, self.told.append)

    def manage(self, *arguments: str) -> str:
        release = self.releases.current()
        assert release is not None
        return machine.manage(self.places, release, *arguments)

    def address(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/chat/toko"
