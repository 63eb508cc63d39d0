"""Django's entry: the app itself and the admin site it brings. Connects what plugs in (wiring.py) once the models are loaded."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class WidgetConfig(AppConfig):
    name = "widget"
    verbose_name = _("Chat channel")

    def ready(self) -> None:
        import_module("widget.checks")
        import_module("widget.wiring").connect()


class KanalAdminConfig(AdminConfig):
    default_site = "widget.inbox.site.KanalAdminSite"
