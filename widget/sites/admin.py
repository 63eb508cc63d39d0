"""The owner's pages of a site: the tag to paste, where the chat may stand, when people answer, how visitors are spoken to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from widget.sites import registry, removing
from widget.sites.admin_base import KanalAdmin, SetupStep
from widget.sites.forms import HolidayForm, HoursForm, OriginForm, SiteForm, WeekFormSet
from widget.sites.holidays import Holiday, add_known_holidays, known_holidays
from widget.sites.identity_admin import identity_view
from widget.sites.models import AddressForm, AllowedOrigin, OpeningHours, RefusedOrigin, Site
from widget.sites.origins import normalise_origin, www_twin
from widget.sites.scope import SitePart, access_in, changeable
from widget.sites.starting_texts import greeting
from widget.sites.tag import embed_tag

REFUSALS_SHOWN = 10
REFUSALS_FOR = timedelta(hours=24)


class OriginInline(SitePart):
    model = AllowedOrigin
    form = OriginForm
    extra = 1
    fields = ["origin", "seen", "twin"]
    readonly_fields = ["seen", "twin"]
    verbose_name_plural = gettext_lazy("Websites the chat may be used on")

    def get_fields(self, request: HttpRequest, obj: Site | None = None) -> Any:
        return self.fields if self.has_change_permission(request, obj) else ["origin", "seen"]

    @admin.display(description=gettext_lazy("first visit"))
    def seen(self, origin: AllowedOrigin) -> str:
        if not origin.pk:
            return ""
        if not origin.first_seen_at:
            return _("no visit yet")
        return f"✓ {date_format(timezone.localtime(origin.first_seen_at), 'SHORT_DATETIME_FORMAT')}"

    @admin.display(description=gettext_lazy("also allow"))
    def twin(self, origin: AllowedOrigin) -> str:
        twin = www_twin(origin.origin) if origin.pk else None
        if not twin or AllowedOrigin.objects.filter(site=origin.site_id, origin=twin).exists():
            return ""
        return format_html('<button class="button small soft" form="allow-origin" name="origin" value="{}">{}</button>', twin, twin.split("://")[1])


class HoursInline(SitePart):
    model = OpeningHours
    form = HoursForm
    formset = WeekFormSet
    extra = 0
    verbose_name_plural = gettext_lazy("Opening hours: when people answer (a day without times is closed)")


class HolidayInline(SitePart):
    model = Holiday
    form = HolidayForm
    extra = 1
    verbose_name_plural = gettext_lazy("Holidays: days that are closed, or open at other hours")


@admin.register(Site)
class SiteAdmin(KanalAdmin):
    site_path = "pk"
    purpose = gettext_lazy("A site is one website, or one chat page, with its own knowledge, look and conversations.")
    form_purpose = gettext_lazy("Put the chat on your website, say where it may be used and when people answer.")
    empty_hint = gettext_lazy("Add your website: its name and address are enough to start.")
    form = SiteForm
    change_form_template = "admin/widget/site/change_form.html"
    list_display = ["name", "key", "websites", "active"]
    fieldsets = [
        (None, {"fields": ["name", "key", "active"]}),
        (gettext_lazy("What visitors see"), {"fields": ["greeting", "language", "address_form", "accent"]}),
        (gettext_lazy("Reaching a person"), {"fields": ["whatsapp", "email", "time_zone"]}),
        (
            gettext_lazy("When a visitor waits"),
            {"classes": ["collapse"], "fields": ["push_minutes", "alert_minutes", "accept_minutes", "quiet_from", "quiet_until"]},
        ),
        (
            gettext_lazy("Privacy and limits"),
            {
                "classes": ["collapse"],
                "fields": ["link_hosts", "policy_url", "retention_days", "answers_per_visitor_day", "answers_per_site_day", "allow_apps"],
            },
        ),
    ]
    add_fieldsets = [(None, {"fields": ["name", "key", "kind", "language", "address_form", "whatsapp", "time_zone"]})]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("origins")

    @admin.display(description=gettext_lazy("websites"))
    def websites(self, site: Site) -> str:
        return ", ".join(origin.origin for origin in site.origins.all()) or "–"

    def get_fieldsets(self, request: HttpRequest, obj: Site | None = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Site | None = None) -> tuple[str, ...]:
        """Roles at a site that is off give no rights: an owner who switched it off could never switch it on again."""
        return () if access_in(request).everywhere else ("active",)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Site | None = None) -> dict[str, Sequence[str]]:
        return {} if obj else {"key": ("name",)}

    def get_inlines(self, request: HttpRequest, obj: Site | None) -> list[type[InlineModelAdmin]]:
        return [OriginInline, HoursInline, HolidayInline] if obj else [OriginInline]

    def get_urls(self) -> list[URLPattern]:
        allow = path("<int:pk>/allow/", self.admin_site.admin_view(require_POST(self.allow_view)), name="widget_site_allow")
        holidays = path("<int:pk>/holidays/", self.admin_site.admin_view(require_POST(self.holidays_view)), name="widget_site_holidays")
        identity = path("<int:pk>/identity/", self.admin_site.admin_view(require_POST(partial(identity_view, self))), name="widget_site_identity")
        return [allow, holidays, identity, *super().get_urls()]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        site = self.get_object(request, object_id) if object_id else None
        panels = _panels(request, site) if site else {"purpose": _("Name the site and enter its website. The rest can wait.")}
        return super().changeform_view(request, object_id, form_url, {**panels, **(extra_context or {})})

    def allow_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Allows a website that was refused, or the www twin of one that is allowed."""
        site = changeable(self, request, pk)
        try:
            origin = normalise_origin(request.POST.get("origin", ""))
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            AllowedOrigin.objects.get_or_create(site=site, origin=origin)
            _forget_refusals(site)
            registry.forget()
            self.log_change(request, site, _("Allowed %(origin)s.") % {"origin": origin})
            messages.success(request, _("The chat may now be used on %(origin)s.") % {"origin": origin})
        return HttpResponseRedirect(reverse("admin:widget_site_change", args=[site.pk]))

    def holidays_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Adds the public holidays whose dates are known (holidays.py)."""
        site = changeable(self, request, pk)
        with translation.override(site.language):
            added = add_known_holidays(site, timezone.now().astimezone(site.zone).date())
        registry.forget()
        self.log_change(request, site, _("Added public holidays."))
        said = ngettext("%(number)d holiday was added. Look it through.", "%(number)d holidays were added. Look them through.", added)
        messages.success(request, said % {"number": added})
        return HttpResponseRedirect(f"{reverse('admin:widget_site_change', args=[site.pk])}#holidays-group")

    def save_model(self, request: HttpRequest, obj: Site, form: ModelForm, change: bool) -> None:
        if not change and not obj.greeting:
            obj.greeting = greeting(obj.kind, obj.language, obj.address_form)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        _forget_refusals(form.instance)
        # This process acts on it with the next frame; others within the two seconds their snapshots live.
        transaction.on_commit(registry.forget)

    def get_deleted_objects(self, objs: Iterable[Model], request: HttpRequest) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """Counts what goes without reading it: a site has up to a hundred thousand entries."""
        sites = list(objs)
        return [str(site) for site in sites], removing.counted([site.pk for site in sites]), set(), []

    def delete_model(self, request: HttpRequest, obj: Site) -> None:
        removing.remove(obj.pk)
        transaction.on_commit(registry.forget)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for site in queryset:
            removing.remove(site.pk)
        transaction.on_commit(registry.forget)

    def response_add(self, request: HttpRequest, obj: Site, post_url_continue: str | None = None) -> HttpResponse:
        """On to the tag, which is what one adds a site for."""
        messages.success(request, _("%(name)s is ready. Put the tag below on your website.") % {"name": obj.name})
        return HttpResponseRedirect(reverse("admin:widget_site_change", args=[obj.pk]))

    def setup_steps(self, request: HttpRequest) -> Sequence[SetupStep]:
        sites = self.get_queryset(request)
        site = sites.order_by("pk").first()
        if site is None:
            return [SetupStep(_("Name your site"), False, self.empty_hint, reverse("admin:widget_site_add"), name="name")]
        url = reverse("admin:widget_site_change", args=[site.pk])
        reachable = sites.filter(~Q(whatsapp="") | ~Q(email=""), hours__isnull=False).exists()
        seen = sites.filter(origins__first_seen_at__isnull=False).exists()
        return [
            SetupStep(_("Name your site"), True, name="name"),
            SetupStep(
                _("Say when people answer and how else to reach you"),
                reachable,
                _("Opening hours, and a WhatsApp number or an e-mail address."),
                url,
                name="reach",
            ),
            SetupStep(
                _("Choose its look"), _is_dressed(site), _("Your colour and the first line visitors read."), url, name="look", decision=_("It is fine as it is")
            ),
            SetupStep(
                _("Put the tag on your website"), seen, _("Copy it from the site's page. This is ticked when the first visitor comes by."), url, name="tag"
            ),
        ]


def _is_dressed(site: Site) -> bool:
    """Whether the colour was chosen, or the greeting is the owner's own."""
    given = {greeting(site.kind, site.language, address) for address in AddressForm.values}
    return site.accent != Site._meta.get_field("accent").default or (site.greeting != "" and site.greeting not in given)


def _panels(request: HttpRequest, site: Site) -> dict[str, Any]:
    """What stands above the form: the tag, the chat page, and websites that were refused."""
    address = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    return {
        "tag": embed_tag(site, address),
        "chat_page": f"{address}/c/{site.key}",
        "seen": AllowedOrigin.objects.filter(site=site, first_seen_at__isnull=False).order_by("first_seen_at").first(),
        "refused": _refused(site),
        "holidays_missing": _missing_holidays(site),
    }


def _missing_holidays(site: Site) -> int:
    taken = set(site.holidays.values_list("first", flat=True))
    return sum(day not in taken for day, _name in known_holidays(timezone.now().astimezone(site.zone).date()))


def _refused(site: Site) -> list[RefusedOrigin]:
    """Those of the last day that could be allowed; what the header of a script may hold besides is left out."""
    recent = RefusedOrigin.objects.filter(site=site, last_at__gte=timezone.now() - REFUSALS_FOR)
    return [refusal for refusal in recent[: 5 * REFUSALS_SHOWN] if _is_website(refusal.origin)][:REFUSALS_SHOWN]


def _is_website(origin: str) -> bool:
    try:
        return normalise_origin(origin) == origin
    except ValidationError:
        return False


def _forget_refusals(site: Site) -> None:
    RefusedOrigin.objects.filter(site=site, origin__in=AllowedOrigin.objects.filter(site=site).values("origin")).delete()
