"""SIGTERM in the middle of fifty answers: R33.

Every other round leaves the answers time to finish; in the others they are cut off, saved, and go on after the start.
"""

import asyncio
import time
from contextlib import AsyncExitStack

import aiohttp
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.promises.ground import Ground
from tests.promises.oracle import Result, compare
from tests.promises.visitor import ORIGIN, Visitor, until_all

RESTARTING = 4412
STOPPED_WITHIN = 30.0


async def terminate_mid_stream(ground: Ground, trials: int, at_once: int = 50) -> Result:
    """R33: readiness off, newcomers sent away, answers finish or are saved, everybody is told to come back, and nothing is lost."""
    result = Result("R33", f"SIGTERM with {at_once} streams")
    await ground.play("tokens:60@20")
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(ground.visitor(seed=n)) for n in range(at_once)]
        for number in range(-(-trials // at_once)):
            finishes = number % 2 == 0
            await ground.kill()
            ground.server.env["DRAIN_SECONDS"] = "10" if finishes else "1"
            await ground.start()
            await until_all(visitors, lambda visitor: visitor.connected, 10)
            ids = [await visitor.say(f"ceritakan sesuatu {number}") for visitor in visitors]
            await until_all(visitors, lambda visitor: visitor.reply is not None and bool(visitor.reply.text), 30)
            await _stop(ground, visitors, result)
            answered = sum(visitor.answer_to(message_id) is not None for visitor, message_id in zip(visitors, ids, strict=True))
            if answered != (at_once if finishes else 0):
                result.faults.append(f"{answered} of {at_once} answers were finished before the stop")
            await ground.start()
            await asyncio.gather(*(visitor.answered(message_id) for visitor, message_id in zip(visitors, ids, strict=True)))
            result.trials += at_once
        compare(ground, visitors, result)
    return result


async def _stop(ground: Ground, visitors: list[Visitor], result: Result) -> None:
    """SIGTERM, and what others see while it drains."""
    ended = [len(visitor.close_codes) for visitor in visitors]
    stopping = asyncio.create_task(asyncio.to_thread(ground.server.terminate, STOPPED_WITHIN))
    began = time.monotonic()
    await asyncio.sleep(0.3)
    result.faults += await newcomer_faults(ground)
    if await stopping != 0:
        result.faults.append("the server ended with an error")
    result.longest_wait = max(result.longest_wait, time.monotonic() - began)
    await asyncio.gather(*(visitor.until(lambda v=visitor, n=n: len(v.close_codes) > n, 5) for visitor, n in zip(visitors, ended, strict=True)))  # type: ignore[misc]
    codes = [visitor.close_codes[n] for visitor, n in zip(visitors, ended, strict=True)]
    result.faults += [f"closed with {code}" for code in codes if code != RESTARTING]


async def newcomer_faults(ground: Ground) -> list[str]:
    """A draining server accepts a new socket only to send it away, and still answers plain requests."""
    faults = []
    async with connect(ground.address(), origin=ORIGIN, proxy=None) as socket:  # type: ignore[arg-type]
        try:
            faults.append(f"a newcomer heard {await socket.recv()!r}")
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else None
            if code != RESTARTING:
                faults.append(f"a newcomer was closed with {code}")
    async with aiohttp.ClientSession() as session:
        for path, due in (("/widget.js", 200), ("/readyz", 503)):
            async with session.get(ground.server.address + path) as answer:
                if answer.status != due:
                    faults.append(f"{path} answered {answer.status} while draining")
    return faults


FULL = {"R33": (terminate_mid_stream, 500)}
