"""Keeps everything a page of the admin reads or offers to the sites of whoever asks. The one mechanism: KanalAdmin's pages and their inlines derive from it.

A page says its way to the site once (`site_path`); rows, choices, filters and autocompletion follow. Asks members.py for the rights.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest

from widget.sites.members import Access, remembered_access
from widget.sites.models import Site

Sites = frozenset[int] | None


def access_in(request: HttpRequest) -> Access:
    """The rights of whoever sent this request, read once for it."""
    return remembered_access(request.user)


def may_at(request: HttpRequest, permission: str) -> Sites:
    """The sites at which they may do this; None: all of them."""
    return access_in(request).sites(permission)


def changeable(page: admin.ModelAdmin, request: HttpRequest, pk: int) -> Any:
    """The page's row, if whoever asks may change it; for addresses of a page beside Django's own. Raises PermissionDenied and Http404."""
    # Asked first: who may not know what is there hears the same of what is not.
    if not page.has_change_permission(request):
        raise PermissionDenied
    row = page.get_object(request, str(pk))
    if row is None:
        raise Http404
    if not page.has_change_permission(request, row):
        raise PermissionDenied
    return row


class SiteScope:
    """Rows of one's own sites only, for ModelAdmin and its inlines alike.

    site_path: from a row to its site's id, as a lookup such as "site" or "conversation__site". Empty: rows of the installation, for superusers alone.
    """

    site_path: str = ""
    opts: Any
    admin_site: Any

    def right(self, action: str) -> str:
        return f"{self.opts.app_label}.{get_permission_codename(action, self.opts)}"

    def may(self, request: HttpRequest, action: str, row: models.Model) -> bool:
        """Whether it is allowed for this very row."""
        return bool(request.user.has_perm(self.right(action), row))

    def own_rows(self, request: HttpRequest, rows: QuerySet[Any], action: str = "view") -> QuerySet[Any]:
        sites = may_at(request, self.right(action))
        if sites is None:
            return self._standing_rows(rows)
        return rows.filter(**{f"{self.site_path}__in": sites}) if self.site_path else rows.none()

    def _standing_rows(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Without what hangs on sites that are being deleted."""
        going = list(Site.every.filter(going=True).values_list("pk", flat=True)) if self.site_path else []
        return rows.exclude(**{f"{self.site_path}__in": going}) if going else rows

    def own_sites(self, request: HttpRequest, action: str = "view") -> QuerySet[Site]:
        """The sites at which they may do this with rows of this page, the first one first."""
        sites = may_at(request, self.right(action))
        return Site.objects.order_by("pk") if sites is None else Site.objects.filter(pk__in=sites).order_by("pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.own_rows(request, super().get_queryset(request))  # type: ignore[misc]

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        """What a form offers to choose from, and the only thing it accepts."""
        model = db_field.remote_field.model
        if access_in(request).everywhere:
            offered: QuerySet[Any] | None = super().get_field_queryset(db, db_field, request)  # type: ignore[misc]
            return offered
        if model is Site:
            return self.own_sites(request, "change").order_by("name")
        page = self.admin_site._registry.get(model)
        return page.get_queryset(request) if isinstance(page, SiteScope) else model._default_manager.none()

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """Without the pencil, plus and eye beside a choice: they open windows that help nobody on a phone."""
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> ModelChoiceField | None:
        """Who is not everybody's boss cannot leave a site open, which would mean all of them."""
        field: ModelChoiceField | None = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and db_field.remote_field.model is Site and not access_in(request).everywhere:
            field.required, field.empty_label, field.help_text = True, None, ""
        return field


class OwnChoicesFilter(admin.RelatedFieldListFilter):
    """A filter by what belongs to a site: offers what its own page would list."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        choices: list[Any] = super().field_choices(field, request, model_admin)
        if access_in(request).everywhere:
            return choices
        page = model_admin.admin_site._registry.get(field.remote_field.model)
        own = model_admin.own_sites(request) if field.remote_field.model is Site else page.get_queryset(request) if isinstance(page, SiteScope) else ()
        ids = {row.pk for row in own}
        return [choice for choice in choices if choice[0] in ids]


def scoped_filter(model: type[models.Model], entry: Any) -> Any:
    """An entry of list_filter, with OwnChoicesFilter where it names a relation."""
    return (entry, OwnChoicesFilter) if isinstance(entry, str) and "__" not in entry and model._meta.get_field(entry).is_relation else entry


class SitePart(admin.TabularInline):
    """What is a part of a site's own settings: whoever may change the site changes it, whoever may see the site sees it."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("widget.view_site", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("widget.change_site", obj)

    has_change_permission: Callable[..., bool] = has_add_permission
    has_delete_permission: Callable[..., bool] = has_add_permission
