"""The page of what the knowledge lacks: groups of open questions with their counts, and the entry written and tried right there. Added by inbox/site.py."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from widget.inbox.insights import page
from widget.inbox.insights.missing import WORDINGS, missing, try_out, write
from widget.inbox.insights.not_needed import bring_back, put_away, put_away_at
from widget.knowledge.models import Entry
from widget.sites.models import Site
from widget.sites.scope import may_at

LONGEST_ANSWER = Entry._meta.get_field("answer").max_length or 0
SHOWN_LEFT = 3
USUAL = 30


def missing_view(request: HttpRequest) -> HttpResponse:
    """GET ?days=30&site=3; POST writes the entry of one group, puts it away, or brings one back."""
    if not page.may_read(request):
        raise PermissionDenied
    if request.method == "POST":
        return _put_away(request) if {"not_needed", "bring_back"} & request.POST.keys() else _write(request)
    wanted = page.read_wanted(request, USUAL)
    writable = may_at(request, "widget.add_entry")
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("What is missing"),
        "purpose": _("What visitors asked and nobody's knowledge answered, or answered badly. Write one entry for each group, and it leaves this page."),
        "groups": missing(wanted.sites, wanted.days),
        "away": put_away_at(wanted.sites),
        "periods": wanted.period_choices(),
        "sites": wanted.site_choices(),
        "several": len(wanted.all_sites) > 1,
        "query": wanted.query(site=wanted.site),
        "may_write": request.user.has_perm("widget.add_entry"),
        "writable": [site.pk for site in wanted.all_sites if writable is None or site.pk in writable],
        "longest": LONGEST_ANSWER,
    }
    return TemplateResponse(request, "admin/missing.html", context)


def _write(request: HttpRequest) -> HttpResponse:
    site = _site(request)
    title, answer = (request.POST.get(name, "").replace("\x00", "").strip() for name in ("title", "answer"))
    ways = [" ".join(way.replace("\x00", "").split())[:200] for way in request.POST.get("other_ways", "").splitlines()]
    asked, back = _asked(request), _back(request)
    if not title or not answer or len(answer) > LONGEST_ANSWER:
        messages.warning(request, _("Nothing was saved: an entry needs a question and an answer."))
        return back
    entry = write(site, title, answer, [way for way in ways if way])
    admin.site._registry[Entry].log_addition(request, entry, [{"added": {}}])
    tried = try_out(entry, asked or [title])
    number = len(tried.answered)
    said = ngettext(
        "The entry is live. Tried at once: it answers %(number)d of the %(all)d wordings.",
        "The entry is live. Tried at once: it answers %(number)d of the %(all)d wordings.",
        number,
    )
    messages.success(request, said % {"number": number, "all": number + len(tried.left)})
    if tried.left:
        left = " · ".join(f"“{wording[:80]}”" for wording in tried.left[:SHOWN_LEFT])
        messages.warning(request, _("Not answered by it yet: %(left)s. Add these wordings to its other ways to ask.") % {"left": left})
    return back


def _put_away(request: HttpRequest) -> HttpResponse:
    site, number = _site(request), request.POST.get("bring_back", "")
    if "not_needed" in request.POST:
        put_away(site, _asked(request))
        messages.success(request, _("Put away. These questions, and those like them, are not shown here any more."))
    elif number.isdigit() and len(number) < 19:
        bring_back(site, int(number))
    return _back(request)


def _asked(request: HttpRequest) -> list[str]:
    """The wordings of the group that the form stands beside."""
    return [" ".join(text.replace("\x00", "").split())[:200] for text in request.POST.getlist("asked")[:WORDINGS] if text.strip()]


def _back(request: HttpRequest) -> HttpResponseRedirect:
    wanted = page.read_wanted(request, USUAL)
    return HttpResponseRedirect(f"{reverse('admin:missing')}{wanted.query(site=wanted.site)}")


def _site(request: HttpRequest) -> Site:
    """Raises PermissionDenied, and Http404 alike for a site of others and for none."""
    if not request.user.has_perm("widget.add_entry"):
        raise PermissionDenied
    asked, own = request.POST.get("site", ""), may_at(request, "widget.add_entry")
    site = Site.objects.filter(pk=asked).first() if asked.isdigit() and len(asked) < 19 else None
    if site is None or (own is not None and site.pk not in own):
        raise Http404
    return site
