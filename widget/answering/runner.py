"""Runs durable turns: plans, streams, checkpoints, and ends each with exactly one row.

Started by realtime/visitor.py right after the acknowledgement and by sweeper.py for turns whose holder went silent; calls
pipeline.py, providers/failover.py and conversations/turns.py, and shows what it does through the delivery port. This
module is a door: what an answer's code raises is logged here, and the visitor gets the last resort instead.
"""

import asyncio
import logging
import time
import uuid
from contextlib import aclosing
from dataclasses import dataclass

from django.conf import settings

from widget.answering import budget, ending, sentences
from widget.answering.budget import Reservation
from widget.answering.checkpoint import Checkpoint
from widget.answering.ending import Failed, Outcome
from widget.answering.live import LiveReply
from widget.answering.pipeline import Plan, Reply, last_resort, make_plan, sources_used
from widget.answering.promised_person import promises_person
from widget.conversations import delivery
from widget.conversations.errors import SupersededError
from widget.conversations.log import Row
from widget.conversations.turns import Claim, Partial, Receipt, Saved, claim_next, let_go
from widget.lib import database, lifecycle, metrics
from widget.lib.loops import call_on
from widget.providers.chat import Attempt, Delta, Dropped, Finished
from widget.providers.errors import AllProvidersFailed
from widget.providers.failover import stream_answer
from widget.providers.registry import providers_for
from widget.sites.registry import SiteSettings, read_site_by_id

log = logging.getLogger(__name__)
turns = metrics.counter("kanal_turns_total", "Questions by what became of them here: begun, done, stopped, superseded (another holder), failed.", ["state"])
answers = metrics.histogram(
    "kanal_answer_seconds", "From a process taking a turn to its answer being stored, by who answered.", [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 20, 60, 90], ["by"]
)


@dataclass(slots=True, eq=False)
class _Running:
    """One turn this process answers right now."""

    claim: Claim
    live: LiveReply
    task: "asyncio.Task[None] | None" = None
    stream: "asyncio.Task[tuple[Receipt, tuple[Failed, ...]]] | None" = None
    stopped: bool = False
    fresh: bool = True
    # Its row is being written: from here on only the fence says whether the turn is still ours, and a save would find it ended.
    ending: bool = False


class Runner:
    """The turns of this process. `holder` names the process in the turns it holds."""

    def __init__(self) -> None:
        self.holder = str(uuid.uuid4())
        self._running: dict[int, _Running] = {}
        self._checkpoint = Checkpoint(self._partials, self._react)
        self._loop: asyncio.AbstractEventLoop | None = None

    def holds(self, turn_id: int) -> bool:
        return turn_id in self._running

    def count(self) -> int:
        return len(self._running)

    def start(self, claim: Claim, site: SiteSettings | None, reservation: Reservation | None, reserved: bool = True) -> None:
        """Answers the claimed turn in a task. `reserved=False`: the budget was not asked yet (a turn taken over)."""
        self._loop = asyncio.get_running_loop()
        turns.inc("begun")
        live = LiveReply(claim, delivery.sink_of(claim.channel))
        running = self._running[claim.turn_id] = _Running(claim, live)
        running.task = self._loop.create_task(self._run(running, site, reservation, reserved))
        self._checkpoint.wake()

    def stop(self, conversation: str) -> bool:
        """The visitor has read enough: what was shown becomes the answer. False when this process does not answer it."""
        held = self._of(conversation)
        for running in held:
            running.stopped = True
            if running.stream is not None:
                running.stream.cancel()
        return bool(held)

    def heard(self, conversation: str, row: Row | None = None, changed: bool = True) -> None:
        """A ring, from any thread: if a person took over or the visitor wants no more, the save learns it now and not half a second later."""
        if changed and self._loop is not None and self._running:
            call_on(self._loop, self._look, conversation)

    async def drain(self, seconds: float | None = None) -> None:
        """Lets answers finish for so long (DRAIN_SECONDS), then saves what the others have and lets go of them: another process, or the next start, goes on."""
        until = time.monotonic() + (settings.DRAIN_SECONDS if seconds is None else seconds)
        while self._tasks() and time.monotonic() < until:
            await asyncio.wait(self._tasks(), timeout=until - time.monotonic())
        if self._running:
            await self._checkpoint.save([running.live.partial() for running in self._running.values()])
            await database.write(let_go, self.holder)
            for task in self._tasks():
                task.cancel()
            await asyncio.gather(*self._tasks(), return_exceptions=True)

    def _tasks(self) -> "list[asyncio.Task[None]]":
        return [running.task for running in self._running.values() if running.task is not None]

    def _of(self, conversation: str) -> list[_Running]:
        return [running for running in self._running.values() if running.claim.conversation == conversation]

    def _look(self, conversation: str) -> None:
        partials = [running.live.partial() for running in self._of(conversation)]
        if partials:
            self._checkpoint.save_now(partials)

    def _partials(self) -> list[Partial] | None:
        """Answers younger than one round are left out: most end before it."""
        if not self._running:
            return None
        partials = [running.live.partial() for running in self._running.values() if not (running.fresh or running.ending)]
        for running in self._running.values():
            running.fresh = False
        return partials

    def _react(self, saved: Saved) -> None:
        for turn_id in saved.lost:
            running = self._running.get(turn_id)
            if running is not None and running.task is not None and not running.ending:
                running.task.cancel()
        for turn_id in saved.stopped:
            running = self._running.get(turn_id)
            if running is not None:
                self.stop(running.claim.conversation)

    async def _run(self, running: _Running, site: SiteSettings | None, reservation: Reservation | None, reserved: bool) -> None:
        claim = running.claim
        try:
            if site is None:
                site = await database.read(read_site_by_id, claim.site_id)
            if not reserved:
                reservation = await self._reserve(claim, site)
            if await self._answer(running, site, reservation):
                await self.continue_with(claim.conversation_id, site)
        except (SupersededError, asyncio.CancelledError):
            turns.inc("superseded")
            await running.live.withdraw_for_good("superseded")
        except Exception:
            # The turn stays unfinished and the sweeper gives it another attempt, until only the last resort is left to say.
            turns.inc("failed")
            log.exception("Turn %d could not be answered at attempt %d", claim.turn_id, claim.attempt)
            await running.live.withdraw_for_good("failed")
        finally:
            del self._running[claim.turn_id]

    async def continue_with(self, conversation_id: int, site: SiteSettings | None) -> None:
        """Starts the conversation's next waiting turn, if there is one."""
        if lifecycle.is_draining():
            return
        following = await database.write(claim_next, conversation_id, self.holder)
        if following is not None:
            self.start(following, site, None, reserved=False)

    async def _reserve(self, claim: Claim, site: SiteSettings) -> Reservation | None:
        if claim.attempt > settings.TURN_ATTEMPTS or not await providers_for(site.id):
            return None
        return await database.write(budget.reserve, site, claim.conversation, durable=False)

    async def _answer(self, running: _Running, site: SiteSettings, reservation: Reservation | None) -> bool:
        """Ends the turn with its row; says whether another question of the conversation waits."""
        claim = running.claim
        unused = plan = None
        if claim.attempt > settings.TURN_ATTEMPTS + 1:
            outcome = Outcome(await database.read(last_resort, claim, site))
        else:
            plan = await database.read(make_plan, claim, site, reservation is not None)
            outcome = Outcome(plan.reply) if plan.prompt is None else await self._ask_model(running, plan, site)
            unused = reservation if plan.prompt is None else None
        running.ending = True
        outcome = ending.traced(outcome, plan, running.live)
        finished = await database.write(ending.finish, claim, running.live.reply_id, outcome, unused, running.stopped)
        turns.inc("stopped" if running.stopped else "done")
        answers.observe(running.live.age(), outcome.reply.answered_by or "nobody")
        delivery.ring(claim.channel, claim.conversation, finished.row, changed=finished.wait_began)
        return bool(finished.more)

    async def _ask_model(self, running: _Running, plan: Plan, site: SiteSettings) -> Outcome:
        """The model's answer, or the plan's last resort when every provider failed or the model asks for a person."""
        live = running.live
        live.let_link(plan.links)
        running.stream = asyncio.create_task(self._stream(live, plan, site.id))
        if running.stopped:
            running.stream.cancel()
        try:
            receipt, failed = await running.stream
        except asyncio.CancelledError:
            if not running.stopped:
                raise
            text = live.shown.rstrip() or await database.read(sentences.stopped_before_start, running.claim.locale)
            return Outcome(Reply(text, "model", person_needed=live.person_wanted or promises_person(text)))
        except AllProvidersFailed as error:
            failed = tuple((provider, problem.code) for provider, problem in error.failures)
            await live.withdraw(failed[-1][1] if failed else "no_provider")
            return Outcome(plan.reply, ending.receipt_of(None, failed), failed)
        return Outcome(_reply_of(live, plan), receipt, failed)

    async def _stream(self, live: LiveReply, plan: Plan, site_id: int) -> tuple[Receipt, tuple[Failed, ...]]:
        assert plan.prompt is not None
        failed: list[Failed] = []
        finished: Finished | None = None
        asked = time.monotonic()
        await live.begin()
        async with aclosing(stream_answer(await providers_for(site_id), plan.prompt)) as events:
            async for event in events:
                if isinstance(event, Delta):
                    await live.add(event.text)
                elif isinstance(event, Attempt):
                    asked = time.monotonic()
                elif isinstance(event, Dropped):
                    live.note_call(event.provider, event.code, asked)
                    failed.append((event.provider, event.code))
                    await live.withdraw(event.code)
                elif isinstance(event, Finished):
                    live.note_call(event.provider, "ok", asked)
                    finished = event
        await live.end()
        return ending.receipt_of(finished, tuple(failed)), tuple(failed)


def _reply_of(live: LiveReply, plan: Plan) -> Reply:
    """What a finished stream becomes: the text, or an honest sentence when the model found nothing in the notes."""
    text = live.shown.strip()
    if live.person_wanted:
        return Reply(text, "model", person_needed=True) if text else plan.no_answer
    return Reply(text, "model", sources_used(text, plan.notes), promises_person(text)) if text else plan.reply


runner = Runner()
running_turns = metrics.gauge("kanal_turns_running", "Questions this process answers right now.", runner.count)
