"""The page on which an owner brings knowledge in: a website, a file, a catalogue or pasted questions, each with a form of its own. Part of sources.py."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from widget.knowledge.models import Source
from widget.knowledge.pages.pasted import Pasted, add_pasted
from widget.knowledge.pages.source_forms import FORMS, PRODUCTS, FileForm, PasteForm, WebsiteForm
from widget.knowledge.places import place_of
from widget.knowledge.reading.errors import ReadingError
from widget.knowledge.sources import columns, files, intake, running

SKIPPED_TOLD = 3


def add_view(page: Any, request: HttpRequest) -> HttpResponse:
    """GET ?way=file opens one of the forms; POST with `way` takes it in. `page` is the sources' ModelAdmin, which has asked for the right."""
    sites = page.own_sites(request, "add")
    wanted = request.POST.get("way", "") if request.method == "POST" else request.GET.get("way", "")
    chosen = next((form for form in FORMS if form.way == wanted), None)
    bound = chosen(sites, request.POST, request.FILES) if chosen and request.method == "POST" else None
    if bound is not None and bound.is_valid():
        answer = _take_in(page, request, bound)
        if answer is not None:
            return answer
    context = {
        **page.admin_site.each_context(request),
        "title": _("Bring knowledge in"),
        "purpose": _("Give what you have already; it is read by itself, and you see what was taken and what was not."),
        "opts": page.opts,
        "list_title": page.title,
        "no_site": not sites.exists(),
        "ways": [bound if bound is not None and type(bound) is form else form(sites) for form in FORMS],
        "open_way": wanted if chosen else "",
    }
    return TemplateResponse(request, "admin/widget/source/add.html", context, status=200 if bound is None else 400)


def _take_in(page: Any, request: HttpRequest, form: forms.Form) -> HttpResponse | None:
    """Where to go on; None where the form has to say what is wrong with it."""
    data = form.cleaned_data
    try:
        if isinstance(form, PasteForm):
            return _pasted(page, request, add_pasted(data["site"], data["text"]))
        source = _source_of(form, data)
    except ReadingError as error:
        form.add_error("text" if isinstance(form, PasteForm) else "file", error.sentence)
        return None
    known = _known(source)
    if known is not None:
        return _go_to(request, known, source)
    source.needs_approval = data["needs_approval"]
    source.every = data.get("every", Source.Every.NEVER)
    source.save()
    page.log_addition(request, source, [{"added": {}}])
    if intake.is_table(source) and (source.file or columns.can_choose(source)):
        return HttpResponseRedirect(reverse("admin:widget_source_columns", args=[source.pk]))
    running.start(source.pk)
    return HttpResponseRedirect(reverse("admin:widget_source_change", args=[source.pk]))


def _source_of(form: forms.Form, data: dict[str, Any]) -> Source:
    """Raises ReadingError."""
    if isinstance(form, WebsiteForm):
        return intake.website(data["site"], data["address"])
    if isinstance(form, FileForm):
        return intake.uploaded(data["site"], data["file"].name, data["file"].chunks(), catalogue=data["holds"] == PRODUCTS)
    return intake.distant_file(data["site"], data["address"], unnamed=Source.Kind.TABLE, catalogue=data["holds"] == PRODUCTS)


def _known(source: Source) -> Source | None:
    """What this would be once more; of several files of one name the one that says the same."""
    found = [one for one in intake.same_source(source) if (one.kind == Source.Kind.WEBSITE) == (source.kind == Source.Kind.WEBSITE)]
    return next((one for one in found if intake.same_file(source, one)), found[0] if found else None)


def _go_to(request: HttpRequest, known: Source, source: Source) -> HttpResponse:
    """On to the page of what is there already; a file that says something else may take its place there."""
    change = reverse("admin:widget_source_change", args=[known.pk])
    if not source.file:
        messages.info(request, _("This address is here already, so nothing was added. Press the button below to read it anew."))
        return HttpResponseRedirect(change)
    is_same = intake.same_file(source, known)
    files.path_of(source).unlink()
    if is_same:
        messages.info(request, _("This file is here already and says the same, so nothing was added."))
        return HttpResponseRedirect(change)
    said = _(
        "A file called “%(name)s” is here already, and yours says something else. Nothing was changed: upload it below to put it in the place of "
        "the one before, or give it another name to keep both."
    )
    messages.warning(request, said % {"name": source.options["file_name"]})
    return HttpResponseRedirect(f"{change}?newer=1")


def _pasted(page: Any, request: HttpRequest, done: Pasted) -> HttpResponse:
    for entry in done.changed:
        page.log_change(request, entry, _("Pasted anew."))
    if done.made:
        said = ngettext("%(number)d answer is live. Try a sentence to see it.", "%(number)d answers are live. Try a sentence to see one.", done.made)
        messages.success(request, said % {"number": done.made})
    if done.changed:
        said = ngettext(
            "%(number)d question was there already and has the answer you pasted now.",
            "%(number)d questions were there already and have the answers you pasted now.",
            len(done.changed),
        )
        messages.success(request, said % {"number": len(done.changed)})
    if done.known:
        messages.info(request, ngettext("%(number)d was there already.", "%(number)d were there already.", done.known) % {"number": done.known})
    if done.skipped:
        places = ", ".join(place_of(one.place) for one in done.skipped[:SKIPPED_TOLD])
        said = ngettext(
            "%(number)d part was not understood (%(places)s): it has no question or no answer.",
            "%(number)d parts were not understood (%(places)s …): they have no question or no answer.",
            len(done.skipped),
        )
        messages.warning(request, said % {"number": len(done.skipped), "places": places})
    if not (done.made or done.changed or done.known or done.skipped):
        messages.warning(request, _("We found no question with its answer in it. Write each question on a line that ends with “?”, and the answer below it."))
    return HttpResponseRedirect(reverse("admin:widget_entry_changelist"))
