"""Roles for people who have an account already: an owner names the account and passes on a link, whoever signs in under that name accepts.

Whether such an account exists is never looked up, so an owner learns nothing of the other people of an installation; and nobody is a member of
a site without having said yes. Both halves are needed: the link (an e-mail of an account is not proven) and the account. Addresses are added by site.py.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from widget.inbox import audit
from widget.sites.members import access_of
from widget.sites.models import INVITATION_DAYS, Invitation, Member, Role, Site, invitation_end, new_code
from widget.sites.scope import may_at

INVITE = "widget.add_member"
# So many open ones a site may have: more is a mistake or a list of guessed names.
OPEN_PER_SITE = 30


class InvitationForm(forms.Form):
    account = forms.CharField(
        label=_("User name or e-mail"), max_length=254, help_text=_("Exactly as the person signs in here, or as the e-mail of their account is written.")
    )
    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"), empty_label=None, help_text=_("Where the person will work."))
    role = forms.ChoiceField(
        label=_("Role"), choices=Role.choices, initial=Role.AGENT, help_text=_("You can change it or take it away on the person's page at any time.")
    )

    def __init__(self, sites: QuerySet[Site], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["site"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = sites

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        site = cleaned.get("site")
        if site and _open(Invitation.objects.filter(site=site)).exclude(account=cleaned.get("account", "")).count() >= OPEN_PER_SITE:
            raise forms.ValidationError(_("This site has many open invitations already. Withdraw those that nobody needs any more."))
        return cleaned


def list_view(request: HttpRequest) -> HttpResponse:
    """The open invitations of one's sites with their links, and the form for another one."""
    sites = _sites(request)
    form = InvitationForm(sites, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _invite(request, form.cleaned_data)
        messages.success(request, gettext("The invitation is ready. Send its link to the person, for example by WhatsApp."))
        return HttpResponseRedirect(reverse("admin:invitations"))
    rows = _open(Invitation.objects.filter(site__in=sites)).select_related("site")
    context = {
        **admin.site.each_context(request),
        "title": _("Invitations"),
        "purpose": _("Give a role to somebody who signs in here already, for example for another site. They keep their account and accept by a link."),
        "form": form,
        "invitations": [{"row": row, "link": request.build_absolute_uri(reverse("admin:invitation", args=[row.code]))} for row in rows],
        "days": INVITATION_DAYS,
    }
    return TemplateResponse(request, "admin/invitations.html", context)


def _invite(request: HttpRequest, wanted: dict[str, Any]) -> None:
    """Inviting the same account again replaces the link."""
    fields = {"role": wanted["role"], "by": _person(request), "code": new_code(), "until": invitation_end()}
    with transaction.atomic():
        Invitation.objects.filter(until__lte=timezone.now()).delete()
        row, _made = Invitation.objects.update_or_create(site=wanted["site"], account=wanted["account"], defaults=fields)
        audit.note(request.user, audit.Action.ROLE, [row.site_id], detail=gettext("invited %(account)s: %(role)s") % {"account": row.account, "role": row.role})


def withdraw_view(request: HttpRequest, pk: int) -> HttpResponse:
    row = Invitation.objects.filter(pk=pk, site__in=_sites(request)).first()
    if row is None:
        raise Http404
    row.delete()
    audit.note(request.user, audit.Action.ROLE, [row.site_id], detail=gettext("withdrew the invitation of %(account)s") % {"account": row.account})
    messages.success(request, gettext("Withdrawn. The link is worth nothing any more."))
    return HttpResponseRedirect(reverse("admin:invitations"))


@never_cache
def invitation_view(request: HttpRequest, code: str) -> HttpResponse:
    """What the link opens: accept or decline. Of an invitation for another account nothing is told, not even that it is one."""
    person = _person(request)
    row = _meant_for(person, code)
    if row is not None and request.method == "POST":
        return _decide(request, person, row)
    context = {**admin.site.each_context(request), "title": _("Invitation"), "invitation": row, "role": row.get_role_display() if row else ""}
    context["purpose"] = _("Somebody offers you a role at their site. It begins only when you accept.")
    return TemplateResponse(request, "admin/invitation.html", context)


def _decide(request: HttpRequest, person: User, row: Invitation) -> HttpResponse:
    accepted = request.POST.get("answer") == "accept"
    with transaction.atomic():
        # Of two answers at once one finds it.
        if not Invitation.objects.filter(pk=row.pk).delete()[0]:
            return HttpResponseRedirect(reverse("admin:index"))
        if accepted:
            # Whoever has a role there keeps it: owners change roles on the person's page.
            member, made = Member.objects.get_or_create(site=row.site, user=person, defaults={"role": row.role})
            if made:
                audit.role_changed(person, member, f"– → {member.role}")
        else:
            audit.note(person, audit.Action.ROLE, [row.site_id], detail=gettext("declined the invitation"))
    said = gettext("You work at %(site)s now.") if accepted else gettext("Declined. %(site)s got no new member.")
    messages.success(request, said % {"site": row.site.name})
    return HttpResponseRedirect(reverse("admin:index"))


def _meant_for(person: User, code: str) -> Invitation | None:
    """The invitation, while whoever made it may still invite there."""
    row = _open(Invitation.objects.filter(code=code)).select_related("site", "by").first()
    if row is None or not (row.account == person.get_username() or ("@" in row.account and row.account.casefold() == person.email.casefold())):
        return None
    return row if access_of(row.by).may(INVITE, row.site_id) else None


def addresses() -> list[URLPattern]:
    guarded = admin.site.admin_view
    return [
        path("invitations/", guarded(list_view), name="invitations"),
        path("invitations/<int:pk>/withdraw/", guarded(require_POST(withdraw_view)), name="invitation_withdraw"),
        path("invitation/<slug:code>/", guarded(invitation_view), name="invitation"),
    ]


def _open(rows: QuerySet[Invitation]) -> QuerySet[Invitation]:
    return rows.filter(until__gt=timezone.now(), site__active=True)


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _sites(request: HttpRequest) -> QuerySet[Site]:
    """Where one may invite; nobody is shown the page for nothing."""
    if not request.user.has_perm(INVITE):
        raise PermissionDenied
    sites = may_at(request, INVITE)
    return Site.objects.filter(active=True) if sites is None else Site.objects.filter(pk__in=sites, active=True)
