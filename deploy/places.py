"""Where everything of an installation lies on the machine. With another root than / all of it lies below that folder, which is how the tests try it."""

from dataclasses import dataclass
from pathlib import Path

USER = "kanal"


@dataclass(frozen=True)
class Places:
    root: Path = Path("/")
    # A test that is root names the user whom the service's folders below its root belong to.
    tried_as: str = ""

    @property
    def is_real(self) -> bool:
        """Whether this is the machine itself: users are made and owners set only there."""
        return self.root == Path("/")

    @property
    def user(self) -> str:
        """Whom the service's folders belong to; empty below a test's root, where they are the caller's own."""
        return USER if self.is_real else self.tried_as

    @property
    def home(self) -> Path:
        """The code: one folder for each version that was installed, and `current`, a link to the one that runs."""
        return self.root / "usr/local/lib/kanal"

    @property
    def releases(self) -> Path:
        return self.home / "releases"

    @property
    def current(self) -> Path:
        return self.home / "current"

    @property
    def state(self) -> Path:
        """Database, keys, uploads."""
        return self.root / "var/lib/kanal"

    @property
    def backups(self) -> Path:
        return self.root / "var/backups/kanal"

    @property
    def config(self) -> Path:
        return self.root / "etc/kanal"

    @property
    def environment(self) -> Path:
        return self.config / "kanal.env"

    @property
    def wish(self) -> Path:
        """What the last `make server` was asked for, where no setting says it."""
        return self.config / "server.json"

    @property
    def passphrase(self) -> Path:
        return self.config / "backup.passphrase"

    @property
    def nginx(self) -> Path:
        return self.config / "nginx.conf"

    @property
    def units(self) -> Path:
        return self.root / "etc/systemd/system"

    @property
    def caddyfile(self) -> Path:
        return self.root / "etc/caddy/Caddyfile"

    @property
    def caddy_snippet(self) -> Path:
        return self.root / "etc/caddy/kanal.caddy"

    @property
    def command(self) -> Path:
        """What the administrator types: `kanal backup FILE`."""
        return self.root / "usr/local/bin/kanal"

    @property
    def lock(self) -> Path:
        return self.config / "deploy.lock"
