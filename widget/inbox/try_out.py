"""The try-out page of the admin: the owner types a sentence and sees who would answer it, before a visitor does.

Its small form also stands above the lists of knowledge and rules (templates/admin/widget/try_out_form.html). Asks answering/try_out.py.
"""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from widget.answering.try_out import try_out
from widget.sites.models import Site
from widget.sites.scope import may_at

LONGEST = 500


def try_out_view(request: HttpRequest) -> HttpResponse:
    """GET ?q=sentence&site=id. A GET, since it changes nothing: the page may be reloaded and shared."""
    if not request.user.has_perm("widget.view_entry"):
        raise PermissionDenied
    own = may_at(request, "widget.view_entry")
    sites = Site.objects.order_by("pk") if own is None else Site.objects.filter(pk__in=own).order_by("pk")
    wanted = request.GET.get("site", "")
    site = sites.filter(pk=wanted).first() if wanted.isdigit() and len(wanted) < 19 else None
    site = site or sites.first()
    sentence = request.GET.get("q", "").strip()[:LONGEST]
    context = {
        **admin.site.each_context(request),
        "title": _("Try a sentence"),
        "purpose": _("Write as your visitors write and see what they would get. Nothing is sent or kept."),
        "try_site": site,
        "try_sites": sites,
        "sentence": sentence,
        "verdict": try_out(site, sentence) if site and sentence else None,
        "may_add": site is not None and request.user.has_perm("widget.add_entry", site),
    }
    return TemplateResponse(request, "admin/widget/try_out.html", context)
