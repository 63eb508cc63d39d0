"""The shell of the live inbox: who gets it, what it names, and where it leads."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests.inbox.conftest import MakeConversation
from widget.sites.models import Member, Role, Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(site: Site) -> Client:
    return member_of(site)


def member_of(*sites: Site) -> Client:
    person = User.objects.create_user("rina", is_staff=True)
    Member.objects.bulk_create(Member(site=site, user=person, role=Role.AGENT) for site in sites)
    client = Client()
    client.force_login(person)
    return client


def imported(script: Path, seen: set[Path]) -> set[Path]:
    """Every script that this one needs, by way of others too."""
    if script not in seen:
        seen.add(script)
        for name in re.findall(r'from "(\.[^"]+)"', script.read_text("utf-8")):
            imported((script.parent / name).resolve(), seen)
    return seen


def addresses(page: str) -> Iterable[str]:
    return re.findall(r'<link rel="modulepreload" href="/static/([^"]+)"', page)


def found(address: str) -> Path:
    path = finders.find(address)
    assert isinstance(path, str), address
    return Path(path).resolve()


def test_the_shell_names_every_script_that_is_needed_and_no_other(agent: Client) -> None:
    named = {found(address) for address in addresses(agent.get(reverse("admin:inbox")).content.decode())}
    needed = imported(found("inbox/src/page.js"), set())
    # The words are named by a dynamic import, in one language.
    assert named == needed | {found("inbox/src/lang/en.js")}


def test_everything_the_shell_loads_is_there(agent: Client) -> None:
    page = agent.get(reverse("admin:inbox")).content.decode()
    for address in re.findall(r'(?:href|src|data-icon|data-icon-dot)="/static/([^"]+)"', page):
        found(address)


def test_a_conversation_s_address_gives_the_same_shell_whether_it_is_there_or_not(agent: Client, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo")
    pages = [agent.get(reverse("admin:inbox_talk", args=[name])) for name in (talk.public_id, "tidak-ada")]
    assert [page.status_code for page in pages] == [200, 200]
    texts = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode().replace(talk.public_id, "tidak-ada")) for page in pages]
    assert texts[0] == texts[1]


def test_nobody_without_a_role_at_a_site_gets_it() -> None:
    client = member_of()
    assert client.get(reverse("admin:inbox")).status_code == 403
    assert client.get(reverse("admin:inbox_talk", args=["p"])).status_code == 403


@pytest.mark.promise("S71")
def test_the_record_of_another_site_s_conversation_is_as_if_it_were_not_there(make_conversation: MakeConversation) -> None:
    foreign = make_conversation("v: rahasia")
    own = make_conversation("v: halo", site=Site.objects.create(key="lain", name="Toko Lain"))
    client = member_of(own.site)
    to_foreign, to_nothing = (client.get(reverse("admin:inbox_record", args=[name])) for name in (foreign.public_id, "tidak-ada"))
    assert to_foreign.status_code == to_nothing.status_code == 404
    assert client.get(reverse("admin:inbox_record", args=[own.public_id])).headers["Location"] == reverse("admin:widget_conversation_change", args=[own.pk])


def test_the_menu_and_the_bar_of_the_phone_begin_with_the_inbox(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:index")).content.decode()
    for part in ('id="menu"', 'id="bar"'):
        assert f'href="{reverse("admin:inbox")}"' in page.split(part)[1].split('aria-hidden="true"')[0], part
