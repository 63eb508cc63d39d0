"""One line in the log for each HTTP request, and the request's id on its way in and out. Put around the HTTP application by chatsite/asgi.py.

The line names the route, never the path or the query: those may hold what somebody typed. Of the address only the network is kept.
"""

import ipaddress
import logging
import time
from typing import Any

from asgiref.sync import markcoroutinefunction
from django.conf import settings
from django.urls import Resolver404, resolve

from widget.lib.client_address import client_address
from widget.lib.logs import new_request_id, request_id

log = logging.getLogger(__name__)
HEADER = b"x-request-id"
_NETWORK_BITS = {4: 24, 6: 48}


def with_access_log(application: Any) -> Any:
    async def logged(scope: dict[str, Any], receive: Any, send: Any) -> None:
        here = new_request_id(_asked_id(scope))
        request_id.set(here)
        began, status, size = time.monotonic(), 0, 0

        async def noted(message: dict[str, Any]) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (HEADER, here.encode())]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await application(scope, receive, noted)
        finally:
            _write(scope, status, size, time.monotonic() - began)

    return markcoroutinefunction(logged)


def _asked_id(scope: dict[str, Any]) -> str:
    """Only a proxy of ours may name a request."""
    found = [value for name, value in scope["headers"] if name == HEADER] if settings.TRUSTED_PROXIES else []
    return found[0].decode("latin-1") if len(found) == 1 else ""


def _write(scope: dict[str, Any], status: int, size: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST", "OPTIONS") else "OTHER"
    fields = {"method": method, "route": _named(scope), "status": status, "ms": round(seconds * 1000), "bytes": size, "network": network_of(scope)}
    log.info("%(method)s %(route)s %(status)s, %(ms)s ms, %(bytes)s bytes, %(network)s", fields, extra={"fields": fields})


def _named(scope: dict[str, Any]) -> str:
    """What was answered before Django (routing.py) has said its own name."""
    return f"/{scope['route']}" if "route" in scope else route_of(scope["path"])


def route_of(path: str) -> str:
    """The pattern the path belongs to, as the addresses of the project name it."""
    if path.startswith(settings.STATIC_URL):
        return settings.STATIC_URL + "..."
    try:
        found = resolve(path)
        # An expression is no name to read.
        return f"/<{found.url_name or 'other'}>" if "(?P<" in found.route else f"/{found.route}"
    except Resolver404:
        return "unknown"


def network_of(scope: dict[str, Any]) -> str:
    """The first 24 bits of an IPv4 address, 48 of an IPv6 one: a neighbourhood, nobody's own."""
    address = client_address(scope).partition("/")[0]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((parsed, _NETWORK_BITS[parsed.version]), strict=False))
