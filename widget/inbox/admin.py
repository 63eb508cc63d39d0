"""The owner's list of conversations: who waits first, searched by what was written, by name and by contact. A row leads to talk_page.py."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Exists, F, OrderBy, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import gettext_lazy as _

from widget.conversations.locking import ring_name_after_commit
from widget.conversations.models import Conversation, Message
from widget.inbox import today
from widget.inbox.insights.page import own_sites
from widget.inbox.talk_page import TalkPage
from widget.sites.admin_base import short_search

State = dict[str, tuple[Promise, Q]]


class StateFilter(admin.SimpleListFilter):
    """The tabs above the list."""

    title = _("state")
    parameter_name = "state"
    template = "admin/tabs_filter.html"
    states: State = {
        "waiting": (_("Waiting"), Q(handler="waiting", closed_at=None)),
        "person": (_("With a person"), Q(handler="human", closed_at=None)),
        "assistant": (_("With the assistant"), Q(handler="bot", closed_at=None)),
        "closed": (_("Closed"), Q(closed_at__isnull=False)),
    }

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, Any]]:
        return [(state, title) for state, (title, _condition) in self.states.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Conversation]) -> QuerySet[Conversation]:
        if self.value() in self.states:
            return queryset.filter(self.states[str(self.value())][1])
        return queryset


@admin.register(Conversation)
class ConversationAdmin(TalkPage):
    purpose = _("Everything visitors wrote and the answers they got. Those who wait for a person come first.")
    empty_hint = _("Nobody has written yet. Open your site's chat page and write the first message yourself.")
    change_list_template = "admin/widget/conversation/list.html"
    list_display = ["__str__", "site", "handler", "last_at"]
    list_filter = [StateFilter, "site", ("last_at", admin.DateFieldListFilter)]
    list_select_related = ["site", "operator"]
    list_per_page = 30
    # Deleting is asked for on each conversation's own page.
    actions = None
    # The fields are searched by get_search_results; naming one here makes Django show the search box.
    search_fields = ["name"]
    search_help_text = _("A name, a contact, or something that was written")

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        page = {"today": timezone.localdate().isoformat(), "today_stamp": today.stamp(own_sites(request))}
        return super().changelist_view(request, {**page, **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        last = Message.objects.filter(conversation=OuterRef("pk"), seq=OuterRef("seq"))
        return super().get_queryset(request).annotate(last_text=Subquery(last.values("text")[:1]), last_author=Subquery(last.values("author")[:1]))

    def get_ordering(self, request: HttpRequest) -> list[OrderBy | str]:  # type: ignore[override]
        return [F("waiting_since").asc(nulls_last=True), "-last_at"]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Conversation], search_term: str) -> tuple[QuerySet[Conversation], bool]:
        """Every word must occur in the name, the contact or one message; words in quotes belong together."""
        for word in smart_split(short_search(search_term)):
            text = unescape_string_literal(word) if word[0] in "\"'" and word[0] == word[-1] and len(word) > 1 else word
            written = Exists(Message.objects.filter(conversation=OuterRef("pk"), text__icontains=text))
            queryset = queryset.filter(Q(name__icontains=text) | Q(contact__icontains=text) | written)
        return queryset, False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Conversation) -> None:
        """Everybody who has it open learns it at once."""
        with transaction.atomic():
            super().delete_model(request, obj)
            ring_name_after_commit(obj.public_id, obj.channel)
