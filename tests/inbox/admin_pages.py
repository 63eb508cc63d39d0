"""The address of every page of the admin, from the URLconf and the rows there are. Used by tests that walk all pages, here or inside a server's own shell.

A new address with something that varies in it fails them until FILL says what stands there.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.urls import get_resolver

from tests.urlconf import every_pattern
from widget.conversations.models import Conversation
from widget.inbox.push.models import PushDevice
from widget.sites.models import Invitation

SEARCH = "?q=canary"
# No pages: what ends the session, sets the language, or is not there.
NO_PAGES = {"admin/logout/", "admin/language/", "admin/(?P<url>.*)$"}
Filled = Callable[[int], Iterable[tuple[Any, ...]]]


def _of(model: type[Model], field: str = "pk") -> Filled:
    return lambda most: model._default_manager.order_by("pk").values_list(field)[:most]


FILL: dict[str, Filled] = {
    "admin/inbox/<slug:talk>/": _of(Conversation, "public_id"),
    "admin/inbox/<slug:talk>/record/": _of(Conversation, "public_id"),
    "admin/inbox/<slug:talk>/link/": _of(Conversation, "public_id"),
    # The rows of answers: the first of each conversation.
    "admin/inbox/<slug:talk>/why/<int:seq>/": lambda most: [(talk, 2) for (talk,) in _of(Conversation, "public_id")(most)],
    "admin/devices/<int:pk>/test/": _of(PushDevice),
    "admin/devices/<int:pk>/remove/": _of(PushDevice),
    "admin/invitation/<slug:code>/": _of(Invitation, "code"),
    "admin/invitations/<int:pk>/withdraw/": _of(Invitation),
    "admin/setup/<slug:step>/": lambda most: [("look",)],
    "admin/insights/<slug:name>.csv": lambda most: [(name,) for name in ("answers", "waits", "costs", "sites", "questions")],
    "admin/r/<path:content_type_id>/<path:object_id>/": lambda most: [(ContentType.objects.get_for_model(Conversation).pk, 1)],
    "admin/^(?P<app_label>widget|auth)/$": lambda most: [("widget/",)],
}


def addresses(most: int = 2) -> list[str]:
    """All of them, whether they may be opened or not; of a kind of rows at most so many."""
    routes = [pattern.route for pattern in every_pattern(get_resolver()) if pattern.route.startswith("admin/") and pattern.route not in NO_PAGES]
    return list(dict.fromkeys(address for route in routes for address in _filled(route, most)))


def opened(client: Client, most: int = 2, kind: str = "text/html") -> list[str]:
    """Those that answer this person with something of the kind."""
    answers = ((address, client.get(address)) for address in addresses(most))
    return [address for address, answer in answers if answer.status_code == 200 and answer.get("Content-Type", "").startswith(kind)]


def _filled(route: str, most: int) -> Iterator[str]:
    if "<" not in route:
        yield from (f"/{route}{query}" for query in _queries(route))
        return
    fill = FILL.get(route) or _of_the_model(route)
    for values in fill(most):
        path = route
        for value in values:
            path = re.sub(r"<[^>]+>|\^\(\?P<.*\$", quote(str(value), safe="/"), path, count=1)
        yield f"/{path}"


def _of_the_model(route: str) -> Filled:
    pages = {f"admin/{model._meta.app_label}/{model._meta.model_name}/": model for model in admin.site._registry}
    model = next((model for beginning, model in pages.items() if route.startswith(beginning)), None)
    assert model is not None, f"say in FILL what stands in {route}"
    return _of(model)


def _queries(route: str) -> Iterable[str]:
    if route == "admin/autocomplete/":
        return (f"?{urlencode(asked)}" for asked in _completions())
    if route == "admin/":
        return ("", "?days=90")
    if route == "admin/try/":
        return ("", SEARCH)
    is_list = any(route == f"admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry)
    return ("", SEARCH) if is_list else ("",)


def _completions() -> Iterator[dict[str, str]]:
    """What a form could ask for: every relation from a page's rows to another page's."""
    for model in admin.site._registry:
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model in admin.site._registry:
                yield {"app_label": model._meta.app_label, "model_name": str(model._meta.model_name), "field_name": field.name, "term": ""}
