"""What the live inbox asks for beside its line, when a person wants it: why an answer was given, and the message that brings a visitor back.

Mounted by site.py below the conversation's address. Both are asked under the rights of the record's page (talk_page.py).
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from widget.conversations.models import Conversation, Turn
from widget.inbox.returning import link_back
from widget.inbox.story import tell
from widget.sites.members import access_of

VIEW, CHANGE = "widget.view_conversation", "widget.change_conversation"


class RedirectToWriter(HttpResponseRedirect):
    """Leads to WhatsApp or into the mail program."""

    allowed_schemes = ["https", "mailto"]


@require_GET
def story_view(request: HttpRequest, talk: str, seq: int) -> JsonResponse:
    """`seq`: of the answer. Nothing is told of one that came without a turn, or from an earlier version."""
    turn = Turn.objects.filter(conversation=find(request, talk, VIEW), answer_seq=seq).first()
    return JsonResponse({"story": list(tell(turn)) if turn else []})


@require_GET
def link_back_view(request: HttpRequest, talk: str) -> HttpResponse:
    address = link_back(find(request, talk, CHANGE))
    if address:
        return RedirectToWriter(address)
    messages.info(request, _("There is nothing to send: the visitor has seen the answer by now, or left no number or e-mail address."))
    return HttpResponseRedirect(reverse("admin:inbox_talk", args=[talk]))


def find(request: HttpRequest, talk: str, permission: str) -> Conversation:
    """One that the person has this right to; any other is as if it were not there."""
    sites = access_of(request.user).sites(permission)
    found = Conversation.objects.select_related("site").filter(public_id=talk)
    conversation = (found if sites is None else found.filter(site__in=sites)).first()
    if conversation is None:
        raise Http404
    return conversation
