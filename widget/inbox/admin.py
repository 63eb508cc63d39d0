"""The owner's pages of conversations: a list with who waits first, and each conversation whole."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from widget.conversations.models import Conversation
from widget.sites.admin_base import KanalAdmin


@admin.register(Conversation)
class ConversationAdmin(KanalAdmin):
    purpose = _("Everything visitors wrote and what they were answered; who waits for a person stands first.")
    empty_hint = _("Nobody has written yet. Open your site's chat page and write the first message yourself.")
    list_display = ["__str__", "site", "handler", "last_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
