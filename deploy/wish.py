"""What the administrator asked for on the command line, cleaned: the domain of the chat, the website it stands on, the web server in front. Pure functions."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from deploy.errors import DeployError

PROXIES = ("caddy", "nginx", "none")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


@dataclass(frozen=True)
class Wish:
    """`shop` is an origin (https://toko.id) or empty; `tls` is "public" for a certificate browsers trust, "internal" for one of Caddy's own authority."""

    domain: str
    shop: str
    port: int = 8000
    proxy: str = "caddy"
    tls: str = "public"
    https_port: int = 443

    @property
    def public_url(self) -> str:
        return f"https://{self.domain}" + (f":{self.https_port}" if self.https_port != 443 else "")


def clean_domain(text: str) -> str:
    """The host name in the form browsers send. Raises DeployError with the sentence."""
    typed = text.strip().rstrip(".").lower()
    if not typed:
        raise DeployError("Which domain shall the chat have? For example: make server DOMAIN=chat.toko.id SHOP=https://toko.id")
    if "://" in typed or "/" in typed:
        host = urlsplit(typed if "://" in typed else f"//{typed}").hostname or ""
        raise DeployError(f"DOMAIN is the bare name, without https:// and without a path. Did you mean DOMAIN={host or 'chat.toko.id'}?")
    if _is_address(typed.strip("[]")):
        raise DeployError(f"DOMAIN={typed} is an address; browsers only trust a name. Point a name such as chat.toko.id to it (an A record) and use that.")
    if ":" in typed:
        raise DeployError(f"DOMAIN comes without a port: the chat is served on 443. Did you mean DOMAIN={typed.partition(':')[0]}?")
    if "_" in typed:
        raise DeployError(f"DOMAIN={typed} has an underscore, which certificates do not allow. Choose a name with letters, digits and hyphens.")
    try:
        name = typed.encode("idna").decode() if not typed.isascii() else typed
    except UnicodeError:
        name = ""
    labels = name.split(".")
    if len(name) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise DeployError(f"DOMAIN={typed} is no domain name. It looks like chat.toko.id.")
    return name


def clean_shop(text: str) -> str:
    """The origin of the website the chat will stand on; without a scheme https is meant. Raises DeployError."""
    typed = text.strip()
    if not typed:
        return ""
    parts = urlsplit(typed if "://" in typed else f"https://{typed}")
    try:
        port = parts.port
    except ValueError:
        port = 0
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or port == 0 or not (host == "localhost" or _is_address(host) or "." in host) or "_" in host or " " in typed:
        raise DeployError(f"SHOP={typed} is no website address. It looks like https://toko.id (the website the chat will stand on).")
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def clean_choice(name: str, choices: tuple[str, ...], text: str) -> str:
    if text not in choices:
        raise DeployError(f"{name} is one of {', '.join(choices)}, not {text!r}.")
    return text


def clean_port(name: str, text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise DeployError(f"{name} is a number from 1 to 65535, not {text!r}.")
    return int(text)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
