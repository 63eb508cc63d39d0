"""What each role may do, and that a role counts at its own site only."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people import make_member
from widget.conversations.models import Conversation, Turn
from widget.knowledge.models import Entry
from widget.sites.members import RIGHTS, Access, access_of, holders, site_of
from widget.sites.models import Member, Role, Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def sites() -> tuple[Site, Site]:
    return Site.objects.create(key="a", name="A"), Site.objects.create(key="b", name="B")


def test_every_right_is_one_that_exists() -> None:
    names = {f"{one.content_type.app_label}.{one.codename}" for one in Permission.objects.select_related("content_type")}
    assert set().union(*RIGHTS.values()) <= names


def test_each_role_may_all_that_the_one_below_it_may() -> None:
    assert RIGHTS[Role.VIEWER] < RIGHTS[Role.AGENT] < RIGHTS[Role.OWNER]
    assert "widget.change_conversation" not in RIGHTS[Role.VIEWER] and "widget.delete_conversation" not in RIGHTS[Role.AGENT]


def test_a_role_counts_at_its_own_site_only(sites: tuple[Site, Site]) -> None:
    mine, theirs = sites
    person = make_member("rina", "agent", mine)
    talks = [Conversation.objects.create(site=site, public_id=site.key) for site in sites]
    turns = [Turn.objects.create(conversation=talk, question_seq=1) for talk in talks]
    entries = [Entry.objects.create(site=site, title="x", answer="x") for site in sites]
    assert person.has_perm("widget.change_conversation") and not person.has_perm("widget.delete_conversation")
    assert [person.has_perm("widget.change_conversation", one) for one in (*talks, *turns)] == [True, False, True, False]
    assert [person.has_perm("widget.add_entry", one) for one in (*entries, mine, theirs)] == [True, False, True, False]
    assert access_of(person).sites("widget.change_conversation") == {mine.pk} and access_of(person).sites("widget.change_site") == frozenset()


def test_what_belongs_to_no_site_is_nobodys_by_role(sites: tuple[Site, Site]) -> None:
    owner = make_member("rina", "owner", *sites)
    assert site_of(owner) is None and owner.has_perm("auth.change_user") and not owner.has_perm("auth.change_user", owner)


def test_a_site_that_is_off_gives_no_rights(sites: tuple[Site, Site]) -> None:
    person = make_member("rina", "owner", sites[0])
    Site.objects.update(active=False)
    assert not person.has_perm("widget.view_conversation") and access_of(person).roles == {}


def test_rights_of_a_person_cost_two_queries_and_are_read_anew(sites: tuple[Site, Site]) -> None:
    person = make_member("rina", "viewer", *sites)
    with CaptureQueriesContext(connection) as queries:
        assert access_of(person) == Access(person.pk, "Rina", False, {site.pk: "viewer" for site in sites})
    assert len(queries) == 2
    User.objects.update(is_active=False)
    assert access_of(person).roles == {} and not access_of(person).may("widget.view_conversation", sites[0].pk)


def test_a_superuser_may_do_everything_everywhere(admin_user: User, sites: tuple[Site, Site]) -> None:
    access = access_of(admin_user)
    assert access.everywhere and access.may("widget.delete_site", sites[1].pk) and access.sites("widget.delete_site") is None
    assert not access_of(AnonymousUser()).everywhere


def test_those_who_may_do_something_at_a_site_are_known(admin_user: User, sites: tuple[Site, Site]) -> None:
    agent, _viewer, _elsewhere = make_member("rina", "agent", sites[0]), make_member("budi", "viewer", sites[0]), make_member("tono", "owner", sites[1])
    assert set(holders("widget.change_conversation", sites[0].pk)) == {admin_user, agent}


def test_a_role_nobody_knows_any_more_gives_nothing(sites: tuple[Site, Site]) -> None:
    assert not make_member("rina", "chief", sites[0]).has_perm("widget.view_conversation")


@pytest.mark.parametrize(
    ("codenames", "role"), [(["change_site", "view_entry"], "owner"), (["change_conversation"], "agent"), (["view_rule"], "viewer"), ([], None)]
)
@pytest.mark.parametrize("by_group", [False, True])
def test_permissions_of_before_become_the_nearest_role(by_group: bool, codenames: list[str], role: str | None, sites: tuple[Site, Site]) -> None:
    person = make_member("rina")
    rights = Permission.objects.filter(codename__in=codenames)
    if by_group:
        group = Group.objects.create(name="Tim")
        group.permissions.set(rights)
        person.groups.add(group)
    else:
        person.user_permissions.set(rights)
    migration = import_module("widget.migrations.0005_roles_of_existing_staff")
    migration.give_roles(apps, None)
    assert set(Member.objects.values_list("site", "role")) == ({(site.pk, role) for site in sites} if role else set())
    migration.take_roles(apps, None)
    assert not Member.objects.exists() and (person.groups if by_group else person.user_permissions).exists() is (by_group or bool(codenames))
