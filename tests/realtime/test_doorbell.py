"""The bell between serving processes, on a real Redis: who hears one reads the log, and nobody waits for it (R18, R19, R20, D01 to D04, D20)."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from django.contrib.auth.models import AbstractBaseUser
from redis.asyncio import Redis as Client

from tests import engines
from tests.fakes.chaos_proxy import ChaosProxy
from tests.realtime.line import Line
from tests.waiting import soon
from widget.answering.runner import runner
from widget.conversations import delivery, takeover
from widget.conversations.log import NewRow, append, new_row_id
from widget.conversations.models import Conversation
from widget.lib import database
from widget.lib.peers import peers
from widget.lib.presence import presence
from widget.providers.models import Provider
from widget.realtime import doorbell as doorbell_module
from widget.realtime.bell_channel import BellChannel, BellMessage
from widget.realtime.doorbell import Doorbell
from widget.realtime.watermark import watermark

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("at_rest")]
SECRET = "of this installation"


@pytest.fixture(scope="module")
def shared_redis() -> Iterator[engines.Redis]:
    with engines.redis() as server:
        yield server


@pytest.fixture
def redis(shared_redis: engines.Redis) -> Iterator[ChaosProxy]:
    """Redis, and bad weather in front of it."""
    with ChaosProxy.in_thread("127.0.0.1", shared_redis.port) as proxy:
        yield proxy


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell_module, "BEAT_SECONDS", 0.2)
    monkeypatch.setattr(doorbell_module, "DEAF_SECONDS", 0.6)
    monkeypatch.setattr(doorbell_module, "GONE_SECONDS", 1.0)


@pytest.fixture
async def bell(redis: ChaosProxy, quick: None) -> AsyncIterator[Doorbell]:
    """This process's bell, hung up and ringing."""
    bell = Doorbell()
    delivery.listeners.append(bell.ring)
    await watermark.looks.start()
    await bell.start(f"redis://{redis.host_port}/0", SECRET)
    await soon(lambda: peers.together)
    yield bell
    redis.clear()
    delivery.listeners.remove(bell.ring)
    await bell.stop()
    await watermark.looks.stop()
    assert (bell.siblings, peers.together) == (0, False)


class Sibling:
    """Another serving process, as the bell knows it."""

    def __init__(self, port: int) -> None:
        self._channel, self._number = BellChannel(f"redis://127.0.0.1:{port}/0", SECRET), 0
        self.heard: list[BellMessage] = []

    async def __aenter__(self) -> "Sibling":
        await self._channel.join()
        self._task = asyncio.create_task(self._listen())
        await self.say()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._channel.leave()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self) -> None:
        while True:
            message = await self._channel.receive()
            if message is not None and message.sender != "sibling":
                self.heard.append(message)

    async def say(self, *rings: tuple[str, int, bool], bye: bool = False, left_out: int = 0) -> None:
        self._number += 1 + left_out
        await self._channel.send(BellMessage("sibling", self._number, rings, bye=bye))

    def rings(self) -> list[tuple[str, int, bool]]:
        return [ring for message in self.heard for ring in message.rings]


@pytest.fixture
async def sibling(bell: Doorbell, shared_redis: engines.Redis) -> AsyncIterator[Sibling]:
    async with Sibling(shared_redis.port) as sibling:
        await soon(lambda: bell.siblings == 1)
        yield sibling


def written_elsewhere(text: str) -> int:
    return append(Conversation.objects.get().pk, NewRow(new_row_id(), "operator", text, "person")).row.seq


async def said(line: Line, text: str) -> None:
    """A conversation with one message and its answer."""
    await line.say(text)
    await line.until("message.added")


async def test_what_a_visitor_says_here_is_rung_elsewhere_and_its_words_never_pass(sibling: Sibling, shared_redis: engines.Redis) -> None:
    async with Client.from_url(shared_redis.url) as client, client.monitor() as monitor, Line() as line:
        welcome = await line.hello()
        await said(line, "kata kunci rahasia")
        await soon(lambda: max((seq for name, seq, _ in sibling.rings() if name == welcome["conversation"]), default=0) == 2)
        await client.execute_command("ECHO", "that was all")
        told = ""
        while "that was all" not in told:
            told += (await monitor.next_command())["command"]
    assert welcome["conversation"] in told and "rahasia" not in told and "Maaf" not in told


async def test_a_row_of_another_process_is_shown_as_soon_as_it_rings(sibling: Sibling) -> None:
    async with Line() as line:
        welcome = await line.hello()
        await said(line, "halo, ada orang di sana?")
        seq = await database.write(written_elsewhere, "dari proses lain")
        began = time.monotonic()
        await sibling.say((welcome["conversation"], seq, False))
        assert (await line.until("message.added"))["text"] == "dari proses lain"
        assert time.monotonic() - began < 1


async def test_rings_of_a_tenth_of_a_second_are_one_message(bell: Doorbell, sibling: Sibling) -> None:
    sibling.heard.clear()
    for number in range(1, 1001):
        bell.ring(f"conversation-{number % 10}", None, number % 10 == 3)
    await soon(lambda: len(sibling.rings()) >= 10)
    messages = [message for message in sibling.heard if message.rings]
    assert len(messages) == 1 and sorted(messages[0].rings) == [(f"conversation-{n}", 0, n == 3) for n in range(10)]


async def test_from_a_request_thread_too(bell: Doorbell, sibling: Sibling) -> None:
    await asyncio.to_thread(bell.ring, "from a thread", None, True)
    await soon(lambda: ("from a thread", 0, True) in sibling.rings())


@pytest.mark.promise("R19")
async def test_a_ring_that_got_lost_is_noticed_by_its_number(sibling: Sibling) -> None:
    async with Line() as line:
        await line.hello()
        await said(line, "halo, ada orang di sana?")
        await database.write(written_elsewhere, "tanpa bunyi bel")
        await sibling.say(left_out=1)
        await line.until("message.added", 2)


@pytest.mark.promise("R20")
async def test_a_process_that_lost_its_membership_notices_and_joins_again(
    bell: Doorbell, sibling: Sibling, full_count: Callable[[int, int], int], shared_redis: engines.Redis
) -> None:
    """Silently: the connection lives, but nothing comes. And loudly: Redis ends the subscriber's connection."""
    async with Line() as line:
        await line.hello()
        await said(line, "halo, ada orang di sana?")
        for number in range(full_count(2, 20)):
            if number % 2:
                async with Client.from_url(shared_redis.url) as client:
                    await client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            else:
                await unsubscribe_behind_its_back(bell)
            await database.write(written_elsewhere, f"dalam sunyi {number}")
            assert (await line.until("message.added", 5))["text"] == f"dalam sunyi {number}"
            await soon(lambda: peers.together)


async def unsubscribe_behind_its_back(bell: Doorbell) -> None:
    assert bell._task is not None
    channel = next(frame.f_locals["channel"] for frame in bell._task.get_stack() if "channel" in frame.f_locals)
    shard = channel._layer._get_layer()._shards[0]
    await shard._pubsub.unsubscribe()


async def test_stop_and_takeover_reach_the_process_that_answers(
    sibling: Sibling, ask_model: Callable[[str], Provider], person: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.write(ask_model, "tokens:400@20")
    monkeypatch.setattr("django.conf.settings.PARTIAL_SAVE_SECONDS", 60)
    async with Line() as line:
        welcome = await line.hello()
        for wish in (lambda: Conversation.objects.get().turns.filter(state="running").update(stop_requested=True), person_steps_in(person)):
            await line.say("ceritakan sesuatu")
            await line.until("reply.delta")
            await database.write(wish)
            delivery.listeners[:], kept = [], delivery.listeners[:]
            began = time.monotonic()
            await sibling.say((welcome["conversation"], 0, True))
            await soon(lambda: not runner._running, 2)
            delivery.listeners[:] = kept
            assert time.monotonic() - began < 1


def person_steps_in(person: AbstractBaseUser) -> Callable[[], None]:
    def step_in() -> None:
        takeover.reply_as_operator(Conversation.objects.get().pk, person, "Saya bantu ya, Kak.")

    return step_in


async def test_who_comes_leaves_or_falls_silent_lets_the_living_be_counted_at_once(bell: Doorbell, sibling: Sibling, looks: list[int]) -> None:
    await sibling.say(bye=True)
    await soon(lambda: bell.siblings == 0 and len(looks) == 1)
    await sibling.say()
    await soon(lambda: bell.siblings == 1 and len(looks) == 2)
    await soon(lambda: bell.siblings == 0 and len(looks) == 3, 3)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One more entry for each look at the living that the bell asked for."""
    asked: list[int] = []
    monkeypatch.setattr(presence.looks, "soon", lambda: asked.append(1))
    return asked


async def test_what_no_process_of_ours_would_say_is_passed_over(bell: Doorbell, sibling: Sibling) -> None:
    for nonsense in ({"from": 1}, {"rings": 7}, {"from": "x", "number": "one", "rings": [], "told": {}}, {"from": "x", "number": 1, "rings": [[]], "told": {}}):
        await sibling._channel._layer.group_send("all", nonsense)
    await sibling.say()
    await bell_rings_through(bell, sibling, "after all that")
    assert peers.together


async def bell_rings_through(bell: Doorbell, sibling: Sibling, name: str) -> None:
    bell.ring(name, None, False)
    await soon(lambda: (name, 0, False) in sibling.rings(), 3)


def refuse(proxy: ChaosProxy) -> None:
    """As a Redis that was killed does."""
    proxy.refusing = True
    proxy.reset()


WEATHER: dict[str, Callable[[ChaosProxy], None]] = {
    "black hole": lambda proxy: setattr(proxy, "black_hole", True),
    "half open": lambda proxy: setattr(proxy, "half_open", True),
    "refusing": refuse,
}


@pytest.mark.promise("R18")
@pytest.mark.parametrize("weather", WEATHER)
async def test_a_redis_in_bad_weather_delays_nobody_and_all_is_well_after_it(
    bell: Doorbell, sibling: Sibling, redis: ChaosProxy, weather: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Line() as line:
        await line.hello()
        WEATHER[weather](redis)
        began = time.monotonic()
        for number in range(5):
            await line.say(f"halo {number}")
        assert time.monotonic() - began < 1
        await soon(lambda: not peers.together, 4)
        await database.write(written_elsewhere, "selama sunyi")
        redis.clear()
        await line.until("message.added", 5)
    await soon(lambda: peers.together, 4)
    await bell_rings_through(bell, sibling, "again")
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1


async def test_a_redis_that_is_not_there_at_the_start_is_one_sentence_and_found_later(redis: ChaosProxy, quick: None, caplog: pytest.LogCaptureFixture) -> None:
    redis.refusing = True
    bell = Doorbell()
    began = time.monotonic()
    await bell.start(f"redis://{redis.host_port}/0", SECRET)
    assert time.monotonic() - began < 1
    for number in range(1000):
        bell.ring(f"nobody hears {number}", None, False)
    await soon(lambda: bool(caplog.records))
    assert bell.trouble() and not bell._rings
    redis.refusing = False
    await soon(lambda: peers.together, 4)
    assert not bell.trouble() and len([record for record in caplog.records if record.levelname == "WARNING"]) == 1
    await bell.stop()


async def test_two_installations_on_one_redis_do_not_hear_each_other(bell: Doorbell, shared_redis: engines.Redis) -> None:
    stranger = BellChannel(f"redis://127.0.0.1:{shared_redis.port}/1", "of another installation")
    await stranger.join()
    await stranger.send(BellMessage("stranger", 1, [("x", 1, True)]))
    await stranger.receive()
    await stranger.leave()
    assert bell.siblings == 0
