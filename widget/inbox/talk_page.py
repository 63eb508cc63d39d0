"""One conversation's page: the whole log, who the visitor is, and what a person can do: reply, hand back, close.

ConversationAdmin (admin.py) derives from it. Every change goes through conversations/takeover.py, so a reply here and one from anywhere else are the same.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from widget.conversations import takeover
from widget.conversations.errors import ConflictError, ConversationGoneError, EmptyReplyError
from widget.conversations.models import Conversation, Turn
from widget.inbox import audit, returning
from widget.inbox.contact import contact_link, web_link
from widget.inbox.thread import read_thread
from widget.sites.admin_base import KanalAdmin


class TalkPage(KanalAdmin):
    """The views of one conversation. Reading needs the permission to view, everything else the permission to change."""

    site_path = "site"

    def get_urls(self) -> list[URLPattern]:
        def act(name: str, view: Callable[..., HttpResponse]) -> URLPattern:
            return path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"widget_conversation_{name.replace('-', '_')}")

        own = [
            act("reply", require_POST(self.reply_view)),
            act("hand-back", require_POST(self.hand_back_view)),
            act("close", require_POST(self.close_view)),
            act("stamp", self.stamp_view),
        ]
        return [*own, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        conversation = self._conversation(request, object_id, change=False)
        audit.read(request.user, conversation)
        return self._show(request, conversation)

    def reply_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        conversation = self._conversation(request, pk)
        text = request.POST.get("text", "").replace("\r\n", "\n").replace("\x00", "")
        try:
            if len(text) > settings.MESSAGE_CHARACTERS:
                raise ReplyTooLongError
            with transaction.atomic():
                row = takeover.reply_as_operator(conversation.pk, _user(request), text, _row_id(request))
                returning.answered(conversation.pk, row.seq)
                audit.replied(_user(request), conversation, row)
        except (EmptyReplyError, ReplyTooLongError, ConflictError) as error:
            messages.error(request, _not_sent(error))
            return self._show(request, conversation, draft=text)
        except ConversationGoneError:
            return self._gone(request)
        return HttpResponseRedirect(f"{talk_url(conversation.pk)}#end")

    def hand_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._act(request, pk, takeover.hand_back, audit.Action.HANDED_BACK, _("The assistant answers this visitor again."))

    def close_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        said = _("Closed. When the visitor writes again, the conversation opens again with the assistant.")
        return self._act(request, pk, takeover.close, audit.Action.CLOSED, said)

    def stamp_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return JsonResponse({"stamp": stamp(self._conversation(request, pk, change=False))})

    def _show(self, request: HttpRequest, conversation: Conversation, draft: str = "") -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": str(conversation),
            "opts": self.opts,
            "conversation": conversation,
            "thread": read_thread(conversation, whole="all" in request.GET),
            "stamp": stamp(conversation),
            "contact_link": contact_link(conversation.contact),
            "return_link": returning.whatsapp_link(conversation) if self.has_change_permission(request, conversation) else "",
            "page_link": web_link(conversation.page_url),
            "draft": draft,
            "row_id": uuid4(),
            "longest": settings.MESSAGE_CHARACTERS,
            "can_reply": self.has_change_permission(request, conversation),
            "can_delete": self.has_delete_permission(request, conversation),
        }
        return TemplateResponse(request, "admin/widget/conversation/talk.html", context)

    def _act(self, request: HttpRequest, pk: int, act: Callable[[int, AbstractBaseUser], None], name: str, done: str) -> HttpResponse:
        conversation = self._conversation(request, pk)
        try:
            with transaction.atomic():
                act(conversation.pk, _user(request))
                audit.acted(_user(request), name, conversation)
        except ConversationGoneError:
            return self._gone(request)
        self.log_change(request, conversation, done)
        messages.success(request, done)
        return HttpResponseRedirect(talk_url(conversation.pk))

    def _conversation(self, request: HttpRequest, pk: int | str, change: bool = True) -> Conversation:
        # Asked first: who may not know what is there hears the same of what is not.
        if not (self.has_change_permission if change else self.has_view_or_change_permission)(request):
            raise PermissionDenied
        conversation = self.get_object(request, str(pk))
        if conversation is None:
            raise Http404
        if change and not self.has_change_permission(request, conversation):
            raise PermissionDenied
        return conversation

    def _gone(self, request: HttpRequest) -> HttpResponse:
        messages.error(request, _("This conversation was removed in the meantime, so nothing was sent."))
        return HttpResponseRedirect(reverse("admin:widget_conversation_changelist"))


class ReplyTooLongError(Exception):
    """The reply has more characters than a message may have."""


def talk_url(pk: int) -> str:
    return reverse("admin:widget_conversation_change", args=[pk])


def stamp(conversation: Conversation) -> str:
    """Changes whenever the page would show something else."""
    running = Turn.objects.filter(conversation=conversation, state__in=Turn.UNFINISHED).values_list("fence", "beat").first() or ()
    facts = [conversation.seq, conversation.handler, conversation.closed_at is not None, conversation.name, conversation.contact, *running]
    return "-".join(str(fact) for fact in facts)


def _not_sent(error: Exception) -> str:
    if isinstance(error, EmptyReplyError):
        return _("There was no text to send. Write something first.")
    if isinstance(error, ReplyTooLongError):
        return _("Not sent: a message has at most %(longest)s characters. Your text is still here.") % {"longest": settings.MESSAGE_CHARACTERS}
    return _("Not sent: another reply was already sent from this form. Your text is still here; send it again.")


def _user(request: HttpRequest) -> AbstractBaseUser:
    if not isinstance(request.user, AbstractBaseUser):
        raise PermissionDenied
    return request.user


def _row_id(request: HttpRequest) -> str:
    """The id the form was given, so that a double tap stores one row."""
    try:
        return str(UUID(request.POST.get("row_id", "")))
    except ValueError:
        return ""
