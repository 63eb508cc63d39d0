"""The two ways around for networks that refuse WebSockets: the visitor's and the operator's, each with what its socket has and a plain request lacks.

Put under their addresses by routing.py; served by events.py.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from widget.lib import database
from widget.realtime.board import board
from widget.realtime.consumer import chat
from widget.realtime.events import Asked, RequestError, Scope, Way
from widget.realtime.operator_socket import from_our_page, inbox, session_of
from widget.realtime.origin import admitted_origin, header_values
from widget.realtime.protocol import VERSION
from widget.sites.registry import site_by_key


# -- the visitor's ------------------------------------------------------------------------------------------------------
async def visitors_reader(scope: Scope) -> str:
    """The origin of an allowed website, as it named itself."""
    site = await site_by_key(scope["url_route"]["kwargs"]["key"])
    origin = admitted_origin(site, scope["headers"]) if site is not None else None
    return header_values(scope["headers"], b"origin")[0] if origin else ""


async def visitors_hello(scope: Scope, asked: Asked) -> dict[str, Any] | None:
    """Who sends frames apart from a stream has a token: without one each request would be another visitor."""
    return {**asked.hello, "type": "hello", "protocol": VERSION, "token": asked.token} if asked.token else None


def news_to_visitor(hello: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """A welcome that says what the visitor's page shows already can wait for what comes."""
    if told["type"] != "welcome":
        return True
    shown, running = hello.get("reply"), told.get("reply")
    same = running is None if not isinstance(shown, dict) else running is not None and running["id"] == shown.get("id") and not running["text"]
    return bool(told["messages"] or told["reset"] or told["handler"] != hello.get("handler")) or not same


# -- the operator's -----------------------------------------------------------------------------------------------------
async def operators_reader(scope: Scope) -> str:
    """Our own pages only, which send the CSRF token along; the session is the door's to check."""
    if scope["method"] == "POST":
        request = ASGIRequest({**scope, "query_string": b""}, BytesIO())
        csrf = CsrfViewMiddleware(_nothing)
        csrf.process_request(request)
        if not from_our_page(scope["headers"]) or csrf.process_view(request, _nothing, (), {}) is not None:
            raise RequestError(403, "Only from our own pages.")
    return ""


async def operators_hello(scope: Scope, asked: Asked) -> dict[str, Any] | None:
    """The CSRF token has shown what a ticket shows."""
    ticket = await database.write(board.issue, session_of(scope["headers"]))
    return {**asked.hello, "type": "hello", "protocol": VERSION, "ticket": ticket} if ticket else None


def operators_owner(scope: Scope) -> str:
    return session_of(scope["headers"])


def news_to_operator(hello: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    return True


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


visitors = Way(chat, visitors_reader, visitors_hello, news_to_visitor)
operators = Way(inbox, operators_reader, operators_hello, news_to_operator, operators_owner)
