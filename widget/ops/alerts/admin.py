"""The owner's page of alerts: where they are told, a test of it, and how their Telegram chat is found."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from widget.ops.alerts import connect, delivery
from widget.ops.alerts.errors import AlertError
from widget.ops.alerts.forms import AlertTargetForm
from widget.ops.alerts.models import AlertTarget
from widget.sites.admin_base import KanalAdmin, SetupStep

KIND_HINTS = {
    AlertTarget.Kind.TELEGRAM: _("A message on your phone within seconds. Free; takes two minutes to set up."),
    AlertTarget.Kind.EMAIL: _("To any mailbox. Needs a mail server, set by whoever runs this server."),
    AlertTarget.Kind.WEBHOOK: _("For developers: a signed request to your own program."),
}


@admin.register(AlertTarget)
class AlertTargetAdmin(KanalAdmin):
    site_path = "site"
    purpose = _("Where we reach you when a visitor waits for a person or a model fails.")
    form_purpose = _("Save, then send a test: it goes out at once and says what is wrong, if anything is.")
    empty_hint = _("Nobody is told yet when a visitor waits. Add Telegram or an e-mail address.")
    form = AlertTargetForm
    change_form_template = "widget/alert_form.html"
    list_display = ("__str__", "site", "state", "active")
    list_select_related = ("site",)

    @admin.display(description=_("state"))
    def state(self, target: AlertTarget) -> str:
        if target.last_error:
            return target.last_error
        if not target.address:
            return gettext("Not connected yet")
        if target.last_ok_at:
            return gettext("Delivered %(time)s") % {"time": date_format(timezone.localtime(target.last_ok_at), "SHORT_DATETIME_FORMAT")}
        return gettext("Not tried yet")

    def setup_steps(self, request: HttpRequest) -> Sequence[SetupStep]:
        told = AlertTarget.objects.reachable().filter(pk__in=self.get_queryset(request).values("pk"), on_waiting=True, last_ok_at__isnull=False).exists()
        hint = _("Add Telegram, e-mail or a webhook and send a test.")
        return [SetupStep(_("Be told when a visitor is waiting"), told, hint, reverse("admin:widget_alerttarget_changelist"), name="alert")]

    # -- the form ------------------------------------------------------------------------------------------------

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if _chosen_kind(request) or not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)
        kinds = [{"value": kind.value, "label": kind.label, "hint": hint} for kind, hint in KIND_HINTS.items()]
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("Where should we tell you?"), "purpose": self.purpose, "kinds": kinds}
        return TemplateResponse(request, "widget/alert_kinds.html", context)

    def get_form(self, request: HttpRequest, obj: AlertTarget | None = None, change: bool = False, **kwargs: Any) -> type[forms.ModelForm]:
        base = super().get_form(request, obj, change=change, **kwargs)
        form: type[forms.ModelForm] = type(base.__name__, (base,), {"kind": obj.kind if obj else _chosen_kind(request)})
        if "site" in form.base_fields:
            # Sites have a page of their own; three more icons here would only be in the way.
            widget = form.base_fields["site"].widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False
        return form

    def get_fields(self, request: HttpRequest, obj: AlertTarget | None = None) -> tuple[str, ...]:
        fields = ("site", "secret", "address", "on_waiting", "on_provider_failed", "at_night", "active")
        return tuple(name for name in fields if name != "secret") if (obj.kind if obj else _chosen_kind(request)) == AlertTarget.Kind.EMAIL else fields

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        first = self.own_sites(request, "add").first()
        return {**super().get_changeform_initial_data(request), **({"site": first.pk} if first else {})}

    def save_model(self, request: HttpRequest, obj: AlertTarget, form: forms.ModelForm, change: bool) -> None:
        if "secret" in form.changed_data:
            # Another bot: its name and its open link are no longer true.
            obj.bot_name, obj.connect_code, obj.connect_code_at = "", "", None
        super().save_model(request, obj, form, change)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        target: AlertTarget | None = kwargs.get("obj")
        context |= {"target": target, "connect_link": connect.link(target) if target else "", "hints": _hints(target)}
        return super().render_change_form(request, context, *args, **kwargs)

    # -- the buttons ---------------------------------------------------------------------------------------------

    def response_add(self, request: HttpRequest, obj: AlertTarget, post_url_continue: str | None = None) -> HttpResponse:
        """On to its own page, where it can be connected and tried."""
        if "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        said = gettext("Saved. Now get the link below and press Start.") if obj.kind == AlertTarget.Kind.TELEGRAM else gettext("Saved. Now send a test.")
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:widget_alerttarget_change", args=[obj.pk], current_app=self.admin_site.name))

    def response_change(self, request: HttpRequest, obj: AlertTarget) -> HttpResponse:
        steps: dict[str, Callable[[AlertTarget], str]] = {"_send_test": _send_test, "_get_link": _get_link, "_find_chat": _find_chat}
        for name, step in steps.items():
            if name in request.POST:
                self._try(request, obj, step)
                return HttpResponseRedirect(request.path)
        return super().response_change(request, obj)

    def _try(self, request: HttpRequest, target: AlertTarget, step: Callable[[AlertTarget], str]) -> None:
        try:
            self.message_user(request, step(target), messages.SUCCESS)
        except AlertError as error:
            self.message_user(request, str(error), messages.ERROR)


def _send_test(target: AlertTarget) -> str:
    delivery.send_test(target)
    return gettext("The test was delivered. If you do not see it, look into the spam folder or the right chat.")


def _get_link(target: AlertTarget) -> str:
    connect.offer_link(target)
    return gettext("Open the link below on your phone and press Start.")


def _find_chat(target: AlertTarget) -> str:
    chat = connect.find_chat(target)
    delivery.send_test(target)
    return gettext("Found: %(name)s. A test message is there.") % {"name": chat.name or chat.id}


def _chosen_kind(request: HttpRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in AlertTarget.Kind.values else ""


def _hints(target: AlertTarget | None) -> list[str]:
    """What is missing around the alert, in words for whoever runs the server."""
    hints = []
    if not settings.PUBLIC_URL:
        said = gettext("Alerts carry no link yet, because this server does not know its own address. Whoever runs it sets PUBLIC_URL, for example %(example)s.")
        hints.append(said % {"example": "https://chat.example.com"})
    if target and target.kind == AlertTarget.Kind.EMAIL:
        if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
            said = gettext("No mail server is set up, so nothing can be sent. Whoever runs this server sets EMAIL_HOST and its user and password.")
            hints.extend([] if target.last_error else [said])
        elif settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
            said = gettext("Mail is sent as %(sender)s, which most mailboxes refuse. Whoever runs this server sets DEFAULT_FROM_EMAIL to an own address.")
            hints.append(said % {"sender": settings.DEFAULT_FROM_EMAIL})
    return hints
