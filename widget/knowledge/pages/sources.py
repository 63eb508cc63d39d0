"""The owner's pages of sources: what is read from where, how it stands, what was taken and what was not. Pages of their own: add, columns, acts."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from widget.knowledge.models import Entry, Run, Source
from widget.knowledge.pages.reasons import reasons_of
from widget.knowledge.pages.source_acts import act_view, file_view, stamp_of, stamp_view
from widget.knowledge.pages.source_add import add_view
from widget.knowledge.pages.source_columns import columns_view
from widget.knowledge.pages.source_forms import UPLOAD_BYTES, clean_address, too_large
from widget.knowledge.pages.standing import ACTIVE, asks_columns, next_of, standing_of, used_of
from widget.knowledge.sources import intake, removing, running
from widget.sites.admin_base import KanalAdmin

RUNS_SHOWN, PIECES_SHOWN = 8, 20


class SourceForm(forms.ModelForm):
    # Not the model's: that one adds a scheme, and then nobody knows any more that none was typed.
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "class": "vTextField"}),
        help_text=_("When it changes, it is read from there at once; until then what was read before answers."),
    )

    class Meta:
        model = Source
        fields = ("name", "address", "every", "needs_approval", "state")
        help_texts = {"every": _("An address can be read again by itself. A file you uploaded does not change; upload it anew.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.address:
            del self.fields["address"]
        if "state" in self.fields:
            self.fields["state"].choices = [choice for choice in Source.State.choices if choice[0] != Source.State.GOING]  # type: ignore[attr-defined]

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if "address" not in self.changed_data:
            return address
        if self.instance.runs.filter(state__in=ACTIVE).exists():
            raise forms.ValidationError(_("It is being read just now. Stop that first, then change its address."))
        return clean_address(address)

    def _post_clean(self) -> None:
        """The model wants a whole address."""
        typed = self.cleaned_data.get("address")
        if typed and "address" in self.changed_data:
            before = Source(name=self.instance.name, address=self.instance.address, options=self.instance.options)
            intake.put_address(before, typed)
            self.cleaned_data["address"], self.instance.options = before.address, before.options
            if "name" not in self.changed_data:
                self.cleaned_data["name"] = before.name
        super()._post_clean()  # type: ignore[misc]


@admin.register(Source)
class SourceAdmin(KanalAdmin):
    title = _("Sources")
    purpose = _("Where the chat's knowledge is read from: your website, files and catalogues, and when each is read again.")
    form_purpose = _("How this source stands, what was taken from it and what was not.")
    empty_hint = _("Nothing is read yet. Give the address of your website, upload a price list or paste your questions.")
    site_path = "site"
    list_select_related = ["site"]
    form = SourceForm
    change_form_template = "admin/widget/source/change_form.html"
    change_list_template = "admin/widget/source/change_list.html"
    list_display = ["name", "kind", "shown", "pieces", "next"]
    list_filter = ["kind", "site"]
    search_fields = ["name", "address"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return super().get_queryset(request).exclude(state=Source.State.GOING)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """With the site, for who has several."""
        first, *others = self.list_display
        return [first, "site", *others] if len(self.own_sites(request)[:2]) > 1 else [first, *others]

    def get_fields(self, request: HttpRequest, obj: Source | None = None) -> list[Any]:
        return [field for field in SourceForm.Meta.fields if field not in ("address", "every") or obj is None or obj.address]

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        own = [
            path("<int:pk>/act/", guarded(require_POST(self.act)), name="widget_source_act"),
            path("<int:pk>/file/", guarded(require_POST(self.file)), name="widget_source_file"),
            path("<int:pk>/stamp/", guarded(self.stamp), name="widget_source_stamp"),
            path("<int:pk>/columns/", guarded(self.columns), name="widget_source_columns"),
        ]
        return [*own, *super().get_urls()]

    def act(self, request: HttpRequest, pk: int) -> HttpResponse:
        return act_view(self, request, pk)

    def file(self, request: HttpRequest, pk: int) -> HttpResponse:
        return file_view(self, request, pk)

    def stamp(self, request: HttpRequest, pk: int) -> HttpResponse:
        return stamp_view(self, request, pk)

    def columns(self, request: HttpRequest, pk: int) -> HttpResponse:
        return columns_view(self, request, pk)

    # -- the list -------------------------------------------------------------------------------------------------

    @admin.display(description=_("state"))
    def shown(self, source: Source) -> str:
        standing = standing_of(source, source.runs.first())
        return format_html('<span class="badge {}">{}</span> <span class="standing">{}</span>', standing.mark, standing.word, standing.text)

    @admin.display(description=_("in use"))
    def pieces(self, source: Source) -> str:
        return used_of(source)

    @admin.display(description=_("read next"))
    def next(self, source: Source) -> str:
        return next_of(source, source.runs.first())

    # -- one source -----------------------------------------------------------------------------------------------

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return add_view(self, request)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        source = self.get_object(request, str(object_id)) if object_id else None
        shown = self._shown(source) | {"newer": "newer" in request.GET} if source is not None and self.has_view_permission(request, source) else {}
        return super().changeform_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "address" not in form.changed_data:
            return
        if obj.state == Source.State.ON:
            running.start(obj.pk)
            self.message_user(request, _("It is being read from its new address. You may leave this page."))
        else:
            self.message_user(request, _("It is switched off: switch it on and press “Read it now” or “Read again” to have its new address read."))

    def _shown(self, source: Source) -> dict[str, Any]:
        runs = list(source.runs.all()[:RUNS_SHOWN])
        run = runs[0] if runs else None
        waiting = Entry.objects.filter(source=source, generation=run.generation).order_by("pk") if run and run.state == Run.State.READY else None
        return {
            "standing": standing_of(source, run),
            "run": run,
            "runs": [(one, standing_of(source, one).word if one is run else one.get_state_display()) for one in runs],
            "active": bool(run and run.state in ACTIVE),
            "waiting": list(waiting[:PIECES_SHOWN]) if waiting is not None else [],
            "reasons": reasons_of(run.findings.all()) if run else [],
            "used": used_of(source),
            "next": next_of(source, run),
            "has_columns": intake.is_table(source),
            "can_undo": bool(source.former or source.generation),
            "asks_columns": intake.is_table(source) and (run is None or asks_columns(run)),
            "stamp": stamp_of(source),
            "upload_bytes": str(UPLOAD_BYTES),
            "too_large": too_large(),
            "show_save_and_add_another": False,
            "show_save_and_continue": False,
        }

    # -- away with it ---------------------------------------------------------------------------------------------

    def get_deleted_objects(self, objs: Iterable[Model], request: HttpRequest) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """Counts what goes: a source has up to a hundred thousand entries."""
        sources = list(objs)
        number = Entry.objects.filter(source__in=[source.pk for source in sources]).count()
        return [str(source) for source in sources], {str(Entry._meta.verbose_name_plural): number}, set(), []

    def delete_model(self, request: HttpRequest, obj: Source) -> None:
        removing.remove(obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        for source in queryset:
            removing.remove(source.pk)
        self.message_user(request, ngettext("%(number)d source is gone.", "%(number)d sources are gone.", len(queryset)) % {"number": len(queryset)})
