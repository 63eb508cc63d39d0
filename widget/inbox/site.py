"""Our admin site: Django's own with a grouped menu and a first page that says who waits. Named by apps.py as the default site."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class KanalAdminSite(AdminSite):
    site_header = "Kanal"
    site_title = "Kanal"
    index_title = _("Today")
