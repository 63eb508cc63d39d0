"""The page where a person turns notices on for the device in their hand, sees and removes their devices, and says how they want to be told.

Addresses are added to the admin by inbox/site.py. The button needs a script (static/push/devices.js); everything else works without.
"""

from hashlib import sha256
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from widget.inbox.push import installable, sending, subscribing, vapid, wording
from widget.inbox.push.errors import PushError, describe
from widget.inbox.push.models import PushDevice, PushWish, wish_of
from widget.inbox.push.reach import ANSWERING
from widget.sites.forms import check_quiet_hours, clock_field, time_zone_choices


class WishForm(forms.ModelForm):
    quiet_from = clock_field(_("Quiet from"))
    quiet_until = clock_field(
        _("Until"), _("The phone stays silent then; what came meanwhile is told in one notice at the end. Empty both to hear it at any hour.")
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices)

    class Meta:
        model = PushWish
        fields = ("preview", "quiet_from", "quiet_until", "time_zone")
        help_texts = {"preview": _("Without it a notice only says at which site somebody waits. Whoever sees your locked phone could read along.")}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        check_quiet_hours(self)
        return cleaned


def devices_view(request: HttpRequest) -> HttpResponse:
    """GET the page; POST saves how one wants to be told."""
    user = _person(request)
    form = WishForm(request.POST if request.method == "POST" else None, instance=wish_of(user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, gettext("Saved."))
        return HttpResponseRedirect(reverse("admin:push_devices"))
    context = {
        **admin.site.each_context(request),
        "title": _("Notices on your devices"),
        "purpose": _("Your phone rings when a visitor waits for a person, even when this page is closed."),
        "devices": [_shown(device) for device in PushDevice.objects.filter(user=user)],
        "form": form,
        "push_key": vapid.current_key().public,
    }
    return TemplateResponse(request, "admin/push_devices.html", context)


def subscribe_view(request: HttpRequest) -> JsonResponse:
    user = _person(request)
    name = subscribing.device_name(request.headers.get("User-Agent", ""))
    try:
        subscribing.subscribe(user, subscribing.read(request.body), name, translation.get_language() or settings.LANGUAGE_CODE)
    except PushError as error:
        return JsonResponse({"message": error.sentence}, status=400)
    return JsonResponse({"message": gettext("A first notice is on its way to this device.")})


def test_view(request: HttpRequest, pk: int) -> HttpResponse:
    device = _own_device(request, pk)
    try:
        sending.send(device, wording.trial())
    except PushError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, gettext("Sent. It should show within seconds."))
    return HttpResponseRedirect(reverse("admin:push_devices"))


def remove_view(request: HttpRequest, pk: int) -> HttpResponse:
    _own_device(request, pk).delete()
    messages.success(request, gettext("Removed. This device hears nothing more."))
    return HttpResponseRedirect(reverse("admin:push_devices"))


def addresses() -> list[URLPattern]:
    """For the admin's own: what is behind admin_view needs a signed-in person; the other two are fetched by browsers without one."""
    guarded = admin.site.admin_view
    return [
        path("app.webmanifest", installable.manifest_view, name="app_manifest"),
        path("worker.js", installable.worker_view, name="push_worker"),
        path("devices/", guarded(devices_view), name="push_devices"),
        path("devices/subscribe/", guarded(require_POST(subscribe_view)), name="push_subscribe"),
        path("devices/<int:pk>/test/", guarded(require_POST(test_view)), name="push_test"),
        path("devices/<int:pk>/remove/", guarded(require_POST(remove_view)), name="push_remove"),
    ]


def _person(request: HttpRequest) -> Any:
    if not request.user.has_perm(ANSWERING):
        raise PermissionDenied
    return request.user


def _own_device(request: HttpRequest, pk: int) -> PushDevice:
    device = PushDevice.objects.select_related("key").filter(pk=pk, user=_person(request)).first()
    if device is None:
        raise Http404
    return device


def _shown(device: PushDevice) -> dict[str, Any]:
    """`mark` lets the page find the device it is shown on without the address standing in it."""
    return {"row": device, "trouble": describe(device.last_error), "mark": sha256(device.endpoint.encode()).hexdigest()}
