"""The owner's own test questions: written in a list, asked all at once, and told what a visitor would get for each of them.

"Found first" is good only where the chat would answer with it: what is found and then asked back about, or passed on to a person, is told apart.
"""

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
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from widget.knowledge.evaluation import Given, Outcome, ask, given, names_of
from widget.knowledge.models import Entry
from widget.knowledge.questions import TestQuestion
from widget.sites.admin_base import KanalAdmin

# So many are asked at once: each takes milliseconds of a thread that serves others too.
MOST = 200
# Titles of entries that the form suggests, those that people wrote first, over so many sites.
SUGGESTED, MOST_SITES = 500, 20
FIRST, UNSURE, CALLED, AMONG, WRONG, MISSED, SILENT, FALSE, OPEN = "first", "unsure", "called", "among", "wrong", "missed", "silent", "false", "open"
WORDS = {
    FIRST: _("found first and answered"),
    UNSURE: _("found first, but not certain enough: visitors are asked back"),
    CALLED: _("found first, but not certain enough: a person is called"),
    AMONG: _("among the first three"),
    WRONG: _("another entry is answered"),
    MISSED: _("not found"),
    SILENT: _("rightly not answered"),
    FALSE: _("answered, though it should not be"),
    OPEN: _("say which entry answers it"),
}
GOOD = (FIRST, SILENT)
WEAK = (UNSURE, AMONG)
WORST_FIRST = (FALSE, WRONG, MISSED, OPEN, AMONG, CALLED, UNSURE, SILENT, FIRST)


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
        return "" if self.verdict in GOOD else "human" if self.verdict in WEAK else "waiting"


def ask_all(questions: Sequence[TestQuestion]) -> list[Asked]:
    """The worst first."""
    names = {site: names_of(site) for site in {question.site for question in questions}}
    asked = [_ask(question, names[question.site]) for question in questions]
    return sorted(asked, key=lambda one: (WORST_FIRST.index(one.verdict), one.question.pk))


def _ask(question: TestQuestion, names: Mapping[int, frozenset[str]]) -> Asked:
    outcome = ask(question.site, question.as_query(), names)
    return Asked(question, _verdict(question, outcome, given(question.site, outcome, names)), tuple(found.title for found in outcome.found[:3]))


def _verdict(question: TestQuestion, outcome: Outcome, given: Given) -> str:
    if not question.is_complete:
        return OPEN
    if question.unanswerable:
        return FALSE if given.answers else SILENT
    if given.answers:
        return FIRST if given.answers_right else WRONG
    if outcome.rank == 1 and given.choices_right == given.choices:
        return UNSURE if given.choices else CALLED
    return AMONG if 0 < outcome.rank <= 3 else MISSED


def _titles(site: int, most: int) -> list[tuple[str, int]]:
    """With the site: the form suggests those of the chosen one."""
    own = Entry.objects.live().of_site(site).order_by(F("source").asc(nulls_first=True), "title")
    return [(title, site) for title in dict.fromkeys(own.values_list("title", flat=True)[:most])]


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
        sites = list(self.own_sites(request, "change").values_list("pk", flat=True)[:MOST_SITES])
        titles = [title for site in sites for title in _titles(site, SUGGESTED // len(sites))]
        return super().changeform_view(request, object_id, form_url, {"titles": titles, **(extra_context or {})})

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
            "title": gettext("How your knowledge does"),
            "purpose": gettext("All test questions, asked just now, and what visitors get without a model. Reload this page after you changed something."),
            "opts": self.opts,
            "list_title": self.title,
            "asked": asked,
            "counts": [(str(word), sum(one.verdict == verdict for one in asked)) for verdict, word in WORDS.items()],
            "number": len(asked),
            "good": sum(one.verdict in GOOD for one in asked),
        }
        return TemplateResponse(request, "admin/widget/testquestion/run.html", context)
