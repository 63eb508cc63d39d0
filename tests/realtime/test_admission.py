"""Who may open a line and how much of it: sites, origins (S01), sockets per address and visitor (S55), frames and messages per minute."""

import uuid
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from pytest_django.fixtures import Settings

from tests.realtime.line import ORIGIN, Line
from tests.waiting import soon
from widget.conversations.models import Conversation, Message
from widget.lib import database
from widget.lib.ratelimit import RateLimit
from widget.realtime import admission, consumer, origin, visitor
from widget.realtime.protocol import REFUSED, TOO_MANY
from widget.sites import registry
from widget.sites.models import AllowedOrigin, RefusedOrigin, Site

pytestmark = pytest.mark.usefixtures("at_rest")
FOREIGN = {
    "null": "null",
    "empty": "",
    "another scheme": "http://toko.example",
    "a scheme that is none": "toko.example",
    "another port": "https://toko.example:8443",
    "the default port written out": "https://toko.example:443",
    "a suffix": "https://toko.example.evil.test",
    "a prefix": "https://eviltoko.example",
    "user information": "https://toko.example@evil.test",
    "a subdomain": "https://a.toko.example",
    "a trailing dot": "https://toko.example.",
    "a path": "https://toko.example/",
    "a look-alike": "https://xn--tok-7ta.example",
    "a blank": "https://toko.example ",
    "a list": "https://toko.example, https://evil.test",
    "a file": "file://",
}


async def test_a_wrong_key_is_accepted_and_closed_at_once() -> None:
    for key in ["nobody", "TOKO", "toko2", "0"]:
        async with Line(key) as line:
            assert await line.closed_with() == REFUSED, key


async def test_a_withdrawn_site_ends_its_sockets_with_the_next_frame(site: Site) -> None:
    def withdraw() -> None:
        Site.objects.filter(pk=site.pk).update(active=False)
        registry.forget()

    async with Line() as line:
        await line.hello()
        await database.write(withdraw)
        await line.send("message.send", id=str(uuid.uuid4()), text="Halo")
        assert await line.closed_with() == REFUSED
    async with Line() as line:
        assert await line.closed_with() == REFUSED
    assert not await database.read(Conversation.objects.exists)


@pytest.mark.promise("S01")
async def test_a_foreign_origin_is_closed_at_once_and_nothing_is_read() -> None:
    for name, foreign in FOREIGN.items():
        async with Line(origin=foreign) as line:
            await line.send("hello", protocol=1)
            await line.send("message.send", id=str(uuid.uuid4()), text="Halo")
            assert await line.closed_with() == REFUSED, name
            assert line.waiting() == [], name
    assert not await database.read(Conversation.objects.exists)


@pytest.mark.promise("S01")
async def test_two_origin_headers_are_refused_in_both_orders() -> None:
    for first, second in [(ORIGIN, "https://evil.test"), ("https://evil.test", ORIGIN), (ORIGIN, ORIGIN)]:
        async with Line(origin=first, headers=((b"origin", second.encode()),)) as line:
            assert await line.closed_with() == REFUSED, (first, second)


@pytest.mark.promise("S01")
async def test_an_allowed_origin_is_served_in_any_case_of_letters() -> None:
    for allowed in [ORIGIN, "HTTPS://TOKO.example"]:
        async with Line(origin=allowed) as line:
            await line.hello()


async def test_without_an_origin_only_a_site_with_an_own_app_is_served(site: Site) -> None:
    async with Line(origin=None) as line:
        assert await line.closed_with() == REFUSED
    await database.write(lambda: (Site.objects.filter(pk=site.pk).update(allow_apps=True), registry.forget()))
    async with Line(origin=None) as line:
        await line.hello()


async def test_the_own_chat_page_is_served_but_not_a_foreign_name_that_points_here(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["chat.toko.example"]
    for host, code in [("chat.toko.example", 0), ("evil.test", REFUSED)]:
        line = Line(origin=f"https://{host}")
        line._scope["headers"][0] = (b"host", host.encode())  # type: ignore[index]
        async with line:
            await line.send("hello", protocol=1)
            assert await line.closed_with() == code if code else (await line.expect("welcome"))["type"] == "welcome"


async def test_a_refused_website_is_kept_for_the_owner_once_and_the_first_visit_from_an_allowed_one_is_ticked(site: Site) -> None:
    origin._noted.clear()
    for _ in range(3):
        async with Line(origin="https://tokosaya.com") as line:
            await line.closed_with()
    async with Line() as line:
        await line.hello()
    refused = await database.read(lambda: list(RefusedOrigin.objects.values_list("origin", "times")))
    assert refused == [("https://tokosaya.com", 1)]
    assert await database.read(lambda: AllowedOrigin.objects.get(origin=ORIGIN).first_seen_at is not None)


async def test_invented_origins_of_one_address_cannot_crowd_out_a_real_website(site: Site) -> None:
    origin._noted.clear()
    for _ in range(2):
        await database.write(origin._store_refusal, site.pk, "https://tokosaya.com")
    for number in range(20):
        async with Line(origin=f"https://invented{number}.test") as line:
            await line.closed_with()
    assert await database.read(RefusedOrigin.objects.count) == 1 + 6
    for number in range(origin.REFUSALS_KEPT_PER_SITE + 5):
        await database.write(origin._store_refusal, site.pk, f"https://a{number}.test")
    assert await database.read(RefusedOrigin.objects.filter(origin="https://tokosaya.com").exists)


async def test_the_list_of_refused_websites_stays_short(site: Site) -> None:
    origin._noted.clear()
    for number in range(origin.REFUSALS_KEPT_PER_SITE + 5):
        await database.write(origin._store_refusal, site.pk, f"https://a{number}.test")
    assert await database.read(RefusedOrigin.objects.count) == origin.REFUSALS_KEPT_PER_SITE
    assert not await database.read(RefusedOrigin.objects.filter(origin="https://a0.test").exists)


# -- how many sockets ----------------------------------------------------------------------------------------------------
async def refused_at(open_line: Callable[[int], Line], greet: Callable[[Line], Awaitable[object]], most: int) -> int:
    """Opens lines until one is closed with 4429; how many were served before it."""
    async with AsyncExitStack() as stack:
        for number in range(most):
            line = await stack.enter_async_context(open_line(number))
            await greet(line)
            message = await line._take(5)
            if message["type"] == "websocket.close":
                assert message["code"] == TOO_MANY
                return number
    return most


def hello(**fields: object) -> Callable[[Line], Awaitable[None]]:
    return lambda line: line.send("hello", protocol=1, **fields)


async def test_an_address_holds_so_many_sockets_without_a_token(settings: Settings) -> None:
    settings.SOCKETS_PER_ADDRESS_WITHOUT_TOKEN = 4
    assert await refused_at(lambda _: Line(), hello(), 9) == 4
    # All were given back, and other addresses were never touched.
    assert await refused_at(lambda _: Line(), hello(), 9) == 4
    assert await refused_at(lambda number: Line(address=f"192.0.2.{number}"), hello(), 9) == 9


async def test_sockets_that_never_say_hello_count_as_well(settings: Settings) -> None:
    settings.SOCKETS_PER_ADDRESS_WITHOUT_TOKEN = 3
    async with AsyncExitStack() as stack:
        for number in range(1, 4):
            await stack.enter_async_context(Line())
            await soon(lambda number=number: admission._without_token.held("192.0.2.1") == number)
        async with Line() as line:
            assert await line.closed_with() == TOO_MANY


async def test_a_valid_token_leaves_the_tight_limit_but_not_the_wide_one(settings: Settings) -> None:
    settings.SOCKETS_PER_ADDRESS_WITHOUT_TOKEN, settings.SOCKETS_PER_ADDRESS = 2, 6
    tokens = []
    for _ in range(9):
        async with Line() as line:
            tokens.append((await line.hello())["token"])
    assert await refused_at(lambda _: Line(), lambda line: hello(token=tokens.pop())(line), 9) == 6


async def test_a_visitor_holds_so_many_sockets_from_any_address(settings: Settings) -> None:
    settings.SOCKETS_PER_VISITOR = 3
    async with Line() as line:
        token = (await line.hello())["token"]
    assert await refused_at(lambda number: Line(address=f"192.0.2.{number}"), hello(token=token), 6) == 3


async def test_addresses_of_one_ipv6_network_count_as_one(settings: Settings) -> None:
    settings.SOCKETS_PER_ADDRESS_WITHOUT_TOKEN = 2
    assert await refused_at(lambda number: Line(address=f"2001:db8:1:2::{number + 1:x}"), hello(), 5) == 2
    assert await refused_at(lambda number: Line(address=f"2001:db8:1:{number + 3:x}::1"), hello(), 5) == 5
    assert await refused_at(lambda number: Line(address=("192.0.2.7", "::ffff:192.0.2.7")[number % 2]), hello(), 5) == 2


async def test_a_forwarded_address_is_believed_only_from_our_own_proxies(settings: Settings) -> None:
    settings.SOCKETS_PER_ADDRESS_WITHOUT_TOKEN = 2

    def forwarded(number: int) -> Line:
        return Line(headers=((b"x-forwarded-for", f"203.0.113.{number}, 198.51.100.{number % 2}".encode()),))

    assert await refused_at(forwarded, hello(), 6) == 2
    settings.TRUSTED_PROXIES = 1
    assert await refused_at(forwarded, hello(), 6) == 4
    settings.TRUSTED_PROXIES = 2
    assert await refused_at(forwarded, hello(), 6) == 6


# -- how many frames -----------------------------------------------------------------------------------------------------
async def test_too_many_frames_are_refused_and_then_end_the_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "frames_per_minute", RateLimit(20))
    async with Line() as line, Line() as neighbour:
        await line.hello()
        await neighbour.hello()
        for number in range(200):
            await line.send("ping", t=number)
        await neighbour.send("ping", t=1)
        await neighbour.expect("pong")
        frames = [await line.receive() for _ in range(20 + consumer.REFUSALS_UNTIL_CLOSE)]
        assert [frame["type"] for frame in frames[:20]] == ["pong"] * 20
        assert all(frame["code"] == "rate_limited" and frame["retry_after"] > 0 for frame in frames[20:])
        assert await line.closed_with() == TOO_MANY


async def test_endless_nonsense_ends_the_socket() -> None:
    async with Line() as line:
        await line.hello()
        for _ in range(consumer.REFUSALS_UNTIL_CLOSE):
            await line.send_raw("nonsense")
        assert await line.closed_with() == TOO_MANY


async def test_two_sockets_of_a_visitor_share_their_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "messages_per_minute", RateLimit(3))
    async with Line() as line, Line() as tab:
        await tab.hello(token=(await line.hello())["token"])
        for talker in (line, tab, line):
            await talker.say("Halo")
        message_id = str(uuid.uuid4())
        await tab.send("message.send", id=message_id, text="Halo")
        answer = await tab.until("error")
        assert (answer["code"], answer["id"], answer["retry_after"] > 0) == ("rate_limited", message_id, True)
    assert await database.read(Message.objects.filter(author="visitor").count) == 3


async def test_a_limit_ends_by_itself() -> None:
    now = 0.0
    limit = RateLimit(60, clock=lambda: now)
    assert [limit.take("a") for _ in range(60)] == [0.0] * 60
    assert limit.take("a") == pytest.approx(1.0) and limit.take("b") == 0.0
    now = 0.9
    assert limit.take("a") == pytest.approx(0.1)
    now = 2.95
    assert [limit.take("a") > 0 for _ in range(3)] == [False, False, True]


async def test_seats_are_given_back_after_any_end() -> None:
    async with Line() as line:
        await line.send_raw("nonsense")
        await line.closed_with()
    async with Line() as line:
        await line.hello()
    async with Line(origin="https://evil.test") as line:
        await line.closed_with()
    assert not admission._all and not admission._without_token


async def test_a_new_visitor_who_said_something_leaves_the_tight_limit(settings: Settings) -> None:
    settings.SOCKETS_PER_ADDRESS_WITHOUT_TOKEN = 1
    async with Line(address="192.0.2.66") as talker:
        await talker.hello()
        async with Line(address="192.0.2.66") as early:
            assert await early.closed_with() == TOO_MANY
        await talker.say("Halo")
        async with Line(address="192.0.2.66") as late:
            await late.hello()
