"""Writes the files of an installation from deploy/templates: aside and renamed, the former version kept beside, other people's files never overwritten.

Called by server.py and update.py. Everything here is told where to write by places.py.
"""

import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from string import Template

from deploy.places import USER, Places
from deploy.wish import Wish

TEMPLATES = Path(__file__).resolve().parent / "templates"
UNITS = ("kanal.service", "kanal.socket", "kanal-backup.service", "kanal-backup.timer")


def render(name: str, places: Places, wish: Wish) -> str:
    """A template with the places and the wish filled in. `$$` stands for a dollar sign."""
    values = {
        "user": USER,
        "root": places.root,
        "current": places.current,
        "state": places.state,
        "backups": places.backups,
        "environment": places.environment,
        "passphrase": places.passphrase,
        "domain": wish.domain,
        "address": wish.public_url,
        "port": wish.port,
        "tls": "\n\ttls internal" if wish.tls == "internal" else "",
        "own_lines": places.caddy_snippet.with_name("kanal.local*.caddy"),
        "site": wish.domain + (f":{wish.https_port}" if wish.https_port != 443 else ""),
    }
    return Template((TEMPLATES / name).read_text("utf-8")).substitute(values)


def write(path: Path, text: str, mode: int, group: str = "") -> str:
    """Puts the text there and returns what happened: "new", "same" or "renewed" (then the former text is kept as NAME.old). `group` may read it."""
    former = path.read_text("utf-8") if path.exists() else None
    if former == text:
        return "same"
    if former is not None:
        _put(path.with_name(path.name + ".old"), former, mode, group)
    _put(path, text, mode, group)
    return "new" if former is None else "renewed"


def _put(path: Path, text: str, mode: int, group: str) -> None:
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if group:
            shutil.chown(aside, "root", group)
        aside.chmod(mode)
        aside.rename(path)
    finally:
        aside.unlink(missing_ok=True)


def write_units(places: Places, wish: Wish) -> dict[Path, str | None]:
    """Writes the systemd units, all or none; returns the former text of those that changed (None: there was none), for `put_back`."""
    changed: dict[Path, str | None] = {}
    places.units.mkdir(parents=True, exist_ok=True)
    try:
        for name in UNITS:
            path = places.units / name
            former = path.read_text("utf-8") if path.exists() else None
            if write(path, render(name, places, wish), 0o644) != "same":
                changed[path] = former
    except BaseException:
        put_back(changed)
        raise
    return changed


def put_back(changed: dict[Path, str | None]) -> None:
    for path, former in changed.items():
        beside = path.with_name(path.name + ".old")
        if former is None:
            path.unlink(missing_ok=True)
        elif beside.exists() and beside.read_text("utf-8") == former:
            # Needs no room on a disk that is full.
            beside.rename(path)
        else:
            _put(path, former, 0o644, "")


def read_environment(path: Path) -> dict[str, str]:
    """NAME=value lines as systemd reads them, quotes taken off."""
    found = {}
    for line in path.read_text("utf-8").splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith(("#", ";")):
            value = value.strip()
            found[name.strip()] = value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
    return found


def merge_environment(former: str, wanted: str, settings_before: Mapping[str, str]) -> tuple[str, list[str]]:
    """The former file with what is missing added, and with another domain's addresses and another port replaced. Returns it and what to tell."""
    ours, theirs = _lines(wanted), _lines(former)
    told, lines = [], former.splitlines()
    public_url_before = settings_before.get("PUBLIC_URL", "")
    domain_before = public_url_before.partition("//")[2]
    for name, line in ours.items():
        value = line.partition("=")[2]
        if name not in theirs:
            lines.append(line)
            told.append(f"added {name}")
        elif (before := theirs[name].partition("=")[2]) != value:
            if name == "PORT" or (domain_before and before in (public_url_before, domain_before, domain_before.partition(":")[0])):
                lines[lines.index(theirs[name])] = line
                told.append(f"{name} is {value} now (was {before})")
            else:
                told.append(f"kept your {name}")
    return "\n".join(lines) + "\n", told


def _lines(text: str) -> dict[str, str]:
    return {line.partition("=")[0].strip(): line for line in text.splitlines() if "=" in line and not line.startswith("#")}
