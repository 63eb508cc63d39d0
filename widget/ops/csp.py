"""Middleware that gives every page of ours a strict Content-Security-Policy and the small headers beside it.

Stands in MIDDLEWARE; the policy is the setting SECURE_CSP, named and shaped as in Django 6. A view with needs of its own sets the header itself.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "Content-Security-Policy"
# Files that no browser takes for a page; on them a policy would only be bytes.
_NO_PAGES = ("text/javascript", "text/css", "application/json", "text/plain")
Policy = Mapping[str, Sequence[str]]
GetResponse = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class SecurityHeadersMiddleware:
    """Works under both kinds of handlers, because tests and `runserver --noasgi` are not asynchronous."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = policy_text(settings.SECURE_CSP)
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        response = self.get_response(request)
        if isinstance(response, HttpResponseBase):
            return self._complete(response)
        return self._complete_later(response)

    async def _complete_later(self, response: Awaitable[HttpResponseBase]) -> HttpResponseBase:
        return self._complete(await response)

    def _complete(self, response: HttpResponseBase) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith(_NO_PAGES):
            response.headers.setdefault(HEADER, self.policy)
            response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


def policy_text(policy: Policy) -> str:
    """The header's value: {"default-src": ["'self'"]} -> "default-src 'self'"."""
    return "; ".join(" ".join((directive, *sources)) for directive, sources in policy.items())
