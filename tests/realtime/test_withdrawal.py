"""Rights that end while a socket is open: the next frame is refused and who only listens is closed within seconds (S08)."""

import uuid
from collections.abc import Callable
from time import monotonic

import pytest

from tests.realtime.line import ORIGIN, Line
from widget.conversations.models import Conversation
from widget.lib import database
from widget.realtime import withdrawal
from widget.realtime.hub import hub
from widget.realtime.protocol import REFUSED
from widget.sites import registry
from widget.sites.models import AllowedOrigin, Site

pytestmark = [pytest.mark.usefixtures("at_rest"), pytest.mark.promise("S08")]
Change = Callable[[], object]


def switch_off() -> object:
    return Site.objects.filter(key="toko").update(active=False)


def change_the_key() -> object:
    return Site.objects.filter(key="toko").update(key="toko-2")


def give_the_key_to_another_site() -> object:
    change_the_key()
    other = Site.objects.create(key="toko", name="Lain")
    return AllowedOrigin.objects.create(site=other, origin=ORIGIN)


def remove_the_origin() -> object:
    return AllowedOrigin.objects.filter(origin=ORIGIN).delete()


def delete_the_site() -> object:
    return Site.objects.filter(key="toko").delete()


WAYS = [switch_off, change_the_key, give_the_key_to_another_site, remove_the_origin, delete_the_site]


@pytest.mark.parametrize("withdraw", WAYS)
async def test_the_next_frame_is_refused_and_nothing_is_stored(withdraw: Change) -> None:
    async with Line() as line:
        await line.hello()
        await database.write(withdraw)
        registry.forget()
        await line.send("message.send", id=str(uuid.uuid4()), text="Halo")
        assert await line.closed_with() == REFUSED
    assert not await database.read(Conversation.objects.exists)


@pytest.mark.parametrize("withdraw", WAYS)
async def test_who_only_listens_is_closed_by_the_next_look(withdraw: Change) -> None:
    async with Line() as line:
        await line.hello()
        await database.write(withdraw)
        registry.forget()
        await withdrawal.withdrawal.look()
        assert await line.closed_with() == REFUSED


async def test_the_look_comes_within_five_seconds_without_being_told() -> None:
    """As if another process had saved the change."""
    async with Line() as line:
        await line.hello()
        await withdrawal.withdrawal.looks.start()
        try:
            changed = monotonic()
            await database.write(remove_the_origin)
            assert await line.closed_with(seconds=6) == REFUSED
            assert monotonic() - changed < 5
        finally:
            await withdrawal.withdrawal.looks.stop()


async def test_an_app_ends_with_its_permission_and_the_own_page_stays(site: Site, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]  # type: ignore[attr-defined]
    await database.write(lambda: (Site.objects.filter(pk=site.pk).update(allow_apps=True), registry.forget()))
    async with Line(origin=None) as app, Line(origin="https://testserver") as own, Line() as website:
        for line in (app, own, website):
            await line.hello()
        await database.write(lambda: (Site.objects.filter(pk=site.pk).update(allow_apps=False), registry.forget()))
        await withdrawal.withdrawal.look()
        assert await app.closed_with() == REFUSED
        for line in (own, website):
            await line.send("ping", t=1)
            await line.expect("pong")


async def test_a_sound_site_keeps_its_sockets(site: Site) -> None:
    await database.write(lambda: AllowedOrigin.objects.create(site=Site.objects.create(key="lain", name="Lain"), origin=ORIGIN))
    async with Line() as line, Line("lain") as other:
        await line.hello()
        await other.hello()
        await database.write(lambda: (Site.objects.filter(key="lain").update(active=False), registry.forget()))
        await withdrawal.withdrawal.look()
        assert await other.closed_with() == REFUSED
        assert [connection.site_key for connection in hub.connections() if connection.ready] == ["toko"]
        await line.say("Halo")
