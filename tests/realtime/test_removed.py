"""A conversation that is removed while it is open on a visitor's page and before an operator: nothing of it stays, and what is written next is seen by both."""

import pytest
from django.contrib.auth.models import User

from tests.realtime.inbox_line import DeskLine, signed_in
from tests.realtime.line import Line
from widget.conversations.models import Conversation
from widget.lib import database
from widget.privacy import retention
from widget.realtime.protocol import BAD_TOKEN, RESTARTING
from widget.sites.models import Member, Site

pytestmark = pytest.mark.usefixtures("at_rest")
FIRST, NEXT = "rahasia lama", "halo lagi"


def owner_of(site: Site) -> User:
    user = User.objects.create_user(f"owner of {site.key}", first_name="Bu Sari", is_staff=True)
    Member.objects.create(site=site, user=user, role="owner")
    return user


@pytest.fixture
def owner(site: Site) -> User:
    return owner_of(site)


@pytest.fixture
def other_owner(site: Site) -> User:
    return owner_of(Site.objects.create(key="lain", name="Toko lain"))


def remove_in_admin(owner: User, conversation: str) -> None:
    pk = Conversation.objects.get(public_id=conversation).pk
    assert signed_in(owner).post(f"/admin/widget/conversation/{pk}/delete/", {"post": "yes"}).status_code == 302


def grow_old(site: Site, owner: User, conversation: str) -> None:
    Conversation.objects.filter(public_id=conversation).update(last_at="2020-01-01T00:00:00Z")
    retention.remove_old()


def remove_without_a_word(site: Site, owner: User, conversation: str) -> None:
    Conversation.objects.filter(public_id=conversation).delete()


@pytest.mark.parametrize("by_hand", [True, False], ids=["by an owner", "by retention"])
async def test_both_sides_learn_at_once_that_it_is_gone(site: Site, owner: User, by_hand: bool) -> None:
    async with Line() as visitor, DeskLine(owner) as desk:
        before = await visitor.hello()
        await visitor.say(FIRST)
        await desk.greet()
        await desk.show(before["conversation"])
        await database.write(remove_in_admin, owner, before["conversation"]) if by_hand else await database.write(grow_old, site, owner, before["conversation"])
        assert (await desk.until("talk.gone"))["conversation"] == before["conversation"]
        assert await visitor.closed_with() == BAD_TOKEN
        await desk.send("message.send", conversation=before["conversation"], id="9b2f8f0e-6b1c-4a55-9f83-0d2f3c1e7a11", text="masih di sana?")
        assert (await desk.until("error"))["code"] == "not_found"
        # As the page comes again: as a new visitor.
        async with Line() as again:
            after = await again.hello()
            assert after["conversation"] != before["conversation"] and not after["messages"]
            await again.say(NEXT)
            item = next(item for item in (await desk.until("list.changed"))["items"] if item["conversation"] == after["conversation"])
            assert item["seq"] <= 2


async def test_what_is_written_before_the_page_has_heard_of_it_begins_anew_on_both_sides(site: Site, owner: User) -> None:
    async with Line() as visitor, Line() as other_tab, DeskLine(owner) as desk:
        before = await visitor.hello()
        await visitor.say(FIRST)
        await other_tab.hello(token=before["token"])
        await desk.greet()
        shown = await desk.show(before["conversation"])
        await database.write(remove_without_a_word, site, owner, before["conversation"])
        assert (await visitor.say(NEXT))["seq"] == 1
        assert (await desk.until("talk.gone"))["conversation"] == before["conversation"]
        assert await visitor.closed_with() == RESTARTING == await other_tab.closed_with()
        last = shown["messages"][-1]
        async with Line() as again:
            after = await again.hello(token=before["token"], after={"seq": last["seq"], "id": last["id"]})
            assert after["reset"] and after["messages"][0]["text"] == NEXT and FIRST not in str(after)


async def test_nobody_hears_of_what_was_removed_elsewhere(site: Site, owner: User, other_owner: User) -> None:
    async with Line() as visitor, DeskLine(other_owner) as desk:
        before = await visitor.hello()
        await visitor.say(FIRST)
        await desk.greet()
        await database.write(remove_in_admin, owner, before["conversation"])
        assert await visitor.closed_with() == BAD_TOKEN
        await desk.send("ping", t=1)
        await desk.expect("pong")
