"""The owner's pages of a site: the tag to paste, where the chat may stand, when people answer, how visitors are spoken to."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from widget.sites.admin_base import KanalAdmin
from widget.sites.models import AllowedOrigin, OpeningHours, Site


class OriginInline(admin.TabularInline):
    model = AllowedOrigin
    extra = 0


class HoursInline(admin.TabularInline):
    model = OpeningHours
    extra = 0


@admin.register(Site)
class SiteAdmin(KanalAdmin):
    purpose = _("A site is one website, or one chat page, with its own knowledge, look and conversations.")
    form_purpose = _("Put the chat on your website, say where it may stand and when people answer.")
    empty_hint = _("Add your website: its name is enough to start.")
    list_display = ["name", "key", "active"]
    inlines = [OriginInline, HoursInline]
