"""Kill -9 at random points of an answer, and a process that sleeps through its lease: R05, R06, R07, R09."""

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import psutil

from tests.driver import ROOT
from tests.promises import withholding
from tests.promises.ground import Ground
from tests.promises.oracle import Result, compare
from tests.promises.visitor import Visitor, until_all

AT_ONCE = 25
ANSWERED_WITHIN = 30.0
_PARTIALS = """
SELECT conversation.public_id, turn.reply_id, LENGTH(turn.partial) FROM widget_turn AS turn
JOIN widget_conversation AS conversation ON conversation.id = turn.conversation_id WHERE turn.state = 'running'
"""
_ANSWERED = """
SELECT COUNT(*) FROM widget_message AS question JOIN widget_turn AS turn ON turn.conversation_id = question.conversation_id
AND turn.question_seq = question.seq WHERE question.client_id = ? AND turn.answer_seq IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a round."""

    visitor: Visitor
    id: str
    text: str


# Chooses the moment and sees to it that the server is dead; returns how many questions were at the very point that is tried.
Strike = Callable[[Ground, Sequence[Asked], random.Random], Awaitable[int]]


async def kill_before_model(ground: Ground, trials: int) -> Result:
    """R05: killed at a random point after the acknowledgement. Only questions that had not reached the model are counted."""
    result = Result("R05", "kill -9 after the acknowledgement, before the model is asked")
    queued = 0

    async def strike(ground: Ground, questions: Sequence[Asked], chance: random.Random) -> int:
        nonlocal queued
        wanted = chance.randint(1, len(questions))
        async with asyncio.timeout(ANSWERED_WITHIN):
            while sum(asked.id in asked.visitor.acknowledged for asked in questions) < wanted:
                await asyncio.sleep(0.0005)
        await asyncio.sleep(chance.uniform(0, 0.02))
        await ground.kill()
        reached = await ground.asked()
        hit = [number for number, asked in enumerate(questions) if asked.id in asked.visitor.acknowledged and asked.text not in reached]
        queued += sum(number >= AT_ONCE for number in hit)
        return len(hit)

    await ground.play("slow-token:0.05+tokens:8@40")
    # The second question of each visitor waits behind the first: that is one way not to have reached the model.
    await _rounds(ground, trials, result, strike, questions_each=2)
    result.note = f"{queued} of them queued behind a running answer"
    return result


async def kill_mid_stream(ground: Ground, trials: int, at_once: int = AT_ONCE, script: str = "tokens:40@25") -> Result:
    """R06: killed at a random token; what was shown half a second before must be in the database. Only half answers are counted."""
    result = Result("R06", "kill -9 at a random token of a streamed answer")
    oldest = 0.0

    async def strike(ground: Ground, questions: Sequence[Asked], chance: random.Random) -> int:
        nonlocal oldest
        first = questions[0].visitor
        await first.until(lambda: first.reply is not None and bool(first.reply.text), ANSWERED_WITHIN)
        await asyncio.sleep(chance.uniform(0, 0.8 * parse_seconds(script)))
        await ground.kill()
        visitors = [asked.visitor for asked in questions]
        oldest = max(oldest, _oldest_unsaved(ground, visitors, time.monotonic()))
        return sum(bool(visitor.reply and visitor.reply.text) for visitor in visitors)

    await ground.play(script)
    await _rounds(ground, trials, result, strike, at_once=at_once)
    result.note = f"oldest text not saved: {oldest * 1000:.0f} ms"
    if oldest > 0.5 + 0.25:
        result.faults.append(result.note)
    return result


async def kill_at_the_end(ground: Ground, trials: int) -> Result:
    """R07: the server dies by itself when the answers are committed and nobody has heard of them (withholding.py)."""
    result = Result("R07", "kill -9 between the answer's commit and the word about it")
    order = ground.server.data_dir / withholding.ORDER

    async def strike(ground: Ground, questions: Sequence[Asked], chance: random.Random) -> int:
        assert ground.server.process is not None
        await asyncio.to_thread(ground.server.process.wait, ANSWERED_WITHIN)
        order.unlink()
        unheard = [asked for asked in questions if asked.visitor.answer_to(asked.id) is None]
        return sum(bool(ground.rows(_ANSWERED, asked.id)[0][0]) for asked in unheard)

    def give_order() -> None:
        order.write_text(str(AT_ONCE))

    await ground.play("tokens:3@40")
    await ground.serve_altered(withholding)
    return await _rounds(ground, trials, result, strike, seconds=5.0, before=give_order)


async def freeze_past_lease(ground: Ground, trials: int) -> Result:
    """R09: a process that was stopped past its lease wakes up after another has answered; its late write must be refused."""
    result = Result("R09", "SIGSTOP past the lease, another process answers, SIGCONT")
    # A save would tell the process on waking that it lost the answer; here only the fence can.
    ground.server.env["PARTIAL_SAVE_SECONDS"] = "60"
    # The model's words come while the process sleeps, so finishing is the first thing it tries when it wakes.
    await ground.play("slow-token:1+tokens:3")
    for _ in range(-(-trials // AT_ONCE)):
        # A process that woke up blames the model for the time it slept itself; what it then says is not what is tried here.
        await ground.kill()
        await ground.start()
        async with AsyncExitStack() as stack:
            visitors = [await stack.enter_async_context(ground.visitor(seed=n)) for n in range(AT_ONCE)]
            for visitor in visitors:
                await visitor.say("ceritakan sesuatu")
            await until_all(visitors, lambda visitor: visitor.reply is not None, ANSWERED_WITHIN)
            await _freeze_until_answered(ground, visitors, result)
            await until_all(visitors, lambda visitor: visitor.rows[-1]["author"] == "assistant", ANSWERED_WITHIN)
            # Another question each: once the process that slept has answered it, what it had to say late has been said.
            again = [(visitor, await visitor.say("masih ingat?")) for visitor in visitors]
            await asyncio.gather(*(visitor.answered(message_id, ANSWERED_WITHIN) for visitor, message_id in again))
            compare(ground, visitors, result)
            result.trials += len(visitors)
    return result


async def _freeze_until_answered(ground: Ground, visitors: Sequence[Visitor], result: Result) -> None:
    await _freeze_outside_a_write(ground)
    began = time.monotonic()
    command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", "0", "chatsite.asgi:application"]
    other = subprocess.Popen(command, cwd=ROOT, env=ground.server.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await _wake_by_a_request(other)
        conversations = [visitor.conversation for visitor in visitors]
        marks = ", ".join("?" * len(conversations))
        statement = f"""SELECT COUNT(*) FROM widget_turn JOIN widget_conversation AS c ON c.id = conversation_id
            WHERE state IN ('queued', 'running') AND c.public_id IN ({marks})"""
        async with asyncio.timeout(60):
            while ground.rows(statement, *conversations)[0][0]:
                await asyncio.sleep(0.1)
        result.longest_wait = max(result.longest_wait, time.monotonic() - began)
    finally:
        ground.server.thaw()
        other.kill()
        other.wait(10)


async def _freeze_outside_a_write(ground: Ground) -> None:
    """A process that is stopped while it writes keeps SQLite's lock, and no other could answer: that is not what is tried here."""
    for _ in range(50):
        ground.server.freeze()
        # The signal returns before the last thread stands still.
        async with asyncio.timeout(5):
            while not ground.server.is_frozen():
                await asyncio.sleep(0.001)
        if ground.can_write():
            return
        ground.server.thaw()
        await asyncio.sleep(0.01)
    raise RuntimeError("The server was always writing.")


async def _wake_by_a_request(other: "subprocess.Popen[bytes]") -> None:
    """Under a server that is not ours the first request starts the sweeper."""
    async with asyncio.timeout(30):
        while True:
            for listening in psutil.Process(other.pid).net_connections(kind="tcp"):
                if listening.status == psutil.CONN_LISTEN:
                    reader, writer = await asyncio.open_connection("127.0.0.1", listening.laddr.port)
                    writer.write(b"GET /widget.js HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    await reader.read(100)
                    writer.close()
                    return
            await asyncio.sleep(0.05)


async def _rounds(
    ground: Ground,
    trials: int,
    result: Result,
    strike: Strike,
    seconds: float = ANSWERED_WITHIN,
    at_once: int = AT_ONCE,
    questions_each: int = 1,
    before: Callable[[], None] = lambda: None,
) -> Result:
    """Rounds until so many questions were at the point that is tried: visitors ask, `strike` kills, the server starts again, all must be answered once."""
    chance = random.Random(result.id)
    most = 10 + 4 * -(-trials // at_once)
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(ground.visitor(seed=n)) for n in range(at_once)]
        for number in range(most):
            if result.trials >= trials:
                break
            await ground.play(ground.script)
            before()
            questions = [
                await _ask(visitor, f"ceritakan sesuatu {number}-{place}-{turn}") for turn in range(questions_each) for place, visitor in enumerate(visitors)
            ]
            result.trials += await strike(ground, questions, chance)
            await ground.start()
            back = time.monotonic()
            waits = await asyncio.gather(*(_answered(asked.visitor, asked.id, back, seconds) for asked in questions))
            result.longest_wait = max(result.longest_wait, *waits)
        compare(ground, visitors, result)
    if result.trials < trials:
        result.faults.append(f"only {result.trials} of {trials} trials hit the point in {most} kills")
    return result


async def _ask(visitor: Visitor, text: str) -> Asked:
    return Asked(visitor, await visitor.say(text), text)


async def _answered(visitor: Visitor, message_id: str, back: float, seconds: float) -> float:
    """Seconds from the server's return to the answer on the visitor's screen; the oracle counts what never came."""
    try:
        await visitor.answered(message_id, seconds)
    except TimeoutError:
        visitor.faults.append(f"no answer within {seconds:.0f} s")
    return time.monotonic() - back


def parse_seconds(script: str) -> float:
    """How long the fake model takes for `tokens:N@RATE`."""
    tokens, rate = script.removeprefix("tokens:").split("@")
    return float(tokens) / float(rate)


def _oldest_unsaved(ground: Ground, visitors: Sequence[Visitor], killed: float) -> float:
    """Age, at the kill, of the oldest text that was shown and not saved."""
    saved = {(conversation, reply_id): length for conversation, reply_id, length in ground.rows(_PARTIALS)}
    ages = [
        killed - at
        for visitor in visitors
        if visitor.reply is not None and (visitor.conversation, visitor.reply.id) in saved
        for at, length in visitor.reply.grown
        if length > saved[(visitor.conversation, visitor.reply.id)]
    ]
    return max(ages, default=0.0)


FULL = {
    "R05": (kill_before_model, 1000),
    "R06": (kill_mid_stream, 1000),
    "R07": (kill_at_the_end, 300),
    "R09": (freeze_past_lease, 200),
}
