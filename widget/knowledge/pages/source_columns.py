"""The page on which an owner says what the columns of a table hold, before it is read. Part of sources.py; sources/columns.py looks at the file."""

from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from widget.knowledge.models import Source
from widget.knowledge.reading.errors import ReadingError
from widget.knowledge.sources import columns, intake, running
from widget.lib.outbound import OutboundError
from widget.sites.scope import changeable

ROLES: dict[str, str | Promise] = {
    "title": gettext_lazy("Question or title"),
    "text": gettext_lazy("Answer or text"),
    "other_ways": gettext_lazy("Other ways to ask"),
    "key": gettext_lazy("Number or code (id)"),
    "code": gettext_lazy("Article code (SKU)"),
    "tags": gettext_lazy("Tags"),
    "products": gettext_lazy("Products concerned"),
    "language": gettext_lazy("Language"),
    "url": gettext_lazy("Link"),
    "valid_from": gettext_lazy("Valid from"),
    "valid_until": gettext_lazy("Valid until"),
    "name": gettext_lazy("Name of the product"),
    "description": gettext_lazy("Description"),
    "price": gettext_lazy("Price"),
    "sale_price": gettext_lazy("Reduced price"),
    "currency": gettext_lazy("Currency"),
    "stock": gettext_lazy("Stock"),
    "availability": gettext_lazy("Available or not"),
    "image": gettext_lazy("Picture"),
    "variants": gettext_lazy("Variants"),
    "colour": gettext_lazy("Colour"),
    "size": gettext_lazy("Size"),
    "brand": gettext_lazy("Brand"),
    "category": gettext_lazy("Category"),
    "group": gettext_lazy("Number that variants share"),
}


def columns_view(page: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the first rows; POST keeps what each column holds and reads the table, or with `look` only shows what would come of it."""
    source = changeable(page, request, pk)
    if not intake.is_table(source):
        raise Http404
    sheet = str(request.POST.get("sheet", "") if request.method == "POST" else request.GET.get("sheet", ""))[:100]
    preview: columns.Choice | None
    try:
        preview, failed = columns.choice_of(source, sheet), ""
    except (ReadingError, OutboundError) as error:
        preview, failed = None, error.sentence
    wrong = ""
    if preview and request.method == "POST":
        preview = _with_choice(preview, request)
        wrong = _wrong(source, preview)
        if not wrong and "look" in request.POST:
            preview = _as_chosen(source, preview, sheet)
        elif not wrong:
            _keep(page, request, source, preview, sheet)
            return HttpResponseRedirect(reverse("admin:widget_source_change", args=[source.pk]))
    return TemplateResponse(request, "admin/widget/source/columns.html", _context(page, request, source, preview, sheet, failed, wrong))


def _context(page: Any, request: HttpRequest, source: Source, preview: columns.Choice | None, sheet: str, failed: str, wrong: str) -> dict[str, Any]:
    return {
        **page.admin_site.each_context(request),
        "title": _("What the columns hold"),
        "purpose": _("We guessed what each column is by its name. Look at the first rows, correct what is wrong, then have the table read."),
        "opts": page.opts,
        "list_title": page.title,
        "source": source,
        "preview": preview,
        "choices": [(role, ROLES[role]) for role in preview.roles if role in ROLES] if preview else [],
        "sheet": sheet or source.options.get("sheet", ""),
        "failed": failed,
        "wrong": wrong,
    }


def _with_choice(preview: columns.Choice, request: HttpRequest) -> columns.Choice:
    given = [str(request.POST.get(f"column-{at}", column.role)) for at, column in enumerate(preview.columns, 1)]
    shown = tuple(
        columns.Column(column.name, column.values, role if role in preview.roles else "") for column, role in zip(preview.columns, given, strict=True)
    )
    return columns.Choice(shown, preview.roles, preview.sheets, preview.more, preview.pieces)


def _as_chosen(source: Source, preview: columns.Choice, sheet: str) -> columns.Choice:
    """With the first answers as these columns would make them; nothing is kept."""
    columns.choose(source, ((column.role, column.name) for column in preview.columns if column.role), sheet)
    try:
        return columns.choice_of(source, sheet)
    except (ReadingError, OutboundError):
        return preview


def _wrong(source: Source, preview: columns.Choice) -> str:
    counts = Counter(column.role for column in preview.columns if column.role)
    twice = next((role for role, number in counts.items() if number > 1 and role != "text"), "")
    if twice:
        return _("Two columns are “%(role)s”. Choose one of them.") % {"role": ROLES[twice]}
    if source.kind == Source.Kind.CATALOGUE and not counts["name"]:
        return _("Say which column is the name of the product.")
    if source.kind != Source.Kind.CATALOGUE and not counts["text"]:
        return _("Say which column is the question, and which the answer.")
    return ""


def _keep(page: Any, request: HttpRequest, source: Source, preview: columns.Choice, sheet: str) -> None:
    columns.choose(source, ((column.role, column.name) for column in preview.columns if column.role), sheet)
    source.save(update_fields=["options"])
    running.start(source.pk)
    page.log_change(request, source, _("Columns chosen."))
