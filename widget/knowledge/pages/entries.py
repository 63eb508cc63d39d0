"""The owner's pages of what the business knows: questions with answers, found and answered word for word or through a model."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from widget.knowledge.models import Entry, EntryQuerySet
from widget.knowledge.pages.keeping import keep_as_own, keep_view, switch_view
from widget.knowledge.pages.usual import usual_view
from widget.knowledge.sources import switching
from widget.knowledge.starters import create_draft_questions
from widget.sites.admin_base import SetupStep
from widget.sites.models import Site
from widget.sites.starters_admin import AnswersAdmin


@admin.register(Entry)
class EntryAdmin(AnswersAdmin):
    purpose = _("What the chat may answer from: one question with its answer, one product, or one rule of your business each.")
    form_purpose = _("Write the question in your visitors' words and the answer as you would give it. It is used as soon as it is saved as approved.")
    empty_hint = _("The chat knows nothing yet. Write down what people ask you most: price, shipping, payment, opening hours.")
    starters_title = _("Start with the usual questions")
    starters_text = _("Drafts of what businesses of this kind are asked most. Nobody sees them before you have written the answers and approved them.")
    change_form_template = "admin/widget/entry/change_form.html"
    list_display = ["title", "standing", "language", "shown", "origin", "updated_at"]
    list_filter = ["state", "language", "source", "site"]
    list_select_related = ["site", "source"]
    search_fields = ["title", "other_ways", "answer", "tags", "products"]
    ordering = ["-updated_at"]
    actions = ["approve", "withdraw", "keep"]
    fieldsets = [
        (None, {"fields": ["site", "title", "answer", "other_ways", "state"]}),
        (_("More"), {"classes": ["collapse"], "fields": ["language", "url", "tags", "products", "valid_from", "valid_until"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """What sources said before, or are being read for, is nobody's to look at."""
        return super().get_queryset(request) & Entry.objects.live()

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """What a source gave would be written over by its next reading."""
        return (obj is None or obj.source_id is None) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return (obj is None or obj.source_id is None) and super().has_delete_permission(request, obj)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        entry = self.get_object(request, str(object_id)) if object_id else None
        read: dict[str, Any] = {}
        if entry is not None and entry.source_id:
            is_off = entry.state == Entry.State.DRAFT
            said = _("What a source says. It is switched off, so visitors do not get it.") if is_off else _("What a source says, as the chat answers it now.")
            can_switch = super().has_change_permission(request) and self.may(request, "change", entry)
            read = {"purpose": said, "is_off": is_off, "can_switch": can_switch}
        return super().changeform_view(request, object_id, form_url, {**read, **(extra_context or {})})

    def response_action(self, request: HttpRequest, queryset: Any, *args: Any) -> Any:
        """What a source gave cannot be deleted; everything else can be done with it."""
        if request.POST.get("action") != "delete_selected":
            return super().response_action(request, queryset, *args)
        chosen = queryset.filter(pk__in=[pk for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)[:1_000] if pk.isdigit() and len(pk) < 19])
        left = 0 if "post" in request.POST else chosen.filter(source__isnull=False).count()
        if left:
            said = ngettext(
                "%(number)d piece of a source stays: its next reading would bring it back. Make it a draft, or delete it at its source.",
                "%(number)d pieces of a source stay: its next reading would bring them back. Make them drafts, or delete them at their source.",
                left,
            )
            self.message_user(request, said % {"number": left}, messages.WARNING)
        if left and not chosen.filter(source=None).exists():
            return None
        return super().response_action(request, queryset.filter(source=None), *args)

    @admin.display(description=_("state"), ordering="state")
    def standing(self, entry: Entry) -> str:
        return gettext("switched off") if entry.source_id and entry.state == Entry.State.DRAFT else entry.get_state_display()

    @admin.display(description=_("where from"))
    def origin(self, entry: Entry) -> str:
        return entry.source.name if entry.source else gettext("written by you")

    @admin.display(description=_("valid"))
    def shown(self, entry: Entry) -> str:
        today = timezone.localdate()
        if entry.valid_until and entry.valid_until < today:
            return gettext("until %(day)s: over") % {"day": date_format(entry.valid_until, "SHORT_DATE_FORMAT")}
        if entry.valid_from and entry.valid_from > today:
            return gettext("from %(day)s") % {"day": date_format(entry.valid_from, "SHORT_DATE_FORMAT")}
        return gettext("until %(day)s") % {"day": date_format(entry.valid_until, "SHORT_DATE_FORMAT")} if entry.valid_until else gettext("always")

    @admin.action(description=_("Approve: visitors may get these answers"), permissions=["change"])
    def approve(self, request: HttpRequest, entries: EntryQuerySet) -> None:
        # A draft of the usual questions may still wait for its answer.
        bare = entries.filter(answer="").count()
        number = self._set(request, entries.exclude(answer=""), Entry.State.APPROVED, _("Approved."))
        if bare:
            said = ngettext("%(number)d entry has no answer yet, so it stays a draft.", "%(number)d entries have no answer yet, so they stay drafts.", bare)
            self.message_user(request, said % {"number": bare}, messages.WARNING)
        self.message_user(request, ngettext("%(number)d entry is approved.", "%(number)d entries are approved.", number) % {"number": number}, messages.SUCCESS)

    @admin.action(description=_("Make drafts: visitors do not get these answers"), permissions=["change"])
    def withdraw(self, request: HttpRequest, entries: EntryQuerySet) -> None:
        read = entries.filter(source__isnull=False).count()
        number = self._set(request, entries, Entry.State.DRAFT, _("Made a draft."))
        if read:
            said = ngettext(
                "%(number)d of them is a piece of a source. It stays switched off when its source is read again, until you approve it here.",
                "%(number)d of them are pieces of a source. They stay switched off when it is read again, until you approve them here.",
                read,
            )
            self.message_user(request, said % {"number": read})
        self.message_user(request, ngettext("%(number)d entry is a draft.", "%(number)d entries are drafts.", number) % {"number": number}, messages.SUCCESS)

    @admin.action(description=_("Keep as our own: copies that you can edit"), permissions=["add"])
    def keep(self, request: HttpRequest, entries: EntryQuerySet) -> None:
        chosen = list(entries)
        number = sum(keep_as_own(entry) is not None for entry in chosen)
        if number < len(chosen):
            own = len(chosen) - number
            said = ngettext("%(number)d entry is yours already.", "%(number)d entries are yours already.", own)
            self.message_user(request, said % {"number": own}, messages.WARNING)
        if not number:
            return
        said = ngettext(
            "%(number)d copy is yours; the source's piece is switched off.", "%(number)d copies are yours; the source's pieces are switched off.", number
        )
        self.message_user(request, said % {"number": number}, messages.SUCCESS)

    def keep_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        return keep_view(self, request, pk)

    def switch_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        return switch_view(self, request, pk)

    def get_urls(self) -> list[URLPattern]:
        kept = path("<int:pk>/keep/", self.admin_site.admin_view(require_POST(self.keep_one)), name="widget_entry_keep")
        switched = path("<int:pk>/switch/", self.admin_site.admin_view(require_POST(self.switch_one)), name="widget_entry_switch")
        return [kept, switched, path("usual/", self.admin_site.admin_view(self.usual), name="widget_entry_usual"), *super().get_urls()]

    def usual(self, request: HttpRequest) -> HttpResponse:
        return usual_view(self, request)

    def starters_view(self, request: HttpRequest) -> HttpResponse:
        """On to the page on which they are answered."""
        made = super().starters_view(request)
        site = request.POST.get("site", "")
        return HttpResponseRedirect(f"{reverse('admin:widget_entry_usual')}?site={site}") if made.status_code == 302 else made

    def _set(self, request: HttpRequest, entries: EntryQuerySet, state: Entry.State, said: Promise) -> int:
        """How many; a piece of a source through its switch, so that its next reading does not undo it."""
        self._log_each(request, entries, said)
        with transaction.atomic():
            switched = switching.switch(entries.filter(source__isnull=False), off=state == Entry.State.DRAFT)
            return switched + entries.filter(source=None).update(state=state, updated_at=timezone.now())

    def _log_each(self, request: HttpRequest, entries: EntryQuerySet, message: Promise) -> None:
        for entry in entries:
            self.log_change(request, entry, str(message))

    def setup_steps(self, request: HttpRequest) -> Sequence[SetupStep]:
        known = self.get_queryset(request).filter(state=Entry.State.APPROVED).exists()
        hint = _("Start with the usual questions: write the answers on one page, and those you filled in are given at once.")
        return [SetupStep(_("The chat knows answers"), known, hint, reverse("admin:widget_entry_usual"), name="knowledge")]

    def create_starters(self, site: Site) -> int:
        return create_draft_questions(site)
