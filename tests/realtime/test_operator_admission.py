"""Who gets an operator's line: own page, signed-in session and a fresh ticket of that session, all three, or nothing is read (S15)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.realtime.inbox_line import DeskLine, session_of, signed_in, ticket_of
from tests.realtime.line import ORIGIN
from widget.inbox.models import Ticket
from widget.lib import database
from widget.realtime.protocol import REFUSED, TOO_MANY, TOO_SLOW
from widget.sites.models import Member, Site

pytestmark = [pytest.mark.usefixtures("at_rest"), pytest.mark.promise("S15")]
FOREIGN_ORIGINS = [ORIGIN, "null", "", "https://evil.test", "http://testserver.evil.test", "http://testserver:81", "http://testserver/", "file://", None]


@pytest.fixture
def rina(site: Site) -> User:
    user = User.objects.create_user("rina", is_staff=True)
    Member.objects.create(site=site, user=user, role="owner")
    return user


async def refused(line: DeskLine, **hello: Any) -> None:
    """Closed as refused, and not a word was said before."""
    async with line:
        if hello:
            await line.send("hello", protocol=1, **hello)
        message = await line._take(5)
        assert (message["type"], message.get("code")) == ("websocket.close", REFUSED), message


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
async def test_a_stolen_cookie_is_worth_nothing_on_another_website(origin: str | None, sari: User) -> None:
    client = await database.write(signed_in, sari)
    ticket = await database.write(ticket_of, client)
    await refused(DeskLine(client=client, origin=origin), ticket=ticket)
    # The ticket was not looked at, so the own page still has it.
    async with DeskLine(client=client) as line:
        await line.send("hello", protocol=1, ticket=ticket)
        await line.expect("ready")


async def test_only_https_counts_where_the_installation_has_it(sari: User, settings: Any) -> None:
    settings.PUBLIC_URL, settings.HTTPS, settings.ALLOWED_HOSTS = "https://chat.example", True, ["testserver", "chat.example"]
    client = await database.write(signed_in, sari)
    await refused(DeskLine(client=client, origin="http://testserver"))
    async with DeskLine(client=client, origin="https://chat.example") as line:
        await line.greet()


async def test_no_ticket_no_line(sari: User) -> None:
    client = await database.write(signed_in, sari)
    for hello in ({}, {"ticket": ""}, {"ticket": "x" * 43}, {"ticket": session_of(client)}, {"ticket": "x" * 101}, {"ticket": 5}, {"ticket": None}):
        await refused(DeskLine(client=client), **hello) if hello else await refused(DeskLine(client=client), locale="id")


@pytest.mark.parametrize("kind", ["list.get", "talk.open", "ping", "message.send", "nothing"])
async def test_the_first_frame_is_hello_or_the_last(kind: str, sari: User) -> None:
    async with DeskLine(sari) as line:
        await line.send(kind, view="all", conversation="x", id="x", text="x", t=1)
        assert await line.closed_with() == REFUSED


async def test_a_ticket_is_good_once(sari: User) -> None:
    client = await database.write(signed_in, sari)
    ticket = await database.write(ticket_of, client)
    async with DeskLine(client=client) as line:
        await line.send("hello", protocol=1, ticket=ticket)
        await line.expect("ready")
        await refused(DeskLine(client=client), ticket=ticket)
    await refused(DeskLine(client=client), ticket=ticket)
    assert not await database.read(Ticket.objects.exists)


async def test_a_ticket_of_somebody_else_and_of_another_session_of_ones_own_are_refused(sari: User, rina: User) -> None:
    mine, elsewhere, hers = [await database.write(signed_in, user) for user in (sari, sari, rina)]
    for other in (elsewhere, hers):
        await refused(DeskLine(client=mine), ticket=await database.write(ticket_of, other))


async def test_an_old_ticket_is_refused_and_swept_away(sari: User) -> None:
    client = await database.write(signed_in, sari)
    ticket = await database.write(ticket_of, client)
    await database.write(lambda: Ticket.objects.update(until=timezone.now() - timedelta(seconds=1)))
    await refused(DeskLine(client=client), ticket=ticket)
    await database.write(ticket_of, client)
    assert await database.read(Ticket.objects.count) == 1


async def test_what_is_stored_of_a_ticket_opens_nothing(sari: User) -> None:
    client = await database.write(signed_in, sari)
    await database.write(ticket_of, client)
    stored = await database.read(Ticket.objects.get)
    for text in (stored.hash, stored.session_hash):
        await refused(DeskLine(client=client), ticket=text)


def no_staff(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_staff=False)


def no_role(user: User) -> None:
    Member.objects.filter(user=user).delete()


def signed_out(user: User) -> None:
    Session.objects.all().delete()


@pytest.mark.parametrize("change", [no_staff, no_role, signed_out])
async def test_what_ends_between_ticket_and_line_counts(change: Callable[[User], None], sari: User) -> None:
    client = await database.write(signed_in, sari)
    ticket = await database.write(ticket_of, client)
    await database.write(change, sari)
    await refused(DeskLine(client=client), ticket=ticket)


async def test_a_planted_cookie_and_two_cookies_are_none(sari: User, settings: Any) -> None:
    client = await database.write(signed_in, sari)
    ticket = await database.write(ticket_of, client)
    for cookie in ("planted0planted0planted0planted0", "../../x", "", f"{session_of(client)}; {settings.SESSION_COOKIE_NAME}=x"):
        await refused(DeskLine(cookie=cookie), ticket=ticket)
    line = DeskLine(client=client)
    line._scope["headers"].append((b"cookie", b"a=b; kanal-other-session=x"))  # type: ignore[attr-defined]
    async with line:
        await line.send("hello", protocol=1, ticket=ticket)
        await line.expect("ready")


def test_tickets_are_for_staff_with_conversations_and_by_post_with_csrf_only(sari: User) -> None:
    address = "/admin/inbox/ticket/"
    assert Client().post(address).status_code == 302
    client = signed_in(sari)
    assert set(client.get(address).json()) == {"me", "csrf"}, "no ticket"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(sari)
    assert strict.post(address).status_code == 403
    answer = client.post(address)
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    no_role(sari)
    assert client.post(address).status_code == 403
    no_staff(sari)
    assert client.post(address).status_code == 302


async def test_a_line_that_says_nothing_is_given_up(sari: User, settings: Any) -> None:
    settings.HELLO_SECONDS = 0.1
    async with DeskLine(sari) as line:
        assert await line.closed_with() == TOO_SLOW


async def test_a_person_has_a_handful_of_lines_and_not_more(sari: User, settings: Any) -> None:
    settings.SOCKETS_PER_VISITOR = 2
    client = await database.write(signed_in, sari)
    async with DeskLine(client=client) as one, DeskLine(client=client) as two, DeskLine(client=client) as three:
        await one.greet()
        await two.greet()
        await three.send("hello", protocol=1, ticket=await three.ticket())
        assert await three.closed_with() == TOO_MANY


async def test_a_page_of_an_earlier_sign_in_learns_who_is_there_now_and_the_token_to_go_on_with(sari: User) -> None:
    def ask() -> tuple[dict[str, Any], int]:
        client = Client(enforce_csrf_checks=True)
        client.force_login(sari)
        said = client.get("/admin/inbox/ticket/").json()
        return said["me"], client.post("/admin/inbox/ticket/", headers={"X-CSRFToken": said["csrf"]}).status_code

    assert await database.write(ask) == ({"id": sari.pk, "name": "Sari"}, 200)


async def test_who_may_see_no_conversation_learns_nothing_there() -> None:
    def ask() -> int:
        client = Client()
        client.force_login(User.objects.create_user("tamu", is_staff=True))
        return client.get("/admin/inbox/ticket/").status_code

    assert await database.write(ask) == 403
