"""A role for somebody who has an account: both the link and the account are needed, and an owner learns nothing of who else there is."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.people import make_member, signed_in
from widget.inbox.models import AuditEntry
from widget.sites.models import Invitation, Member, Site

pytestmark = pytest.mark.django_db
PAGE = "/admin/invitations/"


@pytest.fixture
def other(db: None) -> Site:
    return Site.objects.create(key="lain", name="Toko Lain")


@pytest.fixture
def owner(site: Site) -> Client:
    return signed_in(make_member("pemilik", "owner", site))


@pytest.fixture
def rina(other: Site) -> User:
    """Works elsewhere."""
    return make_member("rina", "agent", other, email="Rina@lain.example")


def invite(client: Client, site: Site, account: str = "rina", role: str = "agent") -> str:
    """The link, as the page shows it."""
    page = client.post(PAGE, {"account": account, "site": site.pk, "role": role}, follow=True).content.decode()
    return re.findall(r"http://testserver(/admin/invitation/[\w-]+/)", page)[0]


def answer(client: Client, link: str, said: str = "accept") -> str:
    return client.post(link, {"answer": said}, follow=True).content.decode()


@pytest.mark.parametrize("account", ["rina", " rina ", "rina@lain.example"])
def test_who_is_invited_accepts_and_works_there(account: str, owner: Client, site: Site, rina: User) -> None:
    link, client = invite(owner, site, account), signed_in(rina)
    assert client.get("/admin/widget/site/").content.decode().count("Toko Saya") == 0
    assert "pemilik invites you to work here" in client.get(link).content.decode()
    assert not Member.objects.filter(site=site, user=rina).exists(), "looking is not accepting"
    assert "You work at Toko Saya now." in answer(client, link)
    assert Member.objects.get(site=site, user=rina).role == "agent"
    assert "There is no invitation for you here" in client.get(link).content.decode(), "a link works once"
    assert "rina" in owner.get("/admin/auth/user/").content.decode()
    assert list(AuditEntry.objects.filter(site=site).order_by("pk").values_list("name", "action", "detail")) == [
        ("pemilik", "role", f"invited {account.strip()}: agent"),
        ("rina", "role", "– → agent"),
    ]


def test_the_role_is_taken_away_again_and_the_account_stays_theirs(owner: Client, site: Site, other: Site, rina: User) -> None:
    answer(signed_in(rina), invite(owner, site))
    held = Member.objects.get(site=site, user=rina)
    form = {"is_active": "on", "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 1, "memberships-0-id": held.pk, "memberships-0-DELETE": "on"}
    address = reverse("admin:auth_user_change", args=[rina.pk])
    assert owner.get(reverse("admin:auth_user_password_change", args=[rina.pk])).status_code == 403
    owner.post(address, {**form, "memberships-0-site": site.pk, "memberships-0-role": "agent"})
    assert list(Member.objects.filter(user=rina).values_list("site", flat=True)) == [other.pk]


def test_an_owner_is_told_the_same_whether_the_account_exists_or_not(owner: Client, site: Site, rina: User, admin_user: User) -> None:
    def said(account: str) -> str:
        page = owner.post(PAGE, {"account": account, "site": site.pk, "role": "agent"}, follow=True).content.decode()
        Invitation.objects.all().delete()
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|/invitation/[\w-]+/|\d+', "", page.replace(f"<strong>{account}</strong>", "NAME"))

    pages = {said(account) for account in ("rina", "rina@lain.example", "admin", "nobody-of-that-name", "nobody@example.com")}
    assert len(pages) == 1


def test_the_link_is_worth_nothing_to_another_account(owner: Client, site: Site, other: Site, rina: User) -> None:
    link = invite(owner, site)
    for stranger in (make_member("tono", "owner", other), make_member("RINA", "agent", other), make_member("siti", email="rina"), make_member("kosong")):
        client = signed_in(stranger)
        unknown = client.get("/admin/invitation/4711/").content.decode()
        mask = r'name="csrfmiddlewaretoken" value="\w+"'
        assert re.sub(mask, "", client.get(link).content.decode()) == re.sub(mask, "", unknown).replace("4711", link.split("/")[3])
        answer(client, link)
    assert Client().get(link)["Location"].startswith("/admin/login/") and Client().post(link, {"answer": "accept"}).status_code == 302
    assert not Member.objects.filter(site=site).exclude(user__username="pemilik").exists() and Invitation.objects.exists()


def test_declining_ends_it(owner: Client, site: Site, rina: User) -> None:
    client, link = signed_in(rina), invite(owner, site)
    assert "Declined" in answer(client, link, "decline")
    answer(client, link)
    assert not Member.objects.filter(site=site, user=rina).exists()


@pytest.mark.parametrize("what", ["late", "withdrawn", "invited anew", "inviter is no owner any more", "inviter is switched off", "site is off"])
def test_an_invitation_ends(what: str, owner: Client, site: Site, rina: User) -> None:
    link = invite(owner, site)
    if what == "late":
        Invitation.objects.update(until=timezone.now() - timedelta(seconds=1))
    elif what == "withdrawn":
        owner.post(reverse("admin:invitation_withdraw", args=[Invitation.objects.get().pk]))
    elif what == "invited anew":
        assert invite(owner, site, role="viewer") != link
    elif what == "inviter is no owner any more":
        Member.objects.filter(user__username="pemilik").update(role="agent")
    elif what == "inviter is switched off":
        User.objects.filter(username="pemilik").update(is_active=False)
    else:
        Site.objects.filter(pk=site.pk).update(active=False)
    answer(signed_in(rina), link)
    assert not Member.objects.filter(site=site, user=rina).exists()


def test_a_role_one_has_is_not_changed_by_a_link(owner: Client, site: Site) -> None:
    """Neither up, nor down for the only owner."""
    answer(owner, invite(owner, site, "pemilik", "viewer"))
    assert Member.objects.get(user__username="pemilik").role == "owner"


def test_owners_invite_to_their_own_sites_and_withdraw_their_own(owner: Client, site: Site, other: Site, rina: User) -> None:
    theirs = Invitation.objects.create(site=other, account="tono", by=rina)
    assert "Toko Lain" not in owner.get(PAGE).content.decode() and "tono" not in owner.get(PAGE).content.decode()
    for site_id, role in ((other.pk, "agent"), (site.pk, "superuser"), ("", "agent")):
        assert owner.post(PAGE, {"account": "x", "site": site_id, "role": role}).status_code == 200
    assert owner.post(reverse("admin:invitation_withdraw", args=[theirs.pk])).status_code == 404
    assert list(Invitation.objects.all()) == [theirs]
    for role in ("agent", "viewer"):
        client = signed_in(make_member(role, role, site))
        assert [client.get(PAGE).status_code, client.post(PAGE, {"account": "x", "site": site.pk, "role": "agent"}).status_code] == [403, 403]


def test_a_site_has_only_so_many_open_invitations(owner: Client, site: Site) -> None:
    for number in range(31):
        owner.post(PAGE, {"account": f"nama{number}", "site": site.pk, "role": "agent"})
    assert Invitation.objects.count() == 30
    assert invite(owner, site, "nama3", "viewer"), "one of them can still be made anew"


def test_a_taken_name_leads_to_the_invitation_and_tells_nothing_more(owner: Client, site: Site, rina: User) -> None:
    form = {"username": "Rina", "usable_password": "true", "password1": "kopi-tubruk-77", "password2": "kopi-tubruk-77"}
    rows = {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0, "memberships-0-site": site.pk, "memberships-0-role": "agent"}
    page = owner.post("/admin/auth/user/add/", {**form, **rows}).content.decode()
    assert "This name is not free here" in page and "already exists" not in page
    assert "Invite somebody with an account" in owner.get("/admin/auth/user/").content.decode()
