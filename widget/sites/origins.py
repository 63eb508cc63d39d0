"""What an owner types as "my website" made into the one form that is stored and compared: scheme, host and port, lower case.

Called by the admin and by `create_site`; the line compares a browser's Origin header with the stored text letter by letter. Pure functions.
"""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# Under these a business registers its name one label further left: tokosaya.co.id, not co.id.
_SECOND_LEVELS = frozenset(
    {"ac", "biz", "co", "com", "desa", "edu", "gen", "go", "gob", "gov", "ltd", "me", "mil", "my", "net", "ne", "or", "org", "plc", "ponpes", "sch", "web"}
)


def normalise_origin(text: str) -> str:
    """The origin meant by `text`: "tokosaya.com" -> "https://tokosaya.com". Raises ValidationError with a sentence for the owner.

    A browser sends the host of an international name in its xn-- form, so that is what is stored. Without a scheme https is taken,
    but http for this machine itself (localhost, 127.0.0.1), where nobody has a certificate.
    """
    typed = text.strip()
    _refuse_what_is_no_address(typed)
    explicit = re.match(r"([a-z][a-z0-9+.-]*)://", typed, re.IGNORECASE)
    scheme = explicit[1].lower() if explicit else ""
    if scheme and scheme not in _DEFAULT_PORTS:
        raise ValidationError(_("A website address starts with https:// or http://, not with %(scheme)s://."), code="scheme", params={"scheme": scheme})
    host, port = _host_and_port(typed if explicit else f"//{typed.lstrip('/')}", typed)
    scheme = scheme or ("http" if is_this_machine(host) else "https")
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" if port in (None, _DEFAULT_PORTS[scheme]) else f"{scheme}://{shown}:{port}"


def www_twin(origin: str) -> str | None:
    """The same website with or without "www.", or None where there is no such twin (addresses of machines, other subdomains)."""
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if host.startswith("www."):
        twin = host.removeprefix("www.")
    elif _is_registered_name(host):
        twin = f"www.{host}"
    else:
        return None
    return f"{parts.scheme}://{twin}" + (f":{parts.port}" if parts.port else "")


def is_this_machine(host: str) -> bool:
    """Whether the host name or address means the computer it is typed on."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_what_is_no_address(typed: str) -> None:
    if not typed:
        raise ValidationError(_("Type the address of your website, for example tokosaya.com."), code="empty")
    if typed.lower() == "null":
        raise ValidationError(_("“null” is not a website. Browsers send it for files and sandboxed frames, which cannot be told apart."), code="null")
    if "*" in typed:
        raise ValidationError(_("A * is not possible here. Add every address on its own, for example tokosaya.com and www.tokosaya.com."), code="wildcard")
    if "@" in typed.split("/", 3)[2 if "://" in typed else 0]:
        raise ValidationError(
            _("%(text)s looks like an e-mail address. Type the address of your website, for example tokosaya.com."), code="email", params={"text": typed}
        )
    if re.search(r"[\s\\,;]", typed):
        raise ValidationError(_("Type one address at a time, without spaces, for example tokosaya.com."), code="several")


def _host_and_port(address: str, typed: str) -> tuple[str, int | None]:
    sentence = _("%(text)s is not a website address. It looks like tokosaya.com or https://tokosaya.com.")
    invalid = ValidationError(sentence, code="invalid", params={"text": typed})
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").removesuffix("."), parts.port
        # The codec of the standard library refuses labels that are empty or too long and lower-cases what is not ASCII.
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError:
        raise invalid from None
    if port == 0 or not _is_host(host):
        raise invalid
    return host, port


def _is_host(host: str) -> bool:
    if ":" in host or re.fullmatch(r"[0-9.]+", host):
        try:
            return str(ip_address(host)) == host
        except ValueError:
            return False
    labels = host.split(".")
    if len(host) > 240 or not all(_LABEL.fullmatch(label) for label in labels):
        return False
    return (len(labels) > 1 and not labels[-1].isdigit()) or host == "localhost"


def _is_registered_name(host: str) -> bool:
    if ":" in host or host.replace(".", "").isdigit() or is_this_machine(host):
        return False
    labels = host.split(".")
    if len(labels) == 3:
        return len(labels[2]) == 2 and labels[1] in _SECOND_LEVELS
    return len(labels) == 2
