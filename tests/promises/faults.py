"""A blocked process, dead lines, impatient proxies, broken handlers and a small machine: R26, R39, R40, R50, R51, R55."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any

import psutil

from tests.fakes.chaos_proxy import ChaosProxy
from tests.promises import hogging, kills, lines, stops
from tests.promises.ground import Ground
from tests.promises.oracle import Result, compare
from tests.promises.visitor import until_all
from tests.promises.witness import Witness, greet, warm

MEGABYTE = 2**20
# Of the shipped beat: 25 s until a ping, 20 s for its answer; proxies cut at 60 s.
PING, PONG, CUT = 25.0, 20.0, 60.0


def beat(scale: float) -> dict[str, str]:
    """The timer of pongs counts whole seconds."""
    return {"PING_SECONDS": str(PING * scale), "PONG_SECONDS": str(max(PONG * scale, 2.0))}


async def hog(ground: Ground, trials: int) -> Result:
    """R26: a query of two seconds, then two seconds of computing: neighbours keep their pongs and acknowledgements."""
    result = Result("R26", "one query of 2 s and one CPU hog of 2 s")
    await ground.serve_altered(hogging)
    await ground.play("tokens:1")
    await warm(ground)
    for number in range(trials):
        what = ("slow", "busy")[number % 2]
        async with Witness(ground) as witness, ground.visitor() as talker:
            socket = await greet(ground.address())
            await socket.send(json.dumps({"type": "page.set", "title": what}))
            began, waits = time.monotonic(), []
            while time.monotonic() - began < hogging.SECONDS * 0.8:
                sent = time.monotonic()
                message_id = await talker.say("halo")
                await talker.until(lambda m=message_id: m in talker.acknowledged, 30)  # type: ignore[misc]
                waits.append(time.monotonic() - sent)
                await asyncio.sleep(0.05)
            await socket.send('{"type":"ping","t":1}')
            await socket.recv()
            if time.monotonic() - began < hogging.SECONDS * 0.9:
                result.faults.append("nothing was hogged")
            await socket.close()
            await talker.answered(message_id)
        witness.judge(result, what, most_growth=50e6)
        slowest = sorted(waits)[int(len(waits) * 0.99)]
        result.longest_wait = max(result.longest_wait, slowest)
        if slowest > 0.2:
            result.faults.append(f"{what}: an acknowledgement took {slowest * 1000:.0f} ms")
        result.trials += 1
    return result


async def fall_silent(ground: Ground, trials: int, scale: float = 1.0) -> Result:
    """R39: lines through a black hole are noticed by the server in at most 50 s, and their seats are free again."""
    result = Result("R39", f"lines that died without a word (times / {1 / scale:.0f})")
    await ground.configure(**beat(scale))
    limit = 50.0 * scale + (2.0 if scale < 1 else 0.0)
    async with ChaosProxy("127.0.0.1", ground.server.port) as proxy:
        sockets = [await greet(ground.address().replace(f":{ground.server.port}", f":{proxy.port}")) for _ in range(trials)]
        neighbour = await greet(ground.address())
        proxy.black_hole = True
        began = time.monotonic()
        held = trials
        while held and time.monotonic() - began < limit + 10:
            await asyncio.sleep(0.1)
            held = _connections(ground) - 1
        result.longest_wait = time.monotonic() - began
        result.trials = trials
        if held:
            result.faults.append(f"{held} dead lines are still held")
        if result.longest_wait > limit:
            result.faults.append(f"noticed after {result.longest_wait:.1f} s")
        await neighbour.send('{"type":"ping","t":1}')
        await neighbour.recv()
        proxy.reset()
        await asyncio.gather(*(socket.close() for socket in (*sockets, neighbour)), return_exceptions=True)
    return result


def _connections(ground: Ground) -> int:
    assert ground.server.process is not None
    held = psutil.Process(ground.server.process.pid).net_connections(kind="tcp")
    return sum(one.status == psutil.CONN_ESTABLISHED and one.laddr.port == ground.server.port for one in held)


async def sit_idle(ground: Ground, trials: int, scale: float = 1.0, seconds: float = 600.0) -> Result:
    """R40: behind a proxy that cuts what is idle for 60 s, silent visitors keep their line for ten minutes."""
    result = Result("R40", f"idle behind a proxy that cuts at 60 s, for {seconds:.0f} s (times / {1 / scale:.0f})")
    await ground.configure(**beat(scale))
    async with ChaosProxy("127.0.0.1", ground.server.port) as proxy, AsyncExitStack() as stack:
        proxy.idle_seconds = CUT * scale
        address = ground.address().replace(f":{ground.server.port}", f":{proxy.port}")
        visitors = [await stack.enter_async_context(ground.visitor(seed=n, address=lambda: address)) for n in range(trials)]
        await asyncio.sleep(seconds)
        result.trials = trials
        if proxy.idle_cuts or proxy.open != trials:
            result.faults.append(f"{proxy.idle_cuts} lines were cut")
        result.faults += [f"{visitor.connections} connections" for visitor in visitors if visitor.connections != 1]
    return result


async def live_short(ground: Ground, trials: int, seconds: float = 5.0) -> Result:
    """R50: each socket ends after 5 s, half of them by the server itself and half by a proxy, in the middle of answers: nothing is lost or doubled."""
    result = Result("R50", f"every socket ends after {seconds:.0f} s")
    await ground.configure(SOCKET_HOURS=str(seconds / 3600))
    await ground.play("tokens:60@20")
    at_once = min(trials, 20)
    async with ChaosProxy("127.0.0.1", ground.server.port) as proxy, AsyncExitStack() as stack:
        proxy.life_seconds = seconds
        address = ground.address().replace(f":{ground.server.port}", f":{proxy.port}")
        ways = (None, lambda: address)
        visitors = [await stack.enter_async_context(ground.visitor(seed=n, address=ways[n % 2])) for n in range(at_once)]
        for _ in range(-(-trials // at_once)):
            ids = [await visitor.say("ceritakan sesuatu") for visitor in visitors]
            await asyncio.gather(*(visitor.answered(message_id) for visitor, message_id in zip(visitors, ids, strict=True)))
            result.trials += at_once
        await until_all(visitors, lambda visitor: visitor.connections > 1, 30)
        compare(ground, visitors, result)
        result.note = f"{sum(visitor.connections for visitor in visitors)} sockets"
    return result


async def break_handlers(ground: Ground, trials: int) -> Result:
    """R51: a handler that raises and frames that are none: an error frame each time, the socket lives, and no task's error goes unheard."""
    result = Result("R51", "a broken handler and malformed frames, in turns")
    await ground.serve_altered(hogging)
    socket = await greet(ground.address())
    asked = ['{"type":"page.set","title":"broken"}', "nonsense", '{"type":"nonsense"}', '{"type":"history.get"}', '{"type":"form.send","id":"x","values":{}}']
    for number in range(trials):
        # More than 400 frames in two seconds would end the socket too.
        await asyncio.sleep(0.015)
        await socket.send(asked[number % len(asked)])
        frame = json.loads(await socket.recv())
        due = {0: "retry", 2: "unknown_frame"}.get(number % len(asked), "malformed")
        if frame.get("code") != due:
            result.faults.append(f"{asked[number % len(asked)]}: {frame}")
        # 30 refusals in a row would end the socket.
        await socket.send('{"type":"ping","t":1}')
        if json.loads(await socket.recv())["type"] != "pong":
            result.faults.append("the socket did not live on")
        result.trials += 1
    await socket.close()
    await asyncio.to_thread(ground.server.terminate)
    said = "".join(ground.server.output)
    result.faults += [line for line in said.splitlines() if "never retrieved" in line or "was never awaited" in line or "Unhandled error" in line]
    if "A frame broke its handler" not in said:
        result.faults.append("the broken handler was not logged")
    return result


Part = tuple[Callable[..., Awaitable[Result]], dict[str, Any], int]
PARTS: tuple[Part, ...] = (
    (kills.kill_mid_stream, {"at_once": 3, "script": "tokens:12@30"}, 3),
    (lines.cut_frames, {"visitors_at_once": 6}, 12),
    (lines.cut_sockets, {}, 20),
    (stops.terminate_mid_stream, {"at_once": 10}, 10),
    (live_short, {"seconds": 2.0}, 10),
)


KINDS = ("flood", "frames", "bodies", "never_read")


async def small_machine(ground: Ground, trials: int, parts: Sequence[Part] = PARTS, kinds: Sequence[str] = KINDS) -> Result:
    """R55: kills, cuts, stops, floods and those who never read, while no process of ours ever holds more than 256 MB."""
    result = Result("R55", "a part of every R in 256 MB")
    while result.trials < trials:
        # As the first part wants it and the last one leaves it: sockets that live.
        await ground.configure(SOCKET_HOURS="", DRAIN_SECONDS="")
        for trial, options, count in parts:
            result.add(await trial(ground, count, **options))
        await warm(ground)
        async with Witness(ground) as witness:
            for kind in kinds:
                await witness.attack(kind)
                result.trials += 1
    judge_peak(ground, result)
    return result


def judge_peak(ground: Ground, result: Result) -> None:
    """The most that any of its processes has held."""
    peak = max(ground.peak, ground.server.peak_rss())
    result.note = f"peak {peak / MEGABYTE:.0f} MiB"
    if peak > 256 * MEGABYTE:
        result.faults.append(result.note)


FULL = {
    "R26": (hog, 20),
    "R39": (fall_silent, 50),
    "R40": (sit_idle, 50),
    "R50": (live_short, 200),
    "R51": (break_handlers, 1000),
    "R55": (small_machine, 500),
}
