"""The page of people: Django's own, with a person's roles at sites in the place of single permissions and groups. Registered in the place of Django's.

Superusers see everybody. An owner sees who works at their sites, invites people and gives roles there; whose work is elsewhere too keeps their account.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from widget.inbox import audit, second_factor
from widget.sites.admin_base import PurposeMixin
from widget.sites.models import Member
from widget.sites.scope import SiteScope, access_in, may_at

admin.site.unregister([User, Group])


class RoleInline(SiteScope, admin.TabularInline):
    """A person's roles, at the sites of whoever looks. One's own are only shown: nobody raises themselves."""

    site_path = "site"
    model = Member
    extra = 1
    verbose_name = _("role")
    verbose_name_plural = _("Roles: what this person may do at which site")

    def get_extra(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> int:
        return 0 if obj and obj.memberships.exists() else 1

    def get_min_num(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> int:
        return 0 if obj or access_in(request).everywhere else 1

    def get_formset(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> Any:
        # Without a role at one of their sites, an owner would never see again whom they invited.
        return super().get_formset(request, obj, validate_min=not access_in(request).everywhere and obj is None, **kwargs)

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_add_permission(request, obj) and not _is_oneself(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_oneself(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_oneself(request, obj)


class NewPersonForm(AdminUserCreationForm):
    """A name that is taken may be somebody's of another site: says how to go on, and nothing of them."""

    class Meta(AdminUserCreationForm.Meta):
        error_messages = {"username": {"unique": _("This name is not free here. Choose another one, or invite the person if they sign in here already.")}}


@admin.register(User)
class PersonAdmin(PurposeMixin, UserAdmin):
    site_path = "memberships__site"
    filter_horizontal = ()
    title = _("People")
    purpose = _("Who may sign in here, and what each of them may do at which site.")
    empty_hint = _("Add the people who answer your visitors.")
    list_display = ["username", "first_name", "last_name", "email", "roles", "is_active"]
    list_filter = ["is_active"]
    inlines = [RoleInline]
    add_form = NewPersonForm
    add_fieldsets = [(None, {"fields": ["username", "first_name", "email", "password1", "password2"]})]

    @admin.display(description=_("roles"))
    def roles(self, person: User) -> str:
        if person.is_superuser:
            return str(_("everything everywhere"))
        held = person.memberships.all()
        return ", ".join(f"{member.site}: {str(member.get_role_display()).partition(':')[0]}" for member in held) or "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        shown = self._own_members(request)
        return super().get_queryset(request).prefetch_related(Prefetch("memberships", shown.select_related("site")))

    def own_rows(self, request: HttpRequest, rows: QuerySet[Any], action: str = "view") -> QuerySet[Any]:
        if access_in(request).everywhere:
            return rows
        return rows.filter(pk__in=self._own_members(request, action).values("user"), is_superuser=False)

    def may(self, request: HttpRequest, action: str, row: Any) -> bool:
        """An account is no row of one site: an owner's page of it ends at superusers and at people of other sites."""
        if access_in(request).everywhere:
            return True
        return row.pk is None or (not row.is_superuser and self._own_members(request, action).filter(user=row.pk).exists())

    def within_reach(self, request: HttpRequest, person: User) -> bool:
        """Whether the account itself may be changed here: its password opens all of its sites, so all of them must be one's own."""
        own = may_at(request, "auth.change_user")
        return own is None or not (person.is_superuser or Member.objects.filter(user=person).exclude(site__in=own).exists())

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        everywhere, within = access_in(request).everywhere, self.within_reach(request, obj)
        about = _("Visitors see the first name beside a reply.") if within else _("This person works at other sites too: here only the roles can be changed.")
        return [
            (None, {"fields": ["username", "password"] if within else ["username"]}),
            (_("Person"), {"fields": ["first_name", "last_name", "email"], "description": about}),
            (_("May sign in"), {"fields": ["is_active", "is_superuser"] if everywhere else ["is_active"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        if obj is None or access_in(request).everywhere:
            return ()
        if not self.within_reach(request, obj):
            return ("username", "first_name", "last_name", "email", "is_active")
        return ("is_active",) if _is_oneself(request, obj) else ()

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        person = self.get_object(request, unquote(id))
        if person and not self.within_reach(request, person):
            raise PermissionDenied
        answer = super().user_change_password(request, id, form_url)
        if isinstance(answer, TemplateResponse):
            answer.context_data = {
                **(answer.context_data or {}),
                "purpose": gettext("A new password for this person. They are signed out everywhere; tell it to them yourself."),
            }
        return answer

    def get_urls(self) -> list[URLPattern]:
        reset = self.admin_site.admin_view(require_POST(self.second_step_view))
        return [path("<int:pk>/second-step/", reset, name="auth_user_second_step"), *super().get_urls()]

    def second_step_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Turns somebody's second step off, who lost their phone."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        person = self.get_object(request, str(pk))
        if person is None:
            raise Http404
        if not self._may_reset(request, person):
            raise PermissionDenied
        if second_factor.turn_off(person):
            audit.second_factor(request.user, person, gettext("turned off by somebody else"))
        messages.success(request, gettext("The second step of %(name)s is off.") % {"name": person.get_username()})
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[person.pk]))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        person: User | None = kwargs.get("obj")
        context["may_reset_second_step"] = person is not None and second_factor.is_on(person) and self._may_reset(request, person)
        return super().render_change_form(request, context, *args, **kwargs)

    def _may_reset(self, request: HttpRequest, person: User) -> bool:
        """One's own is turned off with a code, on a page of its own."""
        return person.pk != request.user.pk and self.has_change_permission(request, person) and self.within_reach(request, person)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """It names the roles a person was given at other sites; an owner finds what concerns theirs in the audit log."""
        if not access_in(request).everywhere:
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        # Every account made here is for this admin; visitors have none.
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: Any, change: bool) -> None:
        before = dict(Member.objects.filter(user=form.instance).values_list("pk", "role"))
        super().save_formset(request, form, formset, change)
        for member in formset.deleted_objects:
            audit.role_changed(request.user, member, f"{before.get(member.pk, member.role)} → –")
        for member in (*formset.new_objects, *(member for member, _fields in formset.changed_objects)):
            audit.role_changed(request.user, member, f"{before.get(member.pk, '–')} → {member.role}")

    def _own_members(self, request: HttpRequest, action: str = "view") -> QuerySet[Member]:
        own = may_at(request, self.right(action))
        return Member.objects.all() if own is None else Member.objects.filter(site__in=own)


def _is_oneself(request: HttpRequest, person: User | None) -> bool:
    return person is not None and person.pk == request.user.pk and not access_in(request).everywhere
