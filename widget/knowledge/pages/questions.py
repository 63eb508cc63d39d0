"""The owner's own test questions: written in a list, asked all at once, and told which the search found first, which among three, which not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from widget.knowledge.evaluation import Outcome, ask, names_of
from widget.knowledge.models import Entry
from widget.knowledge.questions import TestQuestion
from widget.knowledge.search import ANSWER_AT
from widget.sites.admin_base import KanalAdmin

# So many are asked at once: each takes milliseconds of a thread that serves others too.
MOST = 200
# Titles of entries that the form suggests, those that people wrote first.
SUGGESTED = 500
FIRST, AMONG, MISSED, SILENT, FALSE, OPEN = "first", "among", "missed", "silent", "false", "open"
WORDS = {
    FIRST: _("found first"),
    AMONG: _("among the first three"),
    MISSED: _("not found"),
    SILENT: _("rightly not answered"),
    FALSE: _("answered, though it should not be"),
    OPEN: _("say which entry answers it"),
}
GOOD = (FIRST, SILENT)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what came of it; `found`: the titles of the first three."""

    question: TestQuestion
    verdict: str
    found: tuple[str, ...]

    @property
    def word(self) -> str:
        return str(WORDS[self.verdict])

    @property
    def mark(self) -> str:
        return "" if self.verdict in GOOD else "human" if self.verdict == AMONG else "waiting"


def ask_all(questions: Sequence[TestQuestion]) -> list[Asked]:
    """The worst first."""
    names = {site: names_of(site) for site in {question.site for question in questions}}
    asked = [Asked(question, *_verdict(question, ask(question.site, question.as_query(), names[question.site]))) for question in questions]
    order = [FALSE, MISSED, OPEN, AMONG, SILENT, FIRST]
    return sorted(asked, key=lambda one: (order.index(one.verdict), one.question.pk))


def _verdict(question: TestQuestion, outcome: Outcome) -> tuple[str, tuple[str, ...]]:
    titles = tuple(found.title for found in outcome.found[:3])
    if not question.is_complete:
        return OPEN, titles
    if question.unanswerable:
        return (FALSE if outcome.confidence >= ANSWER_AT else SILENT), titles
    return (FIRST if outcome.rank == 1 else AMONG if 0 < outcome.rank <= 3 else MISSED), titles


class QuestionForm(forms.ModelForm):
    """The entry is named by its title, with suggestions: a list of ten thousand to choose from helps nobody."""

    answered_by = forms.CharField(
        label=_("entry that answers it"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "entry-titles", "autocomplete": "off", "class": "vTextField"}),
        help_text=_("Its question or title, word for word. Begin to write, or copy it from Knowledge."),
    )

    class Meta:
        model = TestQuestion
        fields = ("site", "question", "unanswerable")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.entry:
            self.initial["answered_by"] = self.instance.entry.title

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        title, site = " ".join(cleaned.get("answered_by", "").split()), cleaned.get("site")
        self.instance.entry = None
        if title and site:
            own = Entry.objects.live().of_site(site.pk)
            self.instance.entry = own.filter(title=title).first() or own.filter(title__iexact=title).first()
            if self.instance.entry is None:
                self.add_error("answered_by", _("No entry of this site is called so."))
        elif site and not cleaned.get("unanswerable"):
            self.add_error("answered_by", _("Say which entry answers it, or that it should not be answered."))
        return cleaned


@admin.register(TestQuestion)
class TestQuestionAdmin(KanalAdmin):
    title = _("Test questions")
    purpose = _("Questions as your visitors ask them, each with the entry that should answer. Ask them all again after every change.")
    form_purpose = _("Write a question as a visitor would, and choose the entry that answers it.")
    empty_hint = _("None yet. Add ten questions that visitors really asked, in their words, and see how many your knowledge answers.")
    site_path = "site"
    change_list_template = "admin/widget/testquestion/change_list.html"
    list_display = ["question", "entry", "unanswerable"]
    list_filter = ["unanswerable", "site"]
    list_select_related = ["site", "entry"]
    search_fields = ["question"]
    form = QuestionForm
    fields = ["site", "question", "answered_by", "unanswerable"]
    change_form_template = "admin/widget/testquestion/change_form.html"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        site = self.own_sites(request, "add").first()
        return {**({"site": site.pk} if site else {}), **super().get_changeform_initial_data(request)}

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        own = Entry.objects.live().filter(site__in=self.own_sites(request, "change"))
        titles = {"titles": list(dict.fromkeys(own.order_by(F("source").asc(nulls_first=True), "title").values_list("title", flat=True)[:SUGGESTED]))}
        return super().changeform_view(request, object_id, form_url, {**titles, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: TestQuestion, form: Any, change: bool) -> None:
        # What a source gives is another entry after its next reading; its key stays.
        entry = obj.entry
        obj.relevant_key = entry.key if entry and entry.source_id else ""
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        return [path("run/", self.admin_site.admin_view(self.run), name="widget_testquestion_run"), *super().get_urls()]

    def run(self, request: HttpRequest) -> HttpResponse:
        """A GET, since nothing is changed: reload it after each change of the knowledge."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        questions = list(self.get_queryset(request).select_related("site", "entry")[:MOST])
        asked = ask_all(questions)
        context = {
            **self.admin_site.each_context(request),
            "title": _g("How your knowledge does"),
            "purpose": _g("All test questions, asked just now. Reload this page after you changed something."),
            "opts": self.opts,
            "list_title": self.title,
            "asked": asked,
            "counts": [(str(word), sum(one.verdict == verdict for one in asked)) for verdict, word in WORDS.items()],
            "number": len(asked),
            "good": sum(one.verdict in GOOD for one in asked),
        }
        return TemplateResponse(request, "admin/widget/testquestion/run.html", context)
