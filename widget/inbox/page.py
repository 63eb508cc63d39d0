"""The live inbox's page: a shell that names its script and addresses; everything in it comes over the operator's line (static/inbox/).

Mounted by site.py. A conversation's address shows the same shell, so that it tells nobody whether that conversation exists.
"""

from functools import cache
from pathlib import Path

from django.contrib import admin
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from widget.inbox.on_demand import VIEW, find
from widget.inbox.talk_page import talk_url
from widget.sites.members import access_of

# What our scripts take from the widget's own.
_SHARED = ("backoff", "element", "limits", "link", "markdown", "reply", "uuid")


def inbox_view(request: HttpRequest, talk: str = "") -> HttpResponse:
    """`talk`: the public id of the conversation to open. The script reads it from the address."""
    if access_of(request.user).sites(VIEW) == frozenset():
        raise PermissionDenied
    home = reverse("admin:inbox")
    context = {
        **admin.site.each_context(request),
        "title": _("Inbox"),
        "home": home,
        # The line's own addresses, kept beside this page by realtime/ and inbox/line.py.
        "ticket": f"{home}ticket/",
        "events": f"{home}events",
        "frames": f"{home}frames",
        "modules": _modules(get_language()),
    }
    return TemplateResponse(request, "admin/inbox.html", context)


def record_view(request: HttpRequest, talk: str) -> HttpResponse:
    """From the live conversation to its record in the admin: history, deleting, what is asked seldom."""
    return HttpResponseRedirect(talk_url(find(request, talk, VIEW).pk))


def _modules(language: str | None) -> list[str]:
    """Addresses of every script of the page, fetched side by side instead of one after the other names it."""
    words = f"lang/{'id' if language == 'id' else 'en'}"
    names = [f"inbox/src/{name}.js" for name in (*_own(), words)]
    return [static(name) for name in (*names, *(f"widget/src/{name}.js" for name in _SHARED))]


@cache
def _own() -> tuple[str, ...]:
    page = finders.find("inbox/src/page.js")
    return tuple(sorted(path.stem for path in Path(page).parent.glob("*.js"))) if isinstance(page, str) else ()
