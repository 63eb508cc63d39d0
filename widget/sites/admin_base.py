"""What every page of the admin has in common: one sentence on top that says what it is for, help where a list is empty, and only rows of one's own sites.

Every subject's admin.py derives its pages from KanalAdmin (or puts PurposeMixin before a base class of Django's); templates/admin/ shows what is set here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from widget.sites.scope import SiteScope, scoped_filter

# A sentence, translated now or when it is shown.
Sentence = str | Promise
LONGEST_SEARCH = 200
SEARCH_WORDS = 12
# Who else hears of what Django's log of changes is told: (user, "added" | "changed" | "deleted", rows, change message). Filled by wiring.py.
listeners: list[Callable[[Any, str, list[models.Model], str], None]] = []


@dataclass(frozen=True)
class SetupStep:
    """One line of the first page's checklist. `hint` says how, `url` is where; an `optional` step may stay open for ever.

    `name` is its place in the order (inbox/checklist.py). `decision`: a button by which the owner says that it is settled without being done.
    """

    title: Sentence
    done: bool
    hint: Sentence = ""
    url: str = ""
    optional: bool = False
    name: str = ""
    decision: Sentence = ""


def short_search(text: str) -> str:
    """What is looked for of a long search: its beginning."""
    return " ".join(text[:LONGEST_SEARCH].split(" ")[:SEARCH_WORDS])


class PurposeMixin(SiteScope):
    """Adds to a ModelAdmin what an owner needs to find their way.

    title: what the page is called in the menu and over its list; empty: the model's plural.
    purpose: one sentence on top of the list and of each form. form_purpose: another one for the form, where it needs its own.
    site_path: the way from a row to its site (scope.py).
    empty_hint: said in a list without rows: what belongs here and how to add the first.
    setup_steps: lines of the first page's checklist that this subject is asked for; keep it to one cheap query.
    """

    title: Sentence = ""
    purpose: Sentence = ""
    form_purpose: Sentence = ""
    empty_hint: Sentence = ""
    show_facets = admin.ShowFacets.NEVER
    # Django 5.2 warns of every URL field that does not say so.
    formfield_overrides: Mapping[type[models.Field], Mapping[str, Any]] = {models.URLField: {"assume_scheme": "https"}}

    @property
    def label(self) -> str:
        """The model's name as the menu knows it: app.model."""
        return str(self.opts.label_lower)

    def setup_steps(self, request: HttpRequest) -> Sequence[SetupStep]:
        return ()

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        context = {"title": self._list_title(), "purpose": self.purpose, "empty_hint": self.empty_hint, **(extra_context or {})}
        try:
            return super().changelist_view(request, context)  # type: ignore[misc]
        except OverflowError:
            # A number in the address that no database can hold: said as Django says it of other words it cannot look for.
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        context = {"purpose": self.form_purpose or self.purpose, "list_title": self._list_title(), **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)  # type: ignore[misc]

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        context = {"purpose": _("Look at what goes before you delete it. There is no way back."), **(extra_context or {})}
        return super().delete_view(request, object_id, context)  # type: ignore[misc]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """A search of a thousand words is no search, and more than a database takes."""
        return super().get_search_results(request, queryset, short_search(search_term))  # type: ignore[misc]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [scoped_filter(self.opts.model, entry) for entry in super().get_list_filter(request)]  # type: ignore[misc]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """A list is narrowed by what its filters offer, nothing else: else counting its rows would spell out columns that are not shown."""
        filters = [one[0] if isinstance(one, tuple | list) else getattr(one, "parameter_name", one) for one in self.get_list_filter(request)]
        return lookup.partition("__")[0] in filters and bool(super().lookup_allowed(lookup, value, request))  # type: ignore[misc]

    # -- who may, asked of the row where there is one -------------------------------------------------------------

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_view_permission(request)  # type: ignore[misc]
        return bool(allowed) and (obj is None or self.may(request, "view", obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request)  # type: ignore[misc]
        return bool(allowed) and (obj is None or self.may(request, "change", obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request)  # type: ignore[misc]
        return bool(allowed) and (obj is None or self.may(request, "delete", obj))

    def response_action(self, request: HttpRequest, queryset: Any, *args: Any) -> Any:
        """Actions change rows: those of sites where one only reads are left out."""
        return super().response_action(request, self.own_rows(request, queryset, "change"), *args)  # type: ignore[misc]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The last gate before a row is written, whichever page it comes by."""
        if not self.may(request, "change" if change else "add", obj):
            raise PermissionDenied
        super().save_model(request, obj, form, change)  # type: ignore[misc]

    def get_deleted_objects(self, objs: Iterable[models.Model], request: HttpRequest) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """Counts what goes with the rows instead of naming each of it: a site has thousands of messages."""
        rows = list(objs)
        _names, counts, lacking, protected = super().get_deleted_objects(rows, request)  # type: ignore[misc]
        return [str(row) for row in rows], counts, lacking, protected

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        # Django looks first and asks then, and so tells anybody which ids exist.
        if not self.has_view_or_change_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        return super().history_view(request, object_id, {"purpose": self.purpose, **(extra_context or {})})  # type: ignore[misc]

    # -- the log of changes ---------------------------------------------------------------------------------------

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        entry = super().log_addition(request, obj, message)  # type: ignore[misc]
        _tell(request, "added", [obj], entry.change_message)
        return entry

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        entry = super().log_change(request, obj, message)  # type: ignore[misc]
        _tell(request, "changed", [obj], entry.change_message)
        return entry

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        rows = list(queryset)
        _tell(request, "deleted", rows, "")
        return super().log_deletions(request, queryset)  # type: ignore[misc]

    def _list_title(self) -> str:
        return capfirst(str(self.title or self.opts.verbose_name_plural))


def _tell(request: HttpRequest, action: str, rows: list[models.Model], message: str) -> None:
    for listener in listeners:
        listener(request.user, action, rows, message)


class KanalAdmin(PurposeMixin, admin.ModelAdmin):
    """The base class of our own pages."""

    list_per_page = 50
    show_full_result_count = False
