"""What an owner does with a piece that a source gave: keep it as an entry of their own, which no reading writes over, or switch it off and on.

Part of entries.py.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from widget.knowledge.models import Entry
from widget.knowledge.sources import switching

COPIED = ("site_id", "title", "answer", "other_ways", "tags", "products", "language", "url", "valid_from", "valid_until")


def keep_as_own(entry: Entry) -> Entry | None:
    """The copy, which answers in the place of the source's piece; None for what is one's own already."""
    if entry.source_id is None:
        return None
    with transaction.atomic():
        switching.switch([entry], off=True)
        return Entry.objects.create(**{name: getattr(entry, name) for name in COPIED})


def keep_view(page: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """POST; `page` is the knowledge's ModelAdmin."""
    if not page.has_add_permission(request):
        raise PermissionDenied
    entry = _entry(page, request, pk)
    if not page.may(request, "add", entry) or not page.may(request, "change", entry):
        raise PermissionDenied
    copy = keep_as_own(entry)
    if copy is None:
        return HttpResponseRedirect(reverse("admin:widget_entry_change", args=[entry.pk]))
    page.log_addition(request, copy, [{"added": {}}])
    messages.success(request, _("This copy is yours, and the only one that answers: the source's piece is switched off. You find it among the drafts."))
    return HttpResponseRedirect(reverse("admin:widget_entry_change", args=[copy.pk]))


def switch_view(page: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """POST off=1, or off=0 for on again."""
    if not page.has_change_permission(request):
        raise PermissionDenied
    entry = _entry(page, request, pk)
    if not page.may(request, "change", entry):
        raise PermissionDenied
    off = request.POST.get("off") == "1"
    if switching.switch([entry], off):
        said = _("Switched off: visitors do not get it, also when its source is read again.") if off else _("Switched on: visitors get it from now on.")
        page.log_change(request, entry, said)
        messages.success(request, said)
    return HttpResponseRedirect(reverse("admin:widget_entry_change", args=[entry.pk]))


def _entry(page: Any, request: HttpRequest, pk: int) -> Entry:
    entry: Entry | None = page.get_object(request, str(pk))
    if entry is None:
        raise Http404
    return entry
