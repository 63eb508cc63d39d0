"""The web server in front: Caddy with a snippet that its Caddyfile imports, or only a ready snippet where nginx has the ports. Called by server.py."""

import os
import shutil

from deploy.errors import DeployError
from deploy.files import put_back, render, write
from deploy.machine import run, systemctl, who_listens
from deploy.places import Places
from deploy.wish import Wish

PORTS = (80, 443)
# Bounds whoever sends a request a byte at a time. It holds for all sites of a Caddy, so it stands in the Caddyfile and not in our snippet.
PATIENCE = "{\n\tservers {\n\t\ttimeouts {\n\t\t\tread_header 30s\n\t\t\tread_body 2m\n\t\t}\n\t}\n}\n"


def check_ports(wish: Wish, snippet: str, ports: tuple[int, ...] = PORTS) -> None:
    """Raises DeployError when another web server has the ports that Caddy needs."""
    for port in ports:
        name = who_listens(port)
        if wish.proxy == "caddy" and name and name != "caddy":
            raise DeployError(
                f"Port {port} is used by {name}, so Caddy cannot serve {wish.domain}. Nothing was changed. Either stop it, or keep it in front: "
                f"run the same command with PROXY=nginx, which only writes {snippet} for you to include."
            )


def set_up(places: Places, wish: Wish, start: bool) -> list[str]:
    """Writes what the chosen web server needs and says what happened. Raises DeployError."""
    places.config.mkdir(parents=True, exist_ok=True)
    write(places.nginx, render("nginx.conf", places, wish), 0o644)
    if wish.proxy != "caddy":
        told = f"Your own web server stays in front. For nginx everything it needs is in {places.nginx} (its first lines say how)."
        return [told] if wish.proxy == "nginx" else ["No web server was set up: yours must pass the chat on to 127.0.0.1:" + str(wish.port)]
    ours = not shutil.which("caddy")
    if ours:
        _install_caddy()
    places.caddyfile.parent.mkdir(parents=True, exist_ok=True)
    former = {path: path.read_text("utf-8") if path.exists() else None for path in (places.caddy_snippet, places.caddyfile)}
    try:
        happened = write(places.caddy_snippet, render("kanal.caddy", places, wish), 0o644)
        imported = _import(places, ours)
        _validate(places)
    except BaseException:
        # Left there, it would take the owner's other sites down at Caddy's next start.
        put_back({path: text for path, text in former.items() if text is None or path.read_text("utf-8") != text})
        raise
    if start:
        systemctl("enable", "--now", "caddy")
        systemctl("reload-or-restart", "caddy")
    told = f"Caddy: {places.caddy_snippet} is {'unchanged' if happened == 'same' else happened}{', and the Caddyfile imports it now' if imported else ''}."
    if happened == "renewed":
        told += (
            f" The former one lies beside it as {places.caddy_snippet.name}.old; lines of your own belong into kanal.local.caddy, which is never overwritten."
        )
    if "read_header" not in places.caddyfile.read_text("utf-8"):
        told += f" Your Caddyfile does not bound slow requests. To bound them for all your sites, write at its very top:\n{PATIENCE}"
    return [told]


def _validate(places: Places) -> None:
    """Raises DeployError with Caddy's reason; the lines of its log before that say nothing to an administrator."""
    try:
        run("caddy", "validate", "--adapter", "caddyfile", "--config", str(places.caddyfile), what="Caddy's check of its configuration")
    except DeployError as error:
        reason = str(error).rpartition("Error: ")[2].removeprefix("adapting config using caddyfile: ")
        hint = " Another site in it serves that name already: remove that one, or choose another DOMAIN." if "ambiguous site" in reason else ""
        raise DeployError(f"Caddy's check of its configuration failed: {reason}{hint} {places.caddyfile} was left as it was.") from None


def _import(places: Places, ours: bool) -> bool:
    """Adds one line to the Caddyfile; whatever else stands in it is somebody's and stays. `ours` came with the Caddy we installed: it is bound, too."""
    line = f"import {places.caddy_snippet}"
    former = places.caddyfile.read_text("utf-8") if places.caddyfile.exists() else ""
    if line in former.splitlines():
        return False
    top = PATIENCE + "\n" if ours else ""
    write(places.caddyfile, top + former + ("\n" if former and not former.endswith("\n") else "") + line + "\n", 0o644)
    return True


def _install_caddy() -> None:
    if not shutil.which("apt-get"):
        raise DeployError("Caddy is not installed and this system has no apt. Install Caddy, or run the same command with PROXY=nginx or PROXY=none.")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-q", env=environment, what="apt-get update")
    run("apt-get", "install", "-q", "-y", "--no-install-recommends", "caddy", env=environment, what="Installing Caddy")
