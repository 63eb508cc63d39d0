"""Typed readers for the environment, the only place that touches `os.environ`.

Called by chatsite/settings.py. A value that cannot be understood stops the start with one sentence.
Every secret NAME may be given as NAME_FILE, the path of a file that holds it.
"""

import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on", "ya"}
_FALSE = {"0", "false", "no", "off", "tidak", ""}
_DATABASE_FORM = "postgres://user:password@host:5432/name?sslmode=require"
_DATABASE_OPTIONS = {"host", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name", "target_session_attrs"}
_SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def number(name: str, default: int, minimum: int = 0) -> int:
    raw = text(name, str(default))
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}.") from None
    if value < minimum:
        raise ImproperlyConfigured(f"{name} must be at least {minimum}, not {value}.")
    return value


def decimal(name: str, default: float, minimum: float = 0.0) -> float:
    raw = text(name, str(default))
    try:
        value = float(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {raw!r}.") from None
    if not minimum <= value < float("inf"):
        raise ImproperlyConfigured(f"{name} must be a number of at least {minimum}, not {raw!r}.")
    return value


def flag(name: str, default: bool = False) -> bool:
    raw = text(name, "1" if default else "0").lower()
    if raw in _TRUE:
        return True
    if raw in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {raw!r}.")


def choice(name: str, *options: str) -> str:
    """One of a few words, the first by default."""
    value = text(name, options[0]).lower()
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, blanks dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """The folder NAME names, made if need be and sure to be writable."""
    path = Path(text(name, str(default)) or default).expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name} {path} cannot be made: {error.strerror}. Set {name} to a folder this user may write to.") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"{name} {path} cannot be written to. Set {name} to a folder this user may write to.")
    return path


def origin(name: str) -> str:
    """An address without a path, such as https://chat.tokosaya.com, or an empty string."""
    raw = text(name).rstrip("/")
    parts = urlsplit(raw)
    if raw and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.fragment):
        raise ImproperlyConfigured(f"{name} must be an address such as https://chat.tokosaya.com, without a path, not {raw!r}.")
    return raw


def database(name: str, options: Mapping[str, object]) -> dict[str, Any] | None:
    """NAME, the address of a PostgreSQL database, as Django's settings want it; None where NAME is empty.

    `options`: libpq's, where the address does not say otherwise. The sentences never repeat the address, since a password stands in it.
    """
    parts = _address(name, secret(name), _DATABASE_FORM)
    if parts is None:
        return None
    if parts.scheme.startswith("sqlite"):
        raise ImproperlyConfigured(f"{name} is for PostgreSQL. Leave it empty to use SQLite; the file is kept in DATA_DIR.")
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(f"{name} must be the address of a PostgreSQL database, such as {_DATABASE_FORM}, not {parts.scheme}://...")
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := given.keys() - _DATABASE_OPTIONS:
        raise ImproperlyConfigured(f"{name} has the option {min(unknown)!r}, which Kanal does not know. Known are: {', '.join(sorted(_DATABASE_OPTIONS))}.")
    if given.get("sslmode", "prefer") not in _SSL_MODES:
        raise ImproperlyConfigured(f"sslmode in {name} must be one of {', '.join(sorted(_SSL_MODES))}, not {given['sslmode']!r}.")
    if find_spec("psycopg") is None:
        raise ImproperlyConfigured(f"{name} needs the package psycopg, which is not installed. Install it with: requirements/install.sh server")
    if not parts.path.removeprefix("/") or "/" in parts.path[1:]:
        raise ImproperlyConfigured(f"{name} must end in the name of a database, such as {_DATABASE_FORM}.")
    # A folder as host is that of a socket, and cannot stand before the path.
    host = given.pop("host", "") or parts.hostname
    place = {"NAME": parts.path[1:], "USER": parts.username, "PASSWORD": parts.password, "HOST": host, "PORT": parts.port}
    found = {key: unquote(str(value or "")) for key, value in place.items()}
    return {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 0, "OPTIONS": {**options, **given}, **found}


def redis(name: str) -> str:
    """NAME, the address of a Redis server, or an empty string."""
    raw = secret(name)
    form = "redis://host:6379/0 or rediss://:password@host:6379/0"
    parts = _address(name, raw, form)
    if parts is not None and (parts.scheme not in ("redis", "rediss") or not parts.hostname or not (parts.path.strip("/") or "0").isdigit()):
        raise ImproperlyConfigured(f"{name} must be the address of a Redis server, such as {form}.")
    return raw


def _address(name: str, raw: str, form: str) -> SplitResult | None:
    if not raw:
        return None
    try:
        parts = urlsplit(raw)
        # Asked for here, since they are looked at only when they are asked for.
        understood = bool(parts.scheme) and "://" in raw and parts.port != 0 and not parts.fragment
    except ValueError:
        understood = False
    if not understood:
        raise ImproperlyConfigured(f"{name} cannot be understood. It must look like {form}; signs in a password are written as %XX.")
    return parts


def inherited_sockets() -> int:
    """How many open sockets a service manager passed to this very process (sd_listen_fds: LISTEN_FDS, meant for LISTEN_PID only)."""
    return number("LISTEN_FDS", 0) if text("LISTEN_PID") == str(os.getpid()) else 0


def host_of(address: str) -> list[str]:
    """The host name in an address, as a list of one or none."""
    return [urlsplit(address).hostname or ""] if address else []


def own_names(host: str) -> list[str]:
    """The names this machine is reached by when it listens on `host`: its own, and all of its addresses for 0.0.0.0."""
    here = _addresses_of_this_machine() if host in ("0.0.0.0", "::", "") else [f"[{host}]" if ":" in host else host]
    return list(dict.fromkeys(["localhost", "127.0.0.1", "[::1]", *here]))


def _addresses_of_this_machine() -> list[str]:
    names = [socket.gethostname()]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        # Sends nothing; the kernel only picks the network it would take. The address is one reserved for documentation.
        probe.connect(("192.0.2.1", 9))
        names.append(probe.getsockname()[0])
    return names


def secret(name: str) -> str:
    """NAME, or the content of the file NAME_FILE names, or an empty string."""
    path = text(f"{name}_FILE")
    if not path:
        return text(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: it is no text.") from None


def keys(value: str, name: str) -> list[str]:
    """Several keys separated by whitespace, the one of now first."""
    found = value.split()
    if not found:
        raise ImproperlyConfigured(
            f"{name} is empty. Put the key back from a backup, or remove its empty file: a new one is made, and whoever is signed in signs in again."
        )
    return found


def kept_secret(name: str, path: Path) -> str:
    """`secret(name)`; without one, a random value kept at `path` (mode 600), made once."""
    given = secret(name)
    if given:
        return given
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return _make_once(path)
    except OSError as error:
        raise ImproperlyConfigured(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise ImproperlyConfigured(f"{path} cannot be read: it is no text. Put the key back from a backup.") from None


def is_unkept(name: str, path: Path) -> bool:
    """Whether `kept_secret` will have to make a new value."""
    return not secret(name) and not path.exists()


def _make_once(path: Path) -> str:
    """Written aside and linked into place, so two processes that start at once agree on one value."""
    aside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{path} cannot be written: {error.strerror}. Set DATA_DIR to a folder this user may write to.") from error
