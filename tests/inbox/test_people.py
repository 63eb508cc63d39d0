"""Who may sign in, who may say so, and how far an owner's hand reaches."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.people import make_member, signed_in
from widget.sites.models import Member, Site

PEOPLE, ADD = "/admin/auth/user/", "/admin/auth/user/add/"
NEW = {"username": "budi", "first_name": "Budi", "usable_password": "true", "password1": "kopi-tubruk-77", "password2": "kopi-tubruk-77"}


@pytest.fixture
def other(db: None) -> Site:
    return Site.objects.create(key="lain", name="Toko Lain")


@pytest.fixture
def owner(site: Site) -> Client:
    return signed_in(make_member("pemilik", "owner", site))


def page_of(person: User) -> str:
    return reverse("admin:auth_user_change", args=[person.pk])


def roles(*wanted: tuple[object, str], kept: tuple[Member, ...] = ()) -> dict[str, Any]:
    """The rows of the form: those there are, then new ones."""
    form: dict[str, Any] = {"memberships-TOTAL_FORMS": len(kept) + len(wanted), "memberships-INITIAL_FORMS": len(kept)}
    rows = [{"id": member.pk, "site": member.site_id, "role": member.role} for member in kept]
    rows += [{"id": "", "site": getattr(site, "pk", site), "role": role} for site, role in wanted]
    return form | {f"memberships-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()}


def account(person: User, **fields: Any) -> dict[str, Any]:
    return {"username": person.username, "first_name": person.first_name, "is_active": "on", **fields}


def test_roles_stand_beside_people_in_words(admin_client: Client, site: Site) -> None:
    person = make_member("rina", "agent", site)
    assert "Toko Saya: Agent" in admin_client.get(PEOPLE).content.decode()
    page = admin_client.get(page_of(person)).content.decode()
    assert "Agent: answers visitors and writes knowledge" in page and "user_permissions" not in page and "groups" not in page


def test_whoever_is_added_here_may_sign_in_here(admin_client: Client) -> None:
    admin_client.post(ADD, NEW | roles())
    assert User.objects.get(username="budi").is_staff


def test_an_owner_invites_people_to_their_own_sites_only(owner: Client, site: Site, other: Site) -> None:
    assert "Toko Lain" not in owner.get(ADD).content.decode()
    for refused in (roles(), roles((other, "agent")), roles((site, "agent"), (other, "agent"))):
        assert owner.post(ADD, NEW | refused).status_code == 200
    assert not User.objects.filter(username="budi").exists()
    assert owner.post(ADD, NEW | {"is_superuser": "on"} | roles((site, "owner"))).status_code == 302
    invited = User.objects.get(username="budi")
    assert invited.is_staff and not invited.is_superuser and list(Member.objects.filter(user=invited).values_list("site", "role")) == [(site.pk, "owner")]
    assert "budi" in owner.get(PEOPLE).content.decode()


def test_an_owner_gives_and_takes_roles_at_their_own_sites_only(owner: Client, site: Site, other: Site) -> None:
    person = make_member("rina", "agent", site)
    held = Member.objects.get(user=person)
    owner.post(page_of(person), account(person) | roles(kept=(held,)) | {"memberships-0-role": "viewer"})
    assert Member.objects.get(user=person).role == "viewer"
    owner.post(page_of(person), account(person) | roles(kept=(held,)) | {"memberships-0-site": other.pk})
    owner.post(page_of(person), account(person) | roles((other, "agent"), kept=(held,)))
    assert not Member.objects.filter(site=other).exists()
    owner.post(page_of(person), account(person) | roles(kept=(held,)) | {"memberships-0-DELETE": "on"})
    assert not Member.objects.filter(user=person).exists() and owner.get(page_of(person)).status_code == 302


def test_whoever_works_elsewhere_too_keeps_their_account(owner: Client, site: Site, other: Site) -> None:
    person = make_member("rina", "agent", site, other, email="rina@lain.example")
    at_mine = Member.objects.get(user=person, site=site)
    page = owner.get(page_of(person)).content.decode()
    assert "Toko Lain" not in page and "This person works at other sites too" in page
    owner.post(
        page_of(person), account(person, username="lain", email="x@jahat.example", is_active="") | roles(kept=(at_mine,)) | {"memberships-0-role": "viewer"}
    )
    person.refresh_from_db()
    assert (person.username, person.email, person.is_active) == ("rina", "rina@lain.example", True)
    assert dict(Member.objects.filter(user=person).values_list("site", "role")) == {site.pk: "viewer", other.pk: "agent"}
    # The id of a role elsewhere is taken for no id at all.
    elsewhere = Member.objects.get(user=person, site=other)
    owner.post(page_of(person), account(person) | roles(kept=(elsewhere,)) | {"memberships-0-site": site.pk, "memberships-0-role": "owner"})
    elsewhere.refresh_from_db()
    assert (elsewhere.site, elsewhere.role) == (other, "agent")


def password_of(person: User) -> str:
    return reverse("admin:auth_user_password_change", args=[person.pk])


def test_an_owner_sets_passwords_of_their_own_people_only(owner: Client, site: Site, other: Site) -> None:
    new = {"usable_password": "true", "password1": "baru-sekali-99", "password2": "baru-sekali-99", "set-password": "1"}
    mine, shared, foreign = make_member("a", "owner", site), make_member("b", "viewer", site, other), make_member("c", "agent", other)
    assert [owner.post(password_of(one), new).status_code for one in (mine, shared, foreign)] == [302, 403, 404]
    assert [User.objects.get(pk=one.pk).check_password("baru-sekali-99") for one in (mine, shared, foreign)] == [True, False, False]


def test_an_account_with_a_role_at_a_site_that_is_off_is_not_taken_over(owner: Client, site: Site, other: Site) -> None:
    person = make_member("rina", "agent", site, other)
    Site.objects.filter(pk=other.pk).update(active=False)
    assert owner.get(password_of(person)).status_code == 403


def test_nobody_raises_themselves(site: Site, other: Site) -> None:
    person = make_member("pemilik", "owner", site)
    Member.objects.create(site=other, user=person, role="viewer")
    client = signed_in(person)
    own = Member.objects.get(user=person, site=site)
    for form in (roles((other, "owner"), kept=(own,)), roles(kept=tuple(Member.objects.filter(user=person))) | {"memberships-1-role": "owner"}):
        client.post(page_of(person), account(person, is_superuser="on", is_staff="on", user_permissions=[1, 2]) | form)
    person.refresh_from_db()
    assert not person.is_superuser and person.is_active and not person.user_permissions.exists()
    assert dict(Member.objects.filter(user=person).values_list("site", "role")) == {site.pk: "owner", other.pk: "viewer"}


def test_an_owner_cannot_lock_themselves_out(owner: Client, site: Site) -> None:
    person = User.objects.get(username="pemilik")
    owner.post(page_of(person), account(person, is_active="") | roles(kept=(Member.objects.get(),)) | {"memberships-0-DELETE": "on"})
    owner.post(reverse("admin:widget_site_change", args=[site.pk]), {"name": "Toko Saya", "active": ""})
    assert owner.get(PEOPLE).status_code == 200


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_only_owners_see_people(role: str, site: Site) -> None:
    client = signed_in(make_member("rina", role, site))
    assert [client.get(address).status_code for address in (PEOPLE, ADD)] == [403, 403]


def test_a_superusers_account_is_out_of_reach_of_owners(owner: Client, site: Site, admin_user: User) -> None:
    Member.objects.create(site=site, user=admin_user, role="viewer")
    attempts = [
        owner.post(page_of(admin_user), account(admin_user, is_active="")),
        owner.get(password_of(admin_user)),
        owner.post(reverse("admin:auth_user_delete", args=[admin_user.pk]), {"post": "yes"}),
    ]
    assert [attempt.status_code for attempt in attempts] == [302, 404, 403]
    assert User.objects.filter(pk=admin_user.pk, is_active=True).exists() and "admin@example.com" not in owner.get(PEOPLE).content.decode()


def test_a_persons_history_is_not_shown_to_owners(owner: Client, admin_client: Client, site: Site, other: Site) -> None:
    person = make_member("rina", "agent", site)
    admin_client.post(page_of(person), account(person) | roles((other, "agent"), kept=(Member.objects.get(user=person),)))
    assert Member.objects.filter(site=other).exists()
    assert owner.get(reverse("admin:auth_user_history", args=[person.pk])).status_code == 403
