"""The owner's page of providers: which models are asked in which order, their keys, and whether they work.

An owner sees their own site's; only superusers enter any base URL they like, because one may lead inside the network. Asks trial.py for the connection test.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from widget.providers import health, registry
from widget.providers.errors import describe
from widget.providers.forms import ProviderForm
from widget.providers.models import Provider
from widget.providers.trial import TrialResult, try_provider
from widget.sites.admin_base import KanalAdmin, SetupStep
from widget.sites.scope import access_in


@admin.register(Provider)
class ProviderAdmin(KanalAdmin):
    site_path = "site"
    purpose = gettext_lazy("The language models that may write answers. The lowest position is asked first; when one fails, the next one takes over.")
    form_purpose = gettext_lazy("Choose where the model runs, enter its key, then save and test: one short answer shows whether it works.")
    empty_hint = gettext_lazy("No model yet: your own knowledge and your rules answer, and a person does the rest. Add a model to answer more freely.")
    form = ProviderForm
    change_form_template = "admin/widget/provider/change_form.html"
    list_display = ("name", "model", "sites", "position", "active", "state")
    list_select_related = ("site",)
    fieldsets = (
        (None, {"fields": ("name", "base_url", "model", "new_key", "forget_key", "active")}),
        (gettext_lazy("When it is used"), {"fields": ("position", "site")}),
        (gettext_lazy("Answers and prices"), {"classes": ("collapse",), "fields": ("max_tokens", "temperature", "price_in", "price_out")}),
    )

    @admin.display(description=gettext_lazy("state"))
    def state(self, provider: Provider) -> str:
        if provider.last_failed_at and (not provider.last_ok_at or provider.last_failed_at > provider.last_ok_at):
            return _("%(time)s: %(reason)s") % {"time": _time(provider.last_failed_at), "reason": describe(provider.last_failure)}
        if provider.last_ok_at:
            return _("Answered %(time)s") % {"time": _time(provider.last_ok_at)}
        return _("Not asked yet")

    @admin.display(description=gettext_lazy("site"), ordering="site")
    def sites(self, provider: Provider) -> str:
        return provider.site.name if provider.site else _("all sites")

    def setup_steps(self, request: HttpRequest) -> Sequence[SetupStep]:
        mine = Provider.objects.filter(Q(site=None) | Q(pk__in=self.get_queryset(request).values("pk")))
        works = mine.filter(active=True, last_ok_at__isnull=False).exists()
        hint = gettext_lazy("It answers freely from your knowledge. Without one, your rules and your own answers are given as they stand.")
        where, without = reverse("admin:widget_provider_changelist"), gettext_lazy("We do without a model")
        return [SetupStep(gettext_lazy("Let a language model answer, or decide against it"), works, hint, where, name="provider", decision=without)]

    @method_decorator(sensitive_post_parameters("new_key"))
    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        """A key typed in stands in no error report."""
        return super().changeform_view(request, object_id, form_url, extra_context)

    # -- the form ------------------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Provider | None = None, change: bool = False, **kwargs: Any) -> type[ModelForm]:
        base = super().get_form(request, obj, change=change, **kwargs)
        form: type[ModelForm] = type(base.__name__, (base,), {"any_address": access_in(request).everywhere})
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Provider | None = None) -> Any:
        name, options = self.fieldsets[0]
        fields = tuple(field for field in options["fields"] if field != "forget_key" or (obj and obj.key))
        return ((name, {**options, "fields": fields}), *self.fieldsets[1:])

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        provider: Provider | None = kwargs.get("obj")
        context["last_failure"] = describe(provider.last_failure) if provider and provider.last_failure else ""
        return super().render_change_form(request, context, *args, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        last = self.get_queryset(request).order_by("-position").values_list("position", flat=True).first()
        return {"position": 0 if last is None else last + 1, **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Provider, form: ModelForm, change: bool) -> None:
        had_key = change and "base_url" in form.changed_data and not form.cleaned_data.get("new_key") and bool(obj.key)
        super().save_model(request, obj, form, change)
        registry.forget()
        if had_key:
            self.message_user(request, _("The base URL changed, so the stored key was removed. Enter the key for the new address."), messages.WARNING)

    def delete_model(self, request: HttpRequest, obj: Provider) -> None:
        super().delete_model(request, obj)
        registry.forget()

    # -- the test ------------------------------------------------------------------------------------------------

    def response_add(self, request: HttpRequest, obj: Provider, post_url_continue: str | None = None) -> HttpResponse:
        if "_test" in request.POST:
            return self._test(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Provider) -> HttpResponse:
        if "_test" in request.POST:
            return self._test(request, obj)
        return super().response_change(request, obj)

    def _test(self, request: HttpRequest, provider: Provider) -> HttpResponse:
        result = try_provider(Provider.objects.get(pk=provider.pk).settings())
        health.save_result(provider.pk, result.code)
        if result.code:
            self.message_user(request, _failure(result), messages.ERROR)
        else:
            self.message_user(request, _success(result), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:widget_provider_change", args=[provider.pk], current_app=self.admin_site.name))


def _time(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def _success(result: TrialResult) -> str:
    seconds = number_format(Decimal(result.first_token_ms) / 1000, 2)
    counts = {"read": result.tokens_in, "written": result.tokens_out, "seconds": seconds}
    said = _("It works. The model said: “%(text)s”") % {"text": result.text[:300]}
    took = _("First word after %(seconds)s s; %(read)s tokens read, %(written)s written.") % counts
    cost = _("Cost: USD %(cost)s.") % {"cost": number_format(result.cost, 6)} if result.cost else ""
    return f"{said} {took} {cost}".strip()


def _failure(result: TrialResult) -> str:
    saved = _("Saved, but the test failed.")
    said = _("The provider said: “%(detail)s”") % {"detail": result.detail} if result.detail else ""
    return f"{saved} {describe(result.code)} {said}".strip()
