"""The owner's pages of what the team uses at its desk: canned replies and tags. Read by conversations/canned.py and tags.py."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from widget.conversations.models import CannedReply, Tag
from widget.sites.admin_base import KanalAdmin


@admin.register(CannedReply)
class CannedReplyAdmin(KanalAdmin):
    site_path = "site"
    purpose = _("Texts your team sends again and again. In the inbox, a slash and the shortcut put one into the message: /ongkir.")
    form_purpose = _("Write it as you would send it. Nothing is sent by itself: your team sees the text and can change it before sending.")
    empty_hint = _("No canned replies yet. Start with what your team types most: how to pay, when parcels leave, a thank-you.")
    list_display = ["shortcut", "title", "beginning", "where"]
    list_filter = ["site"]
    list_select_related = ["site"]
    search_fields = ["shortcut", "title", "text"]
    fields = ["site", "shortcut", "title", "text"]

    def get_form(self, request: HttpRequest, obj: CannedReply | None = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["widgets"] = {
            "text": AdminTextareaWidget(attrs={"rows": 6}),
            "shortcut": forms.TextInput(attrs={"class": "vTextField", "autocapitalize": "none", "autocomplete": "off", "placeholder": "ongkir"}),
        }
        return super().get_form(request, obj, change=change, **kwargs)

    @admin.display(description=_("text"))
    def beginning(self, reply: CannedReply) -> str:
        return Truncator(reply.text).chars(80)

    @admin.display(description=_("site"), ordering="site")
    def where(self, reply: CannedReply) -> str:
        return reply.site.name if reply.site else gettext("all sites")


@admin.register(Tag)
class TagAdmin(KanalAdmin):
    site_path = "site"
    purpose = _("Words your team puts on conversations to find them again, for example “complaint” or “big order”. Visitors never see them.")
    empty_hint = _("No tags yet. Two or three are enough to begin with.")
    list_display = ["name", "site", "used"]
    list_filter = ["site"]
    list_select_related = ["site"]
    search_fields = ["name"]
    ordering = ["name"]
    fields = ["site", "name", "colour"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return super().get_queryset(request).annotate(conversations_count=Count("conversations"))

    def get_form(self, request: HttpRequest, obj: Tag | None = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["widgets"] = {"colour": forms.TextInput(attrs={"type": "color"})}
        kwargs["help_texts"] = {"colour": _("So that it is seen in a long list.")}
        return super().get_form(request, obj, change=change, **kwargs)

    @admin.display(description=_("conversations"))
    def used(self, tag: Any) -> int:
        return int(tag.conversations_count)
