"""What the lists of knowledge and rules share: a sentence can be tried above them, and a site that has none yet can start with ready-made ones.

Base class of knowledge/admin.py and rules/admin.py.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from widget.sites.admin_base import KanalAdmin, Sentence
from widget.sites.models import Site


class AnswersAdmin(KanalAdmin):
    """Answers of a site. `create_starters(site)` says how many it made."""

    site_path = "site"
    change_list_template = "admin/widget/answers_list.html"
    formfield_overrides = {**KanalAdmin.formfield_overrides, models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 6})}}  # type: ignore[misc]
    starters_title: Sentence = ""
    starters_text: Sentence = ""

    def create_starters(self, site: Site) -> int:
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.starters_view))
        return [path("starters/", view, name=f"widget_{self.opts.model_name}_starters"), *super().get_urls()]

    def starters_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        site = get_object_or_404(self._bare_sites(request), pk=request.POST.get("site") or None)
        made = self.create_starters(site)
        messages.success(request, ngettext("%(made)d is there. Look it through.", "%(made)d are there. Look them through.", made) % {"made": made})
        return HttpResponseRedirect(reverse(f"admin:widget_{self.opts.model_name}_changelist"))

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        context = {
            "try_sites": self.own_sites(request),
            "bare_sites": self._bare_sites(request),
            "starters_url": reverse(f"admin:widget_{self.opts.model_name}_starters"),
            "starters_title": self.starters_title,
            "starters_text": self.starters_text,
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_form(self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kwargs: Any) -> type[ModelForm]:
        """Without the buttons that change the site from here."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if "site" in form.base_fields:
            widget = form.base_fields["site"].widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The first site and its language, which for most owners are the only ones."""
        asked = super().get_changeform_initial_data(request)
        site = self.own_sites(request, "add").first()
        return {"site": site.pk, "language": site.language, **asked} if site else asked

    def _bare_sites(self, request: HttpRequest) -> QuerySet[Site]:
        return self.own_sites(request, "add").exclude(pk__in=self.model._default_manager.values("site"))
