"""Kill -9 at random points of an answer, and a process that sleeps through its lease: R05, R06, R07, R09."""

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

import psutil

from tests.driver import ROOT
from tests.promises.ground import Ground
from tests.promises.oracle import Result, compare
from tests.promises.visitor import Visitor

AT_ONCE = 25
ANSWERED_WITHIN = 30.0
_PARTIALS = """
SELECT conversation.public_id, turn.reply_id, LENGTH(turn.partial) FROM widget_turn AS turn
JOIN widget_conversation AS conversation ON conversation.id = turn.conversation_id WHERE turn.state = 'running'
"""
Strike = Callable[[Ground, Sequence[Visitor], list[str], random.Random], Awaitable[None]]


async def kill_before_model(ground: Ground, trials: int) -> Result:
    """R05: killed at a random point between the acknowledgement and the first token."""
    result = Result("R05", "kill -9 after the acknowledgement, before the model's first word")

    async def strike(ground: Ground, visitors: Sequence[Visitor], ids: list[str], chance: random.Random) -> None:
        wanted = chance.randint(1, len(ids))
        pairs = list(zip(visitors, ids, strict=True))
        while sum(message_id in visitor.acknowledged for visitor, message_id in pairs) < wanted:
            await asyncio.sleep(0.0005)
        await asyncio.sleep(chance.uniform(0, 0.02))

    await ground.play("slow-token:0.05+tokens:8@40")
    return await _rounds(ground, trials, result, strike)


async def kill_mid_stream(ground: Ground, trials: int, at_once: int = AT_ONCE, script: str = "tokens:40@25") -> Result:
    """R06: killed at a random token; what was shown half a second before must be in the database."""
    result = Result("R06", "kill -9 at a random token of a streamed answer")
    oldest = 0.0

    async def strike(ground: Ground, visitors: Sequence[Visitor], ids: list[str], chance: random.Random) -> None:
        nonlocal oldest
        await visitors[0].until(lambda: visitors[0].reply is not None and bool(visitors[0].reply.text), ANSWERED_WITHIN)
        await asyncio.sleep(chance.uniform(0, 0.8 * parse_seconds(script)))
        await ground.kill()
        oldest = max(oldest, _oldest_unsaved(ground, visitors, time.monotonic()))

    await ground.play(script)
    await _rounds(ground, trials, result, strike, at_once=at_once)
    result.note = f"oldest text not saved: {oldest * 1000:.0f} ms"
    if oldest > 0.5 + 0.25:
        result.faults.append(result.note)
    return result


async def kill_at_the_end(ground: Ground, trials: int) -> Result:
    """R07: killed around the commit of the answer, before anybody may have heard of it."""
    result = Result("R07", "kill -9 between the answer's commit and its delivery")

    async def strike(ground: Ground, visitors: Sequence[Visitor], ids: list[str], chance: random.Random) -> None:
        wanted = chance.randint(1, AT_ONCE)
        while sum(any(row["author"] == "assistant" for row in visitor.rows[-1:]) for visitor in visitors) < wanted:
            await asyncio.sleep(0.0005)

    await ground.play("tokens:3@40")
    return await _rounds(ground, trials, result, strike, seconds=5.0)


async def freeze_past_lease(ground: Ground, trials: int) -> Result:
    """R09: a process that was stopped past its lease wakes up after another has answered; its late write must be refused."""
    result = Result("R09", "SIGSTOP past the lease, another process answers, SIGCONT")
    await ground.play("tokens:30@25")
    for _ in range(-(-trials // AT_ONCE)):
        async with AsyncExitStack() as stack:
            visitors = [await stack.enter_async_context(ground.visitor(seed=n)) for n in range(AT_ONCE)]
            for visitor in visitors:
                await visitor.say("ceritakan sesuatu")
            await visitors[0].until(lambda visitor=visitors[0]: bool(visitor.reply and visitor.reply.text), ANSWERED_WITHIN)  # type: ignore[misc]
            await _freeze_until_answered(ground, visitors, result)
            await asyncio.gather(*(visitor.until(lambda v=visitor: v.rows[-1]["author"] == "assistant", ANSWERED_WITHIN) for visitor in visitors))  # type: ignore[misc]
            compare(ground, visitors, result)
            result.trials += len(visitors)
    return result


async def _freeze_until_answered(ground: Ground, visitors: Sequence[Visitor], result: Result) -> None:
    ground.server.freeze()
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


async def _rounds(ground: Ground, trials: int, result: Result, strike: Strike, seconds: float = ANSWERED_WITHIN, at_once: int = AT_ONCE) -> Result:
    """Each round: `at_once` conversations ask, `strike` chooses the moment, the server is killed and started again, all must be answered once."""
    chance = random.Random(result.id)
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(ground.visitor(seed=n)) for n in range(at_once)]
        for _ in range(-(-trials // at_once)):
            ids = [await visitor.say("ceritakan sesuatu") for visitor in visitors]
            await strike(ground, visitors, ids, chance)
            await ground.kill()
            await ground.start()
            back = time.monotonic()
            waits = await asyncio.gather(*(_answered(visitor, message_id, back, seconds) for visitor, message_id in zip(visitors, ids, strict=True)))
            result.longest_wait = max(result.longest_wait, *waits)
            result.trials += len(visitors)
        compare(ground, visitors, result)
    return result


async def _answered(visitor: Visitor, message_id: str, back: float, seconds: float) -> float:
    """Seconds from the server's return to the answer on the visitor's screen; the oracle counts what never came."""
    try:
        await visitor.until(lambda: visitor.answer_to(message_id) is not None, seconds)
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
