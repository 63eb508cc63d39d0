"""Keeps a piece that a source gave as an entry of one's own, which can be edited and which no reading writes over. Part of entries.py."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from widget.knowledge.models import Entry

COPIED = ("site_id", "title", "answer", "other_ways", "tags", "language", "url", "valid_from", "valid_until")


def keep_as_own(entry: Entry) -> Entry | None:
    """The copy; None for what is one's own already."""
    if entry.source_id is None:
        return None
    return Entry.objects.create(**{name: getattr(entry, name) for name in COPIED})


def keep_view(page: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """POST; `page` is the knowledge's ModelAdmin."""
    if not page.has_add_permission(request):
        raise PermissionDenied
    entry = page.get_object(request, str(pk))
    if entry is None:
        raise Http404
    if not page.may(request, "add", entry):
        raise PermissionDenied
    copy = keep_as_own(entry)
    if copy is None:
        return HttpResponseRedirect(reverse("admin:widget_entry_change", args=[entry.pk]))
    page.log_addition(request, copy, [{"added": {}}])
    messages.success(request, _("This copy is yours. The source's own stays in use as well until it says something else."))
    return HttpResponseRedirect(reverse("admin:widget_entry_change", args=[copy.pk]))
