"""The page of the audit log, to be read only. Owners see the lines of their sites, superusers all of them."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from widget.inbox.models import AuditEntry
from widget.sites.admin_base import KanalAdmin

# What the downloads of the first page are called there.
DOWNLOADS = {
    "questions": _("Questions that were passed on"),
    "answers": _("Answers, by who gave them"),
    "conversations": _("Conversations"),
    "waits": _("Waiting for a person, in minutes"),
    "costs": _("Cost of models, in US dollars"),
    "sites": _("Site by site"),
}
ROLES = {"owner": _("owner"), "agent": _("agent"), "viewer": _("viewer")}


@admin.register(AuditEntry)
class AuditAdmin(KanalAdmin):
    site_path = "site"
    title = _("Audit log")
    purpose = _("Who read, answered, changed, downloaded or deleted what, and who signed in. Kept for a year; what was written never stands here.")
    empty_hint = _("Nothing yet. Lines appear by themselves when somebody works here.")
    list_display = ["at", "who", "action", "what", "more", "site"]
    list_filter = ["action", "site", ("at", admin.DateFieldListFilter)]
    list_select_related = ["site"]
    search_fields = ["name", "subject"]
    search_help_text = _("The name of a person or a page")
    fields = ["at", "who", "action", "what", "more", "site"]
    readonly_fields = ["at", "who", "action", "what", "more", "site"]
    actions = None

    @admin.display(description=_("who"), ordering="name")
    def who(self, entry: AuditEntry) -> str:
        return entry.name or str(_("somebody not signed in"))

    @admin.display(description=_("what"))
    def what(self, entry: AuditEntry) -> str:
        if not entry.kind:
            return "–"
        try:
            kind = str(apps.get_model(entry.kind)._meta.verbose_name)
        except LookupError:
            kind = entry.kind
        return f"{capfirst(kind)} {entry.subject or '#' + entry.row}"

    @admin.display(description=_("details"))
    def more(self, entry: AuditEntry) -> str:
        """In the language of whoever looks, where Django or we named it."""
        if entry.action == AuditEntry.Action.EXPORTED:
            return str(DOWNLOADS.get(entry.detail, entry.detail))
        if entry.action == AuditEntry.Action.ROLE:
            return " → ".join(str(ROLES.get(part, part)) for part in entry.detail.split(" → "))
        return LogEntry(change_message=entry.detail).get_change_message() or "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
