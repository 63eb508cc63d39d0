"""Which client is this? The only place that believes X-Forwarded-For, and only as many of its entries as proxies of our own stand in front.

Asked by realtime/ for each socket and by inbox/ for each sign-in; what comes out is what limits are counted by.
"""

import ipaddress
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"
_LONGEST = 60


def client_address(scope: dict[str, Any]) -> str:
    """Of an ASGI connection: see `believed_address`."""
    peer = (scope.get("client") or [UNKNOWN])[0]
    return believed_address(peer, [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"])


def request_address(request: HttpRequest) -> str:
    """Of a request of Django's: see `believed_address`."""
    return believed_address(request.META.get("REMOTE_ADDR") or UNKNOWN, [request.META.get("HTTP_X_FORWARDED_FOR", "")])


def believed_address(peer: str, forwarded: Iterable[str]) -> str:
    """The client's address, IPv6 by its /64: `peer` or, behind TRUSTED_PROXIES proxies of our own, the entry that the outermost of them wrote.

    Entries are counted from the right, since a client can write what it likes on the left. Where the header has too few, or the entry is no
    address, the peer counts: so nobody gets a counter of their own by inventing one.
    """
    if settings.TRUSTED_PROXIES:
        entries = [entry.strip() for value in forwarded for entry in value.split(",")]
        believed = _grouped(entries[-settings.TRUSTED_PROXIES]) if len(entries) >= settings.TRUSTED_PROXIES else ""
        if believed:
            return believed
    return _grouped(peer) or peer[:_LONGEST]


def _grouped(text: str) -> str:
    """Empty for what is no address. Some proxies write the port behind it."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text.partition(":")[0] if text.count(":") == 1 else text
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
