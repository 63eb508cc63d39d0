"""The sign-in of the admin: Django's form behind a count of wrong passwords (sign_in_throttle.py), and a mark for browsers that signed in before.

The form and the mark are used by site.py. The mark is a signed cookie; it lets nobody in, it only has wrong passwords counted apart.
"""

import secrets
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import ngettext

from widget.inbox import audit, sign_in_throttle
from widget.lib import metrics
from widget.lib.client_address import request_address

sign_ins = metrics.counter("kanal_sign_ins_total", "Passwords given at the admin's door", ("outcome",))
KNOWN_SECONDS = 180 * 86_400
_SALT = "kanal.known-browser"


class SignInForm(AdminAuthenticationForm):
    """Says how long to wait instead of looking at the password when too many were wrong."""

    wait_minutes = 0

    def clean(self) -> dict[str, Any]:
        account, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not account or not password or self.request is None:
            return super().clean()
        try:
            attempt = sign_in_throttle.begin(account, request_address(self.request), known_browser(self.request, account))
        except sign_in_throttle.TooManyGuessesError as error:
            self.wait_minutes = error.minutes
            sign_ins.inc("refused")
            raise ValidationError(too_many(error.minutes), code="too_many") from None
        sign_ins.inc("tried")
        try:
            cleaned = super().clean()
        except ValidationError:
            audit.sign_in_failed(account, request_address(self.request))
            raise
        attempt.succeeded()
        return cleaned


def welcome(request: HttpRequest, response: HttpResponseBase) -> None:
    """What follows every sign-in, however many steps it had."""
    remember_browser(request, response, request.user.get_username())
    if isinstance(request.user, User):
        audit.signed_in(request.user, request_address(request))


def known_browser(request: HttpRequest, account: str) -> str:
    """The number of the browser this account signed in from before, or an empty string."""
    mark = request.get_signed_cookie(settings.KNOWN_BROWSER_COOKIE_NAME, "", salt=_SALT, max_age=KNOWN_SECONDS) or ""
    whose, _dot, number = mark.partition(".")
    return number if secrets.compare_digest(whose.encode(), _whose(account).encode()) else ""


def remember_browser(request: HttpRequest, response: HttpResponseBase, account: str) -> None:
    """Marks the browser that just signed in. A number of its own, so that a copied mark is counted apart from all others."""
    number = known_browser(request, account) or secrets.token_hex(16)
    response.set_signed_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        f"{_whose(account)}.{number}",
        salt=_SALT,
        max_age=KNOWN_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _whose(account: str) -> str:
    return sha256(account.casefold().encode()).hexdigest()[:32]


def too_many(minutes: int) -> str:
    return ngettext(
        "Too many wrong passwords. For safety, please wait %(minutes)d minute and try again.",
        "Too many wrong passwords. For safety, please wait %(minutes)d minutes and try again.",
        minutes,
    ) % {"minutes": minutes}
