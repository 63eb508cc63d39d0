"""Our admin site: Django's own with a menu in the owner's words and a first page that says who waits. Named by apps.py as the default site."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language

# The menu: groups in the owner's words, each with its pages as app.model. A page nobody registered is left out; one that is not named here comes last.
MENU = (
    (_("Conversations"), ("widget.conversation",)),
    (_("Knowledge"), ("widget.entry", "widget.rule")),
    (_("Site"), ("widget.site", "widget.alerttarget")),
    (_("Models"), ("widget.provider",)),
    (_("People"), ("auth.user", "auth.group")),
)
# Which of them a thumb reaches at the bottom of a phone, with their icons of templates/admin/icons.html.
QUICK = {"widget.conversation": "talk", "widget.entry": "book"}


class KanalAdminSite(AdminSite):
    site_header = "Kanal"
    site_title = "Kanal"
    index_title = _("Today")
    site_url = None
    # The menu of templates/admin/menu.html stands in for Django's sidebar.
    enable_nav_sidebar = False

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [path("language/", set_language, name="language"), *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        pages = {page["model"]._meta.label_lower: page for group in context["available_apps"] for page in group["models"]}
        links = [{"title": pages[key]["name"], "url": pages[key]["admin_url"], "icon": icon} for key, icon in QUICK.items() if key in pages]
        return {**context, "quick_links": links}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Django's list of apps, regrouped by MENU; each group has the keys Django's templates expect of an app."""
        if app_label:
            return super().get_app_list(request, app_label)
        pages = {page["model"]._meta.label_lower: page for app in self._build_app_dict(request).values() for page in app["models"]}
        groups = [(name, [pages.pop(key) for key in keys if key in pages]) for name, keys in MENU]
        groups.append((_("More"), list(pages.values())))
        home = reverse("admin:index", current_app=self.name)
        return [
            {"name": name, "app_label": f"menu-{number}", "app_url": home, "has_module_perms": True, "models": models}
            for number, (name, models) in enumerate(groups)
            if models
        ]

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's page of one app says nothing the menu does not say."""
        return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
