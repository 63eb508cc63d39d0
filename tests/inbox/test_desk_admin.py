"""The pages of canned replies and tags: an agent edits the replies of their own site, an owner the tags, and nonsense is refused in words."""

import pytest
from django.urls import reverse

from tests.people import make_member, signed_in
from widget.conversations.models import CannedReply, Tag
from widget.sites.models import Site

pytestmark = pytest.mark.django_db


def test_an_agent_writes_a_canned_reply_for_their_site(site: Site) -> None:
    client = signed_in(make_member("rina", "agent", site))
    form = {"site": site.pk, "shortcut": "ongkir", "title": "Ongkir", "text": "Halo {name}, ongkir {{7*7}} %s"}
    assert client.post(reverse("admin:widget_cannedreply_add"), form).status_code == 302
    assert CannedReply.objects.get().text == form["text"]
    page = client.get(reverse("admin:widget_cannedreply_changelist")).content.decode()
    assert "Halo {name}, ongkir {{7*7}} %s" in page and "Toko Saya" in page


def test_the_same_shortcut_twice_is_refused_in_words(site: Site, admin_client: object) -> None:
    for where in (site, None):
        CannedReply.objects.create(site=where, shortcut="ongkir", title="x", text="x")
        form = {"site": where.pk if where else "", "shortcut": "ongkir", "title": "y", "text": "y"}
        page = admin_client.post(reverse("admin:widget_cannedreply_add"), form)  # type: ignore[attr-defined]
        assert "Another canned reply has this shortcut already." in page.content.decode()


@pytest.mark.parametrize("shortcut", ["Ongkir", "on gkir", "/ongkir", "ongkir\n", "=cmd()", "ongkir;"])
def test_a_shortcut_is_one_plain_word(site: Site, shortcut: str) -> None:
    client = signed_in(make_member("rina", "agent", site))
    form = {"site": site.pk, "shortcut": shortcut, "title": "y", "text": "y"}
    client.post(reverse("admin:widget_cannedreply_add"), form)
    assert not CannedReply.objects.exclude(shortcut="ongkir").exists()


def test_common_replies_are_shown_and_changed_by_superusers_only(site: Site, admin_client: object) -> None:
    common = CannedReply.objects.create(shortcut="salam", title="Salam umum", text="Halo")
    agent = signed_in(make_member("rina", "agent", site))
    assert "Salam umum" not in agent.get(reverse("admin:widget_cannedreply_changelist")).content.decode()
    assert agent.get(reverse("admin:widget_cannedreply_change", args=[common.pk])).status_code == 302
    assert "all sites" in admin_client.get(reverse("admin:widget_cannedreply_changelist")).content.decode()  # type: ignore[attr-defined]


def test_owners_make_tags_and_agents_do_not(site: Site) -> None:
    form = {"site": site.pk, "name": "Komplain", "colour": "#aa0000"}
    assert signed_in(make_member("budi", "agent", site)).post(reverse("admin:widget_tag_add"), form).status_code == 403
    owner = signed_in(make_member("rina", "owner", site))
    assert owner.post(reverse("admin:widget_tag_add"), form).status_code == 302
    assert Tag.objects.get().name == "Komplain"
    assert "Komplain" in owner.get(reverse("admin:widget_tag_changelist")).content.decode()
