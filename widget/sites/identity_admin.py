"""The secret with which a website signs who is signed in there: made, shown once, made anew, and taken away. Addressed in sites/admin.py."""

import secrets
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from widget.lib.secrets import validate_storable
from widget.sites import registry
from widget.sites.models import Site
from widget.sites.scope import changeable

TEMPLATE = "admin/widget/site/identity_secret.html"


@sensitive_variables("secret")
def identity_view(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """`off` in the form takes the secret away; else a new one is made and shown, this once. Whoever was signed in with the one before is no more."""
    site: Site = changeable(model_admin, request, pk)
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
