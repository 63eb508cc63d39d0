"""Who may do what at which site: the rights of each role, the backend by which Django asks for them, and `Access`, one person's rights read at once.

Asked by the admin through `user.has_perm` and sites/admin_base.py, and by the operator's line, which reads `access_of` anew before it acts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import Model, Q, QuerySet

from widget.sites.models import Member, Role, Site

_VIEWER = frozenset({"widget.view_conversation", "widget.view_entry", "widget.view_rule"})
_AGENT = _VIEWER | {
    "widget.change_conversation",
    "widget.add_entry",
    "widget.change_entry",
    "widget.add_rule",
    "widget.change_rule",
    "widget.view_site",
    "widget.view_source",
    *(f"widget.{action}_testquestion" for action in ("view", "add", "change")),
    *(f"widget.{action}_cannedreply" for action in ("view", "add", "change")),
    "widget.view_tag",
}
# Accounts are seen and changed by people.py's own rules: an owner's reach ends at the accounts of their own sites.
_OWNER = _AGENT | {
    "widget.delete_conversation",
    "widget.delete_entry",
    "widget.delete_rule",
    "widget.change_site",
    "widget.view_auditentry",
    *(
        f"widget.{action}_{model}"
        for model in ("alerttarget", "provider", "member", "cannedreply", "tag", "source", "testquestion")
        for action in ("view", "add", "change", "delete")
    ),
    *(f"auth.{action}_user" for action in ("view", "add", "change")),
}
RIGHTS: Mapping[Role, frozenset[str]] = {Role.OWNER: _OWNER, Role.AGENT: _AGENT, Role.VIEWER: _VIEWER}
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Access:
    """One person's rights as they stood when they were read. `everywhere`: a superuser; `roles`: the role at each active site, by its id."""

    user_id: int
    name: str
    everywhere: bool
    roles: Mapping[int, str]

    def may(self, permission: str, site_id: int) -> bool:
        return self.everywhere or permission in self._rights(self.roles.get(site_id))

    def sites(self, permission: str) -> frozenset[int] | None:
        """The sites at which it is allowed; None: all of them."""
        return None if self.everywhere else frozenset(site for site, role in self.roles.items() if permission in self._rights(role))

    def rights(self) -> frozenset[str]:
        """What is allowed at one site at least."""
        return _NOTHING.union(*map(self._rights, self.roles.values()))

    @staticmethod
    def _rights(role: str | None) -> frozenset[str]:
        return RIGHTS[Role(role)] if role in Role.values else _NOTHING


def access_of(user: AbstractBaseUser | AnonymousUser) -> Access:
    """Read anew, in two queries: whether the account still counts, and its roles. Who is gone, switched off or no staff has no rights."""
    person = get_user_model().objects.filter(pk=user.pk, is_active=True, is_staff=True).first() if user.pk else None
    if person is None:
        return Access(user.pk or 0, "", False, {})
    roles = {} if person.is_superuser else dict(Member.objects.filter(user=person, site__active=True).values_list("site_id", "role"))
    return Access(person.pk, person.first_name or person.username, person.is_superuser, roles)


def holders(permission: str, site_id: int) -> QuerySet[User]:
    """The people who may do this at the site, superusers among them."""
    roles = [role for role, rights in RIGHTS.items() if permission in rights]
    member = Member.objects.filter(site=site_id, site__active=True, role__in=roles).values("user")
    return User.objects.filter(Q(is_superuser=True) | Q(pk__in=member), is_active=True, is_staff=True)


class RolesBackend(ModelBackend):
    """Passwords as Django checks them; rights by roles, and by nothing else."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous:
            return set()
        access = remembered_access(user_obj)
        if obj is None:
            return set(access.rights())
        return {right for right in access.rights() if (site := site_of(obj)) is not None and access.may(right, site)}

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return self.get_all_permissions(user_obj, obj)

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()


def remembered_access(user: Any) -> Access:
    """`access_of`, read once for an object of a user: a request has one of its own. Whoever lives longer than a request asks `access_of`."""
    access: Access | None = getattr(user, "_kanal_access", None)
    if access is None:
        access = user._kanal_access = access_of(user)
    return access


def site_of(row: Model) -> int | None:
    """The id of the site a row belongs to, or None for what belongs to the whole installation."""
    if isinstance(row, Site):
        return row.pk
    if hasattr(row, "site_id"):
        return row.site_id
    conversation = getattr(row, "conversation", None)
    return None if conversation is None else conversation.site_id
