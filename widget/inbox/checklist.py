"""The first page's checklist: it looks for itself whether each step is done; what the owner settled without doing it is kept as a decision.

Called by site.py, which gathers the steps that each subject's admin page asks for; "try it" and "a colleague" are added here.
"""

from collections.abc import Iterable
from dataclasses import replace

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from widget.conversations.models import Conversation
from widget.inbox.models import SetupDecision
from widget.inbox.push.models import PushDevice
from widget.sites.admin_base import SetupStep
from widget.sites.models import Member, Site
from widget.sites.scope import may_at

# What an owner is led through, in this order; what has no place here comes last.
ORDER = ("name", "reach", "knowledge", "look", "tag", "provider", "try", "colleague", "alert")
DECIDABLE = ("look", "provider", "colleague")


def steps_for(request: HttpRequest, asked: Iterable[SetupStep]) -> list[SetupStep]:
    """Empty when nothing is left, and for whoever sets up no site."""
    steps = list(asked)
    if not steps:
        return []
    site = own_site(request)
    if site is not None:
        steps += [_try_it(site), _colleague(request, site)]
        steps = [_alert(step, site) if step.name == "alert" else step for step in steps]
        decided = set(SetupDecision.objects.filter(site=site).values_list("step", flat=True))
        steps = [replace(step, done=step.done or step.name in decided) for step in steps]
    steps.sort(key=lambda step: ORDER.index(step.name) if step.name in ORDER else len(ORDER))
    return steps if any(not step.done and not step.optional for step in steps) else []


def own_site(request: HttpRequest) -> Site | None:
    """The one that is set up: the first that this person may change."""
    ids = may_at(request, "widget.change_site")
    return (Site.objects.all() if ids is None else Site.objects.filter(pk__in=ids)).order_by("pk").first()


@require_POST
def decide_view(request: HttpRequest, step: str) -> HttpResponse:
    """Keeps the decision that this step needs nothing."""
    if not request.user.has_perm("widget.change_site"):
        raise PermissionDenied
    site = own_site(request)
    if site is None or step not in DECIDABLE:
        raise Http404
    SetupDecision.objects.get_or_create(site=site, step=step)
    return HttpResponseRedirect(f"{reverse('admin:index')}#setup-title")


def _alert(step: SetupStep, site: Site) -> SetupStep:
    """A device of the site's people that is told of waits does as well as what the step asks for."""
    told = PushDevice.objects.filter(user__in=User.objects.filter(Q(is_superuser=True) | Q(memberships__site=site), is_active=True)).exists()
    hint = _("Turn on notices on your phone or computer under “Notices on your devices”, or add Telegram, e-mail or a webhook here and send a test.")
    return replace(step, done=step.done or told, hint=hint)


def _try_it(site: Site) -> SetupStep:
    tried = Conversation.objects.filter(site=site, seq__gt=0).exists()
    hint = _("Open your chat page and write as a visitor would. This is ticked with the first message.")
    return SetupStep(_("Try it yourself"), tried, hint, reverse("widget:hosted_chat", args=[site.key]), name="try")


def _colleague(request: HttpRequest, site: Site) -> SetupStep:
    me = request.user.pk or 0
    others = Member.objects.filter(site=site, user__is_active=True).exclude(user=me).exists()
    others = others or User.objects.filter(is_active=True, is_superuser=True).exclude(pk=me).exists()
    url = reverse("admin:auth_user_changelist") if request.user.has_perm("auth.add_user") else ""
    return SetupStep(_("Invite a colleague"), others, _("So that somebody answers when you cannot."), url, name="colleague", decision=_("I answer alone"))
