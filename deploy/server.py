"""`make server`: from a checkout and a domain name to a running chat behind TLS. Safe to run again: keys, password and edits stay.

Everything that can be in the way is asked for first (machine.py, wish.py, web_server.py); then files are written, the database is prepared, and it starts.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from deploy import health, machine, web_server
from deploy.errors import DeployError
from deploy.files import merge_environment, read_environment, render, write, write_units
from deploy.places import Places
from deploy.releases import Releases
from deploy.wish import Wish, clean_domain

Say = Callable[[str], None]


def set_up_server(places: Places, wish: Wish, checkout: Path, releases: Releases, say: Say, start: bool = True) -> None:
    """Raises DeployError with one sentence; what was done until then is whole, and running it again goes on from there."""
    _check(places, wish, start)
    if machine.make_user(places):
        say("Made the system user kanal, which owns nothing but the data.")
    _make_folders(places)
    say("Installing this version (the first time takes a minute or two) ...")
    release = releases.make(checkout)
    for told in _write_settings(places, wish):
        say(told)
    machine.manage(places, release, "check", "--deploy", "--fail-level", "ERROR", what="The check of the settings")
    machine.manage(places, release, "migrate", "--no-input", what="Preparing the database")
    prepared = machine.manage(places, release, "prepare_server", *(["--website", wish.shop] if wish.shop else []), what="Making the site")
    releases.switch(release)
    changed = write_units(places, wish)
    write(places.command, render("kanal.sh", places, wish), 0o755)
    for told in web_server.set_up(places, wish, start):
        say(told)
    if start:
        _start(wish.port, bool(changed), say)
        releases.remove_old()
    say(_summary(places, wish, prepared))


def complete_wish(places: Places, given: Mapping[str, str | int]) -> Wish:
    """What was asked for now, and for the rest what was asked for before. Raises DeployError where no domain was ever named."""
    former: dict[str, str | int] = {}
    if places.environment.exists():
        environment = read_environment(places.environment)
        address = urlsplit(environment.get("PUBLIC_URL", ""))
        former = {"domain": address.hostname or "", "https_port": address.port or 443, "port": int(environment.get("PORT") or 8000)}
    if places.wish.exists():
        former |= json.loads(places.wish.read_text("utf-8"))
    wish = Wish(**{"domain": "", "shop": "", **former, **given})  # type: ignore[arg-type]
    clean_domain(wish.domain)
    return wish


def _check(places: Places, wish: Wish, start: bool) -> None:
    machine.check_system(places)
    machine.check_python()
    machine.check_disk(places)
    if start:
        web_server.check_ports(wish, str(places.nginx))
        name = machine.who_listens(wish.port)
        if name and not _holds(places, wish.port):
            raise DeployError(
                f"Port {wish.port} is used by {name}. Nothing was changed; choose another one for Kanal behind the web server: PORT={wish.port + 10}"
            )


def _holds(places: Places, port: int) -> bool:
    """Whether it is our own door that listens there."""
    unit = places.units / "kanal.socket"
    return unit.exists() and f"ListenStream=127.0.0.1:{port}\n" in unit.read_text("utf-8") and machine.is_active("kanal.socket")


def _make_folders(places: Places) -> None:
    machine.make_folder(places, places.state, 0o700, owned=True)
    machine.make_folder(places, places.backups, 0o700, owned=True)
    machine.make_folder(places, places.config, 0o750, owned=False)
    for folder in (places.releases, places.units, places.command.parent):
        folder.mkdir(parents=True, exist_ok=True)


def _write_settings(places: Places, wish: Wish) -> list[str]:
    group = machine.group_of(places)
    wanted = render("kanal.env", places, wish)
    told = []
    if not places.passphrase.exists():
        write(places.passphrase, "-".join(secrets.token_hex(2) for _ in range(8)) + "\n", 0o640, group)
        told.append(f"Backups are encrypted with the passphrase in {places.passphrase}. Keep a copy of it elsewhere: without it no backup can be read.")
    if places.environment.exists():
        former = places.environment.read_text("utf-8")
        wanted, changes = merge_environment(former, wanted, read_environment(places.environment))
        told.append(f"Kept {places.environment}" + (f" ({', '.join(changes)})." if changes else "."))
    write(places.environment, wanted, 0o640, group)
    write(places.wish, json.dumps({"shop": wish.shop, "proxy": wish.proxy, "tls": wish.tls}) + "\n", 0o644)
    return told


def _start(port: int, units_changed: bool, say: Say) -> None:
    if units_changed:
        machine.systemctl("daemon-reload")
        # A socket that is open keeps its former port.
        machine.systemctl("stop", "kanal.socket", "kanal.service")
    machine.systemctl("enable", "--now", "kanal.socket", "kanal-backup.timer")
    machine.systemctl("enable", "kanal.service")
    try:
        machine.restart_service()
    except DeployError as error:
        raise DeployError(f"{error} All it said: journalctl -u kanal -n 30") from None
    say("Waiting until it is well ...")
    trouble = health.wait_until_ready(port)
    if trouble:
        raise DeployError(f"Kanal started, but is not well: {trouble}. What it said: journalctl -u kanal -n 30")


def _summary(places: Places, wish: Wish, prepared: str) -> str:
    lines = ["", f"  Chat        {wish.public_url}", *prepared.rstrip().splitlines(), ""]
    lines += [f"  Settings    {places.environment}     Backups  {places.backups} (every night)     Commands  sudo kanal help", ""]
    if places.is_real and wish.proxy == "caddy" and wish.tls == "public" and not machine.resolves(wish.domain):
        lines.append(
            f"{wish.domain} is not known to the DNS yet. Make an A record with this machine's address; Caddy gets the certificate by itself soon after."
        )
    return "\n".join(lines)
