"""Middleware that answers 400 to what no database can store or look up: a NUL character in the address, in a parameter or in a cookie.

Stands in MIDDLEWARE. PostgreSQL refuses such a text with an error, and a quoted cookie may hold one, so every lookup by what a client sent would
otherwise need a check of its own. What is posted is checked by the forms.
"""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class NulGuardMiddleware:
    """Works under both kinds of handlers."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if "\x00" in request.path or _holds_nul(request):
            raise BadRequest("A NUL character")
        return self.get_response(request)


def _holds_nul(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    if "%00" in query or "\x00" in query:
        return True
    return "\\" in request.META.get("HTTP_COOKIE", "") and any("\x00" in value for value in request.COOKIES.values())
