"""Our admin site: Django's own with a menu in the owner's words and a first page that says who waits. Named by apps.py as the default site."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language

from widget.inbox import invitations, today
from widget.inbox.checklist import decide_view, steps_for
from widget.inbox.insights import page as insights
from widget.inbox.insights.missing_page import missing_view
from widget.inbox.insights.page import may_read, own_sites
from widget.inbox.on_demand import link_back_view, story_view
from widget.inbox.page import inbox_view, record_view
from widget.inbox.push import page as push_page
from widget.inbox.second_step_pages import TwoStepLogin, settings_view, sign_in_view
from widget.inbox.sign_in import SignInForm, welcome
from widget.inbox.tickets import ticket_view
from widget.inbox.try_out import try_out_view
from widget.sites.admin_base import PurposeMixin, SetupStep

# The menu: groups in the owner's words, each with its pages as app.model. A page nobody registered is left out; one that is not named here comes last.
MENU = (
    (_("Conversations"), ("widget.conversation", "widget.cannedreply", "widget.tag")),
    (_("Knowledge"), ("widget.entry", "widget.source", "widget.rule", "widget.testquestion")),
    (_("Site"), ("widget.site", "widget.alerttarget")),
    (_("Models"), ("widget.provider",)),
    (_("Team"), ("auth.user", "widget.auditentry")),
)
# Pages of a group that belong to no model: title and name of the address. Shown to who may read conversations.
PAGES = {1: ((_("What is missing"), "admin:missing"),)}
# Which of them a thumb reaches at the bottom of a phone, with their icons of templates/admin/icons.html.
# The inbox and the first page stand before them.
QUICK = {"widget.entry": "book"}


class KanalAdminSite(AdminSite):
    site_header = "Kanal"
    site_title = "Kanal"
    index_title = _("Today")
    site_url = None
    login_form = SignInForm
    # The menu of templates/admin/menu.html stands in for Django's sidebar.
    enable_nav_sidebar = False

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own = [
            path("inbox/ticket/", self.admin_view(ticket_view), name="inbox_ticket"),
            path("login/second-step/", sign_in_view, name="second_step_sign_in"),
            path("second-step/", self.admin_view(settings_view), name="second_step"),
            path("language/", set_language, name="language"),
            path("stamp/", self.admin_view(self.stamp_view), name="stamp"),
            path("insights/missing/", self.admin_view(missing_view), name="missing"),
            path("insights/<slug:name>.csv", self.admin_view(insights.csv_view), name="insights_csv"),
            path("setup/<slug:step>/", self.admin_view(decide_view), name="setup_decision"),
            path("try/", self.admin_view(try_out_view), name="try_out"),
        ]
        # After everything that has an address of its own below inbox/.
        inbox = [
            path("inbox/", self.admin_view(inbox_view), name="inbox"),
            path("inbox/<slug:talk>/", self.admin_view(inbox_view), name="inbox_talk"),
            path("inbox/<slug:talk>/record/", self.admin_view(record_view), name="inbox_record"),
            path("inbox/<slug:talk>/why/<int:seq>/", self.admin_view(story_view), name="inbox_story"),
            path("inbox/<slug:talk>/link/", self.admin_view(link_back_view), name="inbox_link_back"),
        ]
        return [*own, *inbox, *push_page.addresses(), *invitations.addresses(), *super().get_urls()]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:  # type: ignore[override]
        """Django's own, with a view that may ask for a second step before anybody is signed in."""
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
        context = {**self.each_context(request), "title": _("Sign in"), "subtitle": None, "app_path": request.get_full_path()}
        if REDIRECT_FIELD_NAME not in request.GET and REDIRECT_FIELD_NAME not in request.POST:
            context[REDIRECT_FIELD_NAME] = reverse("admin:index", current_app=self.name)
        view = TwoStepLogin.as_view(extra_context={**context, **(extra_context or {})}, authentication_form=self.login_form, template_name="admin/login.html")
        response = view(request)
        if request.method == "POST" and self.has_permission(request):
            welcome(request, response)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if isinstance(form, SignInForm) and form.wait_minutes:
            response.status_code = 429
            response["Retry-After"] = str(form.wait_minutes * 60)
        return response

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        purpose = _("A new password for your own account. You stay signed in here and are signed out everywhere else.")
        return super().password_change(request, {"purpose": purpose, **(extra_context or {})})

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().password_change_done(request, {"purpose": _("From now on only the new password opens your account."), **(extra_context or {})})

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        purpose = _("Who is waiting for you, what was answered today, and what is left to set up.")
        context: dict[str, Any] = {"purpose": purpose, "steps": self.setup_steps(request)}
        if may_read(request):
            sites = own_sites(request)
            context |= {
                "waiting": today.waiting(sites)[: today.WAITING_SHOWN],
                "insights": insights.read(request),
                "troubles": today.providers_in_trouble(sites),
                "providers": today.provider_states(sites),
                "providers_url": self._url_of(request, "widget.provider"),
                "spent": today.spent_budgets(sites),
                "today_stamp": today.stamp(sites),
                "may_teach": request.user.has_perm("widget.add_entry"),
            }
        return super().index(request, {**context, **(extra_context or {})})

    def stamp_view(self, request: HttpRequest) -> HttpResponse:
        if not may_read(request):
            raise PermissionDenied
        return JsonResponse({"stamp": today.stamp(own_sites(request))})

    def setup_steps(self, request: HttpRequest) -> list[SetupStep]:
        """What each subject's admin page asks for. Empty when nothing that must be done is left."""
        return steps_for(request, (step for page in self._pages_in_order(request) for step in page.setup_steps(request)))

    def _url_of(self, request: HttpRequest, label: str) -> str:
        """A page's address, or nothing for somebody who has no such page."""
        pages = (page for group in self.get_app_list(request) for page in group["models"])
        return next((page["admin_url"] for page in pages if page["model"]._meta.label_lower == label), "")

    def _pages_in_order(self, request: HttpRequest) -> Iterable[PurposeMixin]:
        for group in self.get_app_list(request):
            for page in group["models"]:
                model_admin = self._registry[page["model"]]
                if isinstance(model_admin, PurposeMixin) and page["perms"]["change"]:
                    yield model_admin

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        pages = {page["model"]._meta.label_lower: page for group in context["available_apps"] for page in group["models"]}
        links = [{"title": pages[key]["name"], "url": pages[key]["admin_url"], "icon": icon} for key, icon in QUICK.items() if key in pages]
        reads = bool(context["has_permission"]) and may_read(request)
        return {**context, "quick_links": links, "may_read": reads, "waiting_count": today.waiting_count(own_sites(request)) if reads else 0}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Django's list of apps, regrouped by MENU; each group has the keys Django's templates expect of an app."""
        if app_label:
            return super().get_app_list(request, app_label)
        pages = {page["model"]._meta.label_lower: page for app in self._build_app_dict(request).values() for page in app["models"]}
        for page in pages.values():
            page["name"] = getattr(self._registry[page["model"]], "title", "") or page["name"]
        groups = [(name, [pages.pop(key) for key in keys if key in pages]) for name, keys in MENU]
        groups.append((_("Technical"), list(pages.values())))
        home = reverse("admin:index", current_app=self.name)
        reads = may_read(request)
        return [
            {
                "name": name,
                "app_label": f"menu-{number}",
                "app_url": home,
                "has_module_perms": True,
                "models": models,
                "pages": PAGES.get(number, ()) if reads else (),
            }
            for number, (name, models) in enumerate(groups)
            if models
        ]

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        """Django's page of one app says nothing the menu does not say."""
        return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
