"""The pages of the second step: asking for the code at sign-in, and turning it on and off. Reached through inbox/site.py.

Between the password and the code nobody is signed in: the session only remembers who gave a right password, so it opens nothing.
"""

import time
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from widget.inbox import audit, qr_code, second_factor, sign_in_throttle, totp
from widget.inbox.sign_in import known_browser, too_many, welcome
from widget.lib.client_address import request_address

PENDING = "kanal.second_step"
PENDING_SECONDS = 300


class TwoStepLogin(LoginView):
    """Django's sign-in, which ends with the password only for those without a second step."""

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        if not second_factor.is_on(user):
            return super().form_valid(form)
        self.request.session.cycle_key()
        facts = {"user": user.pk, "hash": user.get_session_auth_hash(), "until": time.time() + PENDING_SECONDS, "next": self.get_success_url()}
        self.request.session[PENDING] = facts
        return HttpResponseRedirect(reverse("admin:second_step_sign_in"))


@never_cache
@sensitive_post_parameters("code")
def sign_in_view(request: HttpRequest) -> HttpResponseBase:
    """Asks who gave the right password for the code."""
    user = _expected(request)
    if user is None:
        return HttpResponseRedirect(reverse("admin:login"))
    error, status = "", 200
    if request.method == "POST":
        error, status = _wrong(request, user)
        if not error:
            target = request.session.pop(PENDING)["next"]
            login(request, user)
            safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
            response = HttpResponseRedirect(target if safe else reverse("admin:index"))
            welcome(request, response)
            return response
    context = {**admin.site.each_context(request), "title": _("Second step"), "error": error, "form": Form()}
    return TemplateResponse(request, "admin/second_step_sign_in.html", context, status=status)


def _expected(request: HttpRequest) -> User | None:
    facts = request.session.get(PENDING) or {}
    if facts.get("until", 0) < time.time():
        return None
    user = User.objects.filter(pk=facts["user"], is_active=True, is_staff=True).first()
    return user if user and constant_time_compare(facts["hash"], user.get_session_auth_hash()) else None


def _wrong(request: HttpRequest, user: User) -> tuple[str, int]:
    """The sentence and status of a refusal; empty when the code was right. Counted like passwords, apart from them."""
    try:
        account = f"second step of {user.pk}"
        attempt = sign_in_throttle.begin(account, request_address(request), known_browser(request, account))
    except sign_in_throttle.TooManyGuessesError as refused:
        return too_many(refused.minutes), 429
    if second_factor.check(user, request.POST.get("code", "")):
        attempt.succeeded()
        return "", 200
    audit.sign_in_failed(user.get_username(), request_address(request))
    return _("This code is not right. Take the newest one of the app, or one of your recovery codes that you have not used yet."), 200


@never_cache
@sensitive_post_parameters("code")
def settings_view(request: HttpRequest) -> HttpResponse:
    """Turns one's own second step on and off."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    codes = _obey(request, user) if request.method == "POST" else []
    secret, on = second_factor.pending(user), second_factor.is_on(user)
    link = totp.link(secret, user.get_username(), f"Kanal {request.get_host()}") if secret else ""
    context = {
        **admin.site.each_context(request),
        "title": _("Second step at sign-in"),
        "purpose": _("A code from an app on your phone, asked for after the password. Whoever learns your password still cannot sign in."),
        "on": on,
        "secret": secret,
        "spaced": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "link": link,
        "qr": qr_code.draw(link) if link else None,
        "codes": codes,
        "left": second_factor.codes_left(user) if on else 0,
    }
    return TemplateResponse(request, "admin/second_step.html", context)


def _obey(request: HttpRequest, user: User) -> list[str]:
    """Returns recovery codes to be shown this once."""
    action, code = request.POST.get("action", ""), request.POST.get("code", "")
    if action == "begin":
        second_factor.begin(user)
        return []
    if action == "confirm":
        codes = second_factor.confirm(user, code)
        if codes:
            audit.second_factor(user, user, _("turned on"))
            messages.success(request, _("The second step is on. Keep the recovery codes where you find them without your phone."))
        else:
            messages.error(request, _("This code is not right. Is the clock of your phone right? Take the newest code and try again."))
        return codes
    if action in ("off", "codes"):
        return _with_code(request, user, action)
    return []


def _with_code(request: HttpRequest, user: User, action: str) -> list[str]:
    error, _status = _wrong(request, user)
    if error:
        messages.error(request, error)
        return []
    if action == "codes":
        audit.second_factor(user, user, _("new recovery codes"))
        return second_factor.new_codes(user)
    second_factor.turn_off(user)
    audit.second_factor(user, user, _("turned off"))
    messages.success(request, _("The second step is off. From now on the password is enough."))
    return []
