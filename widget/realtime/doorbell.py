"""The bell between the serving processes of one installation: "conversation X has a row N", never what stands in it. Who hears one reads the log.

Rung by conversations/delivery.py after each commit, from any thread; connected by wiring.py, and only where REDIS_URL is set. What is rung within
a tenth of a second goes out as one numbered message over bell_channel.py, to every process and back to this one. A number that is missing means
that something was missed, our own message not coming back means that we are deaf: either way the log is looked through at once
(realtime/watermark.py). Nothing waits for the bell: when it cannot be rung, what was to be told is dropped, and the next look finds it.
"""

import asyncio
import logging
import random
import threading
import time
import uuid

from widget.answering.runner import runner
from widget.conversations.log import Row
from widget.lib import metrics
from widget.lib.loops import call_on
from widget.lib.peers import Told, peers
from widget.lib.presence import presence
from widget.realtime.bell_channel import BellChannel, BellMessage
from widget.realtime.desk import desks
from widget.realtime.hub import hub
from widget.realtime.signs import Sign, show
from widget.realtime.watermark import watermark

log = logging.getLogger(__name__)
MERGE_SECONDS = 0.1
# How often a process says that it lives when it has nothing else to say.
BEAT_SECONDS = 1.0
DEAF_SECONDS = 3.0
GONE_SECONDS = 5.0
GOODBYE_SECONDS = 0.5
BACKOFF_SECONDS = (0.25, 1.0)
RINGS_KEPT = 10_000
SIGNS_KEPT = 1_000
SILENCE_BETWEEN_WARNINGS = 10.0
outages = metrics.counter("kanal_doorbell_outages_total", "Times the bell between the serving processes could not be rung")
dropped_rings = metrics.counter("kanal_doorbell_dropped_total", "Rings that nobody could be told, found later by a look through the log")
messages = metrics.counter("kanal_doorbell_messages_total", "Messages of the bell, merged from rings", ("way",))
missed = metrics.counter("kanal_doorbell_missed_total", "Times a message of another process was found missing")
connected = metrics.gauge("kanal_doorbell_connected", "Whether the bell rings (always 0 without REDIS_URL)", lambda: float(peers.together))
processes = metrics.gauge("kanal_processes", "Serving processes last seen alive, this one among them", lambda: float(peers.count))


class DeafError(Exception):
    """our own messages do not come back"""


class Doorbell:
    """One per process. All but `ring` runs on the event loop."""

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wanted = asyncio.Event()
        self._woken = False
        self._rings: dict[str, tuple[int, bool]] = {}
        self._signs: list[Sign] = []
        self._number = 0
        self._telling: dict[int, dict[str, Told]] = {}
        # Each other process: the number of its last message, and when that came.
        self._heard: dict[str, tuple[int, float]] = {}
        self._echo_at = 0.0
        self._warned_at = float("-inf")
        self._ever_lost = False
        self._task: asyncio.Task[None] | None = None
        self._leaving = False

    async def start(self, url: str, secret: str) -> None:
        """Returns at once; whether Redis is there is found out beside. Raises ImproperlyConfigured where the packages are missing."""
        channel = BellChannel(url, secret)
        self._wanted, self._leaving = asyncio.Event(), False
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run(channel))

    async def stop(self) -> None:
        """Rings what is left to ring and says goodbye, so that the others need not wait for our silence."""
        task, self._task = self._task, None
        if task is not None:
            self._leaving = True
            self._wanted.set()
            if peers.together:
                await asyncio.wait([task], timeout=GOODBYE_SECONDS)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        for peer in list(self._heard):
            self._bury(peer)
        self._loop, peers.together = None, False

    @property
    def siblings(self) -> int:
        """Other processes that are heard."""
        return len(self._heard)

    def trouble(self) -> str | None:
        """For the readiness page."""
        return None if peers.together else "Redis cannot be reached: other processes hear of messages within 10 s instead of at once."

    # -- ringing ------------------------------------------------------------------------------------------------------
    def ring(self, conversation: str, row: Row | None, changed: bool) -> None:
        """A listener of the delivery port. From any thread; never waits, never raises."""
        loop = self._loop
        if loop is None:
            return
        with self._lock:
            if not peers.together or len(self._rings) >= RINGS_KEPT:
                # The gap in our numbers makes the others look when they hear us again.
                self._number += 1
                dropped_rings.inc()
                return
            seq, before = self._rings.get(conversation, (0, False))
            self._rings[conversation] = (max(seq, row.seq if row is not None else 0), before or changed)
            woken, self._woken = self._woken, True
        if not woken and not loop.is_closed():
            call_on(loop, self._wanted.set)

    def carry(self, sign: Sign) -> None:
        """On the event loop. A sign that cannot be told now is not told later."""
        if self._loop is not None and peers.together and len(self._signs) < SIGNS_KEPT:
            self._signs.append(sign)
            self._wanted.set()

    def _message(self) -> BellMessage:
        with self._lock:
            rings, self._rings, self._woken = self._rings, {}, False
            self._number += 1
            number = self._number
        told = {name: items for name, shared in peers.shared.items() if (items := shared.to_tell())}
        if told:
            self._telling[number] = told
        signs, self._signs = self._signs, []
        return BellMessage(self.id, number, [(conversation, seq, changed) for conversation, (seq, changed) in rings.items()], told, self._leaving, signs)

    # -- the line to Redis --------------------------------------------------------------------------------------------
    async def _run(self, channel: BellChannel) -> None:
        failures = 0
        while not self._leaving:
            try:
                await channel.join()
                await self._serve(channel)
            except* Exception as errors:
                # A door: whatever is wrong with Redis or the way to it, nobody else notices and it is tried again.
                failures = 0 if peers.together else failures + 1
                self._lose(errors.exceptions[0])
            await channel.leave()
            shortest, longest = BACKOFF_SECONDS
            await asyncio.sleep(min(longest, shortest * 2**failures) * random.uniform(0.5, 1))

    async def _serve(self, channel: BellChannel) -> None:
        now = self._echo_at = time.monotonic()
        # Nobody is taken for dead who could not be heard.
        self._heard = {peer: (number, now) for peer, (number, _at) in self._heard.items()}
        async with asyncio.TaskGroup() as both:
            listening = both.create_task(self._listen(channel))
            await self._speak(channel)
            await channel.leave()
            listening.cancel()

    async def _speak(self, channel: BellChannel) -> None:
        """Until the process leaves."""
        while True:
            self._wanted.clear()
            leaving = self._leaving
            await channel.send(self._message())
            messages.inc("out")
            if leaving:
                return
            await asyncio.sleep(MERGE_SECONDS)
            if time.monotonic() - self._echo_at > DEAF_SECONDS:
                raise DeafError(DeafError.__doc__)
            self._bury_the_silent()
            try:
                async with asyncio.timeout(BEAT_SECONDS):
                    await self._wanted.wait()
            except TimeoutError:
                continue

    async def _listen(self, channel: BellChannel) -> None:
        while True:
            message = await channel.receive()
            if message is not None:
                self._hear(message)

    def _lose(self, error: BaseException) -> None:
        now, begins = time.monotonic(), peers.together or not self._ever_lost
        outages.inc(by=begins)
        self._ever_lost = True
        if begins and now - self._warned_at > SILENCE_BETWEEN_WARNINGS:
            self._warned_at = now
            log.warning(
                "Redis cannot be reached (%s): other processes hear of messages within 10 s instead of at once, limits are shared out. Tried again by itself.",
                str(error) or type(error).__name__,
            )
        peers.together = False
        with self._lock:
            if self._rings:
                dropped_rings.inc(by=len(self._rings))
                self._rings = {}
            self._woken = False
        self._signs.clear()
        self._telling.clear()
        for shared in peers.shared.values():
            shared.lost()

    # -- hearing ------------------------------------------------------------------------------------------------------
    def _hear(self, message: BellMessage) -> None:
        if message.sender == self.id:
            self._hear_ourselves(message.number)
            return
        messages.inc("in")
        self._note_peer(message.sender, message.number)
        for conversation, seq, changed in message.rings:
            hub.heard(conversation, seq, changed)
            desks.heard(conversation)
            if changed:
                runner.heard(conversation)
        for sign in message.signs:
            show(sign)
        for name, told in message.told.items():
            if name in peers.shared:
                peers.shared[name].heard(message.sender, told)
        if message.bye:
            self._bury(message.sender)

    def _hear_ourselves(self, number: int) -> None:
        self._echo_at = time.monotonic()
        for name, told in self._telling.pop(number, {}).items():
            peers.shared[name].settled(told)
        if not peers.together:
            peers.together = True
            log.info("The bell to the other processes rings.")
            watermark.looks.soon()

    def _note_peer(self, sender: str, number: int) -> None:
        known = self._heard.get(sender)
        self._heard[sender] = (number, time.monotonic())
        if known is None:
            presence.looks.soon()
            for shared in peers.shared.values():
                shared.joined()
            # It should know of us before its next question.
            self._wanted.set()
        elif number != known[0] + 1:
            missed.inc()
            watermark.looks.soon()

    def _bury_the_silent(self) -> None:
        silent_since = time.monotonic() - GONE_SECONDS
        for peer in [peer for peer, (_number, at) in self._heard.items() if at < silent_since]:
            self._bury(peer)

    def _bury(self, peer: str) -> None:
        self._heard.pop(peer, None)
        presence.looks.soon()
        for shared in peers.shared.values():
            shared.left(peer)


doorbell = Doorbell()
