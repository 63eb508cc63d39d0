"""`/healthz`, `/readyz` and `/metrics`, answered before Django is asked: a probe comes with any Host header, and must cost nothing and need no database.

Put in front of the HTTP application by chatsite/asgi.py; asks lib/readiness.py and lib/metrics.py. Strangers learn one word; details are for
this machine itself and for whoever brings the METRICS_TOKEN.
"""

import hmac
import ipaddress
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import markcoroutinefunction
from django.conf import settings

from widget.lib import lifecycle, metrics, readiness
from widget.lib.readiness import Finding

Scope = dict[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]
# Whatever a proxy adds. The request then comes from somebody else, although the connection comes from this machine.
_PROXY_HEADERS = frozenset({b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip"})
_NO_ENTRY = "Only from this machine itself, or with the METRICS_TOKEN.\n"
# Set by the server's guard on requests whose proxy headers it took away, because no proxy is trusted.
PROXIED_HEADER = b"x-kanal-proxied"

unready = metrics.gauge(
    "kanal_unready",
    "1 for each readiness check that finds a trouble. Essential ones make /readyz answer 503.",
    lambda: {(finding.name, str(finding.essential).lower()): float(bool(finding.trouble)) for finding in readiness.latest()},
    ["check", "essential"],
)


def with_health(application: Application) -> Application:
    """Answers the three addresses, also when nothing could be started; everything else goes on to `application`."""

    # Not a coroutine of its own: one less frame in memory for every visitor who has a page open.
    def answered(scope: Scope, receive: Any, send: Any) -> Awaitable[None]:
        page = _PAGES.get(scope["path"]) if scope["type"] == "http" else None
        return application(scope, receive, send) if page is None else _answer(page, scope, send)

    return markcoroutinefunction(answered)


async def _healthz(scope: Scope) -> tuple[int, str, str]:
    """The loop turns, else nobody could say so."""
    return 200, "text/plain", "ok\n"


async def _readyz(scope: Scope) -> tuple[int, str, str]:
    found = await readiness.findings()
    draining = lifecycle.is_draining()
    ready = not draining and not any(finding.trouble and finding.essential for finding in found)
    status = "draining" if draining else "unready" if not ready else "degraded" if any(finding.trouble for finding in found) else "ok"
    inside = is_inside(scope)
    said: dict[str, Any] = {"status": status if inside else "ok" if ready else "unready"}
    if inside:
        said["checks"] = {finding.name: _told(finding) for finding in found}
    return 200 if ready else 503, "application/json", json.dumps(said) + "\n"


async def _metrics(scope: Scope) -> tuple[int, str, str]:
    if not is_inside(scope):
        return 403, "text/plain", _NO_ENTRY
    # Some series show what the checks found.
    await readiness.findings()
    return 200, metrics.CONTENT_TYPE, metrics.render()


Page = Callable[[Scope], Awaitable[tuple[int, str, str]]]
_PAGES: dict[str, Page] = {"/healthz": _healthz, "/readyz": _readyz, "/metrics": _metrics}


async def _answer(page: Page, scope: Scope, send: Any) -> None:
    allowed = scope["method"] in ("GET", "HEAD")
    status, kind, text = await page(scope) if allowed else (405, "text/plain", "Only GET.\n")
    body = text.encode()
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def is_inside(scope: Scope) -> bool:
    """Whether this request may see details: it has the token, or comes from this machine and through no proxy."""
    headers = scope["headers"]
    token = settings.METRICS_TOKEN.encode()
    given = [value for name, value in headers if name == b"authorization"]
    if token and len(given) == 1 and hmac.compare_digest(given[0], b"Bearer " + token):
        return True
    if any(name in _PROXY_HEADERS or name == PROXIED_HEADER for name, _ in headers):
        return False
    # The name too: a browser on this machine may have been told that some website lies at 127.0.0.1.
    hosts = [urlsplit("//" + value.decode("latin-1")).hostname or "" for name, value in headers if name == b"host"]
    # A Unix socket has no address: a proxy stands behind it.
    return all(_is_loopback(name) for name in [(scope.get("client") or [""])[0], *hosts])


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _told(finding: Finding) -> dict[str, Any]:
    return {"ok": not finding.trouble, "essential": finding.essential, **({"trouble": finding.trouble} if finding.trouble else {})}
