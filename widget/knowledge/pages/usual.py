"""The page on which an owner answers the usual questions one below the other. Part of the knowledge pages (entries.py); asks starters.py."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from widget.knowledge.models import Entry
from widget.knowledge.starters import answer_questions, unanswered
from widget.sites.models import Site

LONGEST = Entry._meta.get_field("answer").max_length or 0


def usual_view(page: Any, request: HttpRequest) -> HttpResponse:
    """GET and POST ?site=id; `page` is the knowledge's ModelAdmin."""
    if not (page.has_add_permission(request) and page.has_change_permission(request)):
        raise PermissionDenied
    site = _site(page, request)
    if request.method == "POST":
        _store(request, site)
        return HttpResponseRedirect(f"{reverse('admin:widget_entry_usual')}?site={site.pk}")
    context = {
        **page.admin_site.each_context(request),
        "title": _("The usual questions"),
        "purpose": _("What businesses like yours are asked most. Answer what applies and save: those answers are given at once, the others wait here."),
        "opts": page.opts,
        "site": site,
        "questions": unanswered(site),
        "bare": not Entry.objects.of_site(site.pk).exists(),
        "longest": LONGEST,
    }
    return TemplateResponse(request, "admin/widget/entry/usual.html", context)


def _site(page: Any, request: HttpRequest) -> Site:
    sites = page.own_sites(request, "change")
    wanted = request.GET.get("site", "")
    site: Site | None = sites.filter(pk=wanted).first() if wanted.isdigit() and len(wanted) < 19 else sites.first()
    if site is None:
        raise Http404
    return site


def _store(request: HttpRequest, site: Site) -> None:
    given = {name.removeprefix("answer-"): str(value).replace("\x00", "")[:LONGEST] for name, value in request.POST.items() if name.startswith("answer-")}
    number = answer_questions(site, {int(pk): text for pk, text in given.items() if pk.isdigit() and len(pk) < 19})
    if number:
        said = ngettext("%(number)d answer is live. Try a sentence to see it.", "%(number)d answers are live. Try a sentence to see one.", number)
        messages.success(request, said % {"number": number})
    else:
        messages.warning(request, _("Nothing was saved: every answer was empty."))
