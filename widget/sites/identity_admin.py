"""The secret with which a website signs who is signed in there: made, shown once, made anew, and taken away. Addressed in sites/admin.py."""

import secrets
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from widget.lib.secrets import validate_storable
from widget.sites import registry
from widget.sites.models import Site

TEMPLATE = "admin/widget/site/identity_secret.html"


@sensitive_variables("secret")
def identity_view(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """`off` in the form takes the secret away; else a new one is made and shown, this once. Whoever was signed in with the one before is no more."""
    # Asked first: who may not know what is there hears the same of what is not.
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    site = cast(Site | None, model_admin.get_object(request, str(pk)))
    if site is None:
        raise Http404
    if not model_admin.has_change_permission(request, site):
        raise PermissionDenied
    back = HttpResponseRedirect(f"{reverse('admin:widget_site_change', args=[site.pk])}#customers")
    if request.POST.get("off"):
        _keep(site, "")
        model_admin.log_change(request, site, _("Switched signed-in customers off."))
        messages.success(request, _("Customers are no longer recognised. The chat goes on for everybody as for a visitor."))
        return back
    secret = secrets.token_urlsafe(32)
    try:
        validate_storable(secret)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return back
    _keep(site, secret)
    model_admin.log_change(request, site, _("Made a new secret for signed-in customers."))
    context: dict[str, Any] = {
        **model_admin.admin_site.each_context(request),
        "title": _("The secret of your website"),
        "opts": Site._meta,
        "site": site,
        "secret": secret,
    }
    return TemplateResponse(request, TEMPLATE, context)


def _keep(site: Site, secret: str) -> None:
    site.identity_secret = secret
    site.save(update_fields=["identity_secret"])
    # This process acts on it with the next frame; others within the two seconds their snapshots live.
    transaction.on_commit(registry.forget)
