"""The pages of people and groups: Django's own, with rights in words an owner knows and without rights nobody here can use.

Registered by this module in the place of Django's. Only a superuser gives rights, so nobody raises their own.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import ManyToManyField
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from widget.sites.admin_base import PurposeMixin

ACTIONS = {"view": gettext_lazy("see"), "add": gettext_lazy("add"), "change": gettext_lazy("change"), "delete": gettext_lazy("delete")}
# Nobody else sees these pages, whatever rights they have.
FOR_SUPERUSERS = ("auth.group", "widget.provider", "widget.backgroundjob")
ACTION_OF_PAGE = {"widget.conversation": {"change": gettext_lazy("answer, hand back, close")}}


class RightsField(forms.ModelMultipleChoiceField):
    """Tick boxes like "Conversations: see" for the pages that there are."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Permission) -> str:
        action = obj.codename.partition("_")[0]
        model = obj.content_type.model_class()
        if model is None:
            return obj.name
        word: str | Promise = ACTION_OF_PAGE.get(model._meta.label_lower, {}).get(action, ACTIONS[action])
        return f"{capfirst(model._meta.verbose_name_plural)}: {word}"


class RightsAdmin(PurposeMixin, admin.ModelAdmin):
    """Offers the rights of registered pages, each action that the page allows at all."""

    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any) -> forms.ModelMultipleChoiceField | None:
        if db_field.related_model is Permission:
            return RightsField(
                queryset=self._rights(request), required=False, label=_("Rights"), help_text=_("What this person, or everybody in this group, may do.")
            )
        if db_field.related_model is Group:
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _rights(self, request: HttpRequest) -> Any:
        codenames = []
        for model, page in admin.site._registry.items():
            if model._meta.label_lower in FOR_SUPERUSERS:
                continue
            allowed = page.get_model_perms(request)
            codenames += [(model._meta.app_label, f"{action}_{model._meta.model_name}") for action in ACTIONS if allowed[action]]
        known = Permission.objects.select_related("content_type").order_by("content_type__model", "pk")
        ids = [right.pk for right in known if (right.content_type.app_label, right.codename) in set(codenames)]
        return known.filter(pk__in=ids)


admin.site.unregister([User, Group])


@admin.register(User)
class PersonAdmin(RightsAdmin, UserAdmin):
    filter_horizontal = ()
    title = gettext_lazy("People")
    purpose = gettext_lazy("Who may sign in here, and what each of them may do.")
    empty_hint = gettext_lazy("Add the people who answer your visitors.")
    list_display = ["username", "first_name", "last_name", "email", "is_superuser", "is_active"]
    list_filter = ["is_superuser", "is_active"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (gettext_lazy("Person"), {"fields": ["first_name", "last_name", "email"], "description": gettext_lazy("Visitors see the first name beside a reply.")}),
        (gettext_lazy("May sign in, and do what"), {"fields": ["is_active", "is_superuser", "groups", "user_permissions"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "first_name", "email", "password1", "password2"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return () if request.user.is_superuser else ("is_superuser", "groups", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who is no superuser cannot touch one: a new password would be all their rights."""
        return super().has_change_permission(request, obj) and (request.user.is_superuser or obj is None or not obj.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (request.user.is_superuser or obj is None or not obj.is_superuser)

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        # Every account made here is for this admin; visitors have none.
        obj.is_staff = True
        super().save_model(request, obj, form, change)


@admin.register(Group)
class TeamAdmin(RightsAdmin, GroupAdmin):  # type: ignore[misc]
    filter_horizontal = ()
    purpose = gettext_lazy("A group gives the same rights to several people at once.")
    empty_hint = gettext_lazy("You need no groups while few people answer. With more, give a group its rights once and put people into it.")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)
