"""Attacks over raw sockets on the shipped server, while a neighbour looks on: S02, S48, S54, S55, S56, S57, R37, R38.

The attackers stand in tests/fakes/attackers.py and run in processes of their own; what the neighbour noticed and what it cost is witness.py's.
"""

import asyncio
from collections.abc import Mapping

from tests.promises.ground import Ground
from tests.promises.oracle import Result
from tests.promises.witness import Witness, warm

TOO_LARGE, TOO_MANY, TOO_SLOW = "4413", "4429", "4408"
REQUEST_BYTES = 10_485_760
ANSWERS = {
    "big": TOO_LARGE,
    "tiny": TOO_MANY,
    "fragments": TOO_MANY,
    "empty fragments": TOO_MANY,
    "pings": TOO_MANY,
    "no text": "1007",
    "deep": "malformed",
    "NaN": "malformed",
    "Infinity": "malformed",
    "half a character": "malformed",
    "a key twice": "malformed",
    "binary": "malformed",
    "a huge number": "malformed",
}


async def forge_headers(ground: Ground, trials: int) -> Result:
    """S02: each byte that two parsers read differently, in three headers, is answered with 400."""
    result = Result("S02", "headers smuggled behind strange bytes")
    await warm(ground)
    async with Witness(ground) as witness:
        while result.trials < trials:
            answers = (await witness.attack("bad_heads"))["answers"]
            result.faults += [f"{where}: {answer}" for where, answer in answers.items() if answer != "HTTP/1.1 400"]
            result.trials += len(answers)
    return result


async def flood_bodies(ground: Ground, trials: int) -> Result:
    """S48: bodies of 300 MB, announced or not, are refused before twice the limit has come, and cost little."""
    result = Result("S48", "bodies of 300 MB to four addresses in four ways")
    await warm(ground)
    async with Witness(ground) as witness:
        while result.trials < trials:
            seen = await witness.attack("bodies")
            result.faults += [f"{what}: {taken / 1e6:.0f} MB taken" for what, taken in seen["taken"].items() if taken > 2 * REQUEST_BYTES]
            result.faults += [f"{what}: {answer}" for what, answer in seen["answers"].items() if answer and not answer.startswith("HTTP/1.1 4")]
            result.trials += len(seen["taken"])
    witness.judge(result, "bodies", most_growth=20e6)
    return result


async def send_bad_frames(ground: Ground, trials: int) -> Result:
    """S54: frames too big, too many or no frames of ours: an error or a close code, a neighbour below 100 ms, at most 50 MB."""
    result = Result("S54", f"{len(ANSWERS)} kinds of bad frames")
    await warm(ground)
    async with Witness(ground) as witness:
        while result.trials < trials:
            answers = (await witness.attack("frames"))["answers"]
            result.faults += [f"{name}: {answers.get(name)}" for name, due in ANSWERS.items() if answers.get(name) != due]
            result.trials += len(answers)
    witness.judge(result, "frames", most_wait=0.1, most_growth=50e6)
    return result


async def open_too_many(ground: Ground, trials: int, at_once: int = 1000, seconds: str = "10") -> Result:
    """S55: a thousand sockets of one address that say no hello, and as many plain connections, with the shipped limits."""
    result = Result("S55", "1000 sockets and 1000 plain connections of one address")
    # Heartbeats as shipped too: a shorter one would end the silent before their hello is missed.
    await ground.configure(
        SOCKETS_PER_ADDRESS="", SOCKETS_PER_ADDRESS_WITHOUT_TOKEN="", CONNECTIONS_PER_ADDRESS="", PING_SECONDS="", PONG_SECONDS="", HELLO_SECONDS=seconds
    )
    await warm(ground)
    async with Witness(ground) as witness:
        while result.trials < trials:
            seen = await witness.attack("sockets", str(at_once), str(float(seconds) + 3))
            # The neighbour holds one of the twenty, unless it has a token.
            if not 19 <= seen["open"] <= 20 or seen["codes"].get(TOO_SLOW, 0) != seen["open"]:
                result.faults.append(f"sockets: {seen}")
            if (await witness.attack("connections", str(at_once)))["alive"] > 600:
                result.faults.append(f"connections: {seen}")
            result.trials += 2 * at_once
    witness.judge(result, "connections", most_growth=15e6)
    return result


async def drip(ground: Ground, trials: int, scaled: bool = False) -> Result:
    """S56: half a head ends within 70 s, a byte every 20 s within 120 s (in the short form: both limits at 1 s, a byte every 0.3 s)."""
    result = Result("S56", "half a head, and heads and bodies of a byte now and then")
    times = {"REQUEST_HEAD_SECONDS": "1", "REQUEST_BODY_SECONDS": "1", "KEEP_ALIVE_SECONDS": "1"} if scaled else {}
    await ground.configure(**times)
    every, silent, dripping = ("0.3", 2.0, 3.0) if scaled else ("20", 70.0, 120.0)
    await warm(ground)
    async with Witness(ground) as witness:
        while result.trials < trials:
            kinds: Mapping[str, tuple[str, ...]] = {"half_a_head": (), "idle": (), "drip_head": (every, "130"), "drip_body": (every, "130")}
            seen = await asyncio.gather(*(witness.attack(kind, *arguments) for kind, arguments in kinds.items()))
            for kind, found in zip(kinds, seen, strict=True):
                limit = dripping if kind.startswith("drip") else silent
                result.note = f"{result.note} {kind} {found['seconds']:.1f} s".strip()
                if found["seconds"] > limit:
                    result.faults.append(f"{kind}: closed after {found['seconds']:.1f} s")
            result.trials += len(seen)
    witness.judge(result, "drips")
    return result


async def read_nothing(ground: Ground, trials: int, id: str = "R37", seconds: str = "10") -> Result:
    """R37, S57: who asks for ever more and reads nothing is given up, over a socket and over plain HTTP, at 5 MB each."""
    result = Result(id, "clients that ask and never read")
    await ground.play("tokens:40@200")
    await warm(ground)
    for _ in range(-(-trials // 2)):
        async with Witness(ground) as witness:
            seen = await witness.attack("never_read")
            # 20 texts of 3.9 kB and their answers are a page: a few of them fill the bound and the kernel's buffers.
            if seen["asked"] > 400:
                result.faults.append(f"still served after {seen['asked']} pages")
        witness.judge(result, "socket", most_growth=5e6)
        async with Witness(ground) as witness:
            await witness.attack("never_read_http", "/static/admin/js/vendor/jquery/jquery.js", seconds)
        witness.judge(result, "http", most_growth=5e6)
        result.trials += 2
    return result


async def read_nothing_either(ground: Ground, trials: int) -> Result:
    return await read_nothing(ground, trials, "S57")


async def flood_messages(ground: Ground, trials: int, seconds: str = "10") -> Result:
    """R38: 180 MB of messages while the first are being stored: 4429, and 10 MB at most; the same for requests sent ahead."""
    result = Result("R38", "180 MB of messages at once; 20,000 requests sent ahead")
    await ground.play("tokens:5")
    await warm(ground)
    for _ in range(-(-trials // 2)):
        async with Witness(ground) as witness:
            seen = await witness.attack("flood")
            if str(seen["code"]) not in (TOO_MANY, "0"):
                result.faults.append(f"closed with {seen['code']} after {seen['megabytes']:.0f} MB")
        witness.judge(result, "messages")
        async with Witness(ground) as witness:
            await witness.attack("pipeline", "20000", "/widget.js", seconds)
        witness.judge(result, "requests")
        result.trials += 2
    return result


FULL = {
    "R37": (read_nothing, 20),
    "R38": (flood_messages, 20),
    "S02": (forge_headers, 360),
    "S48": (flood_bodies, 160),
    "S54": (send_bad_frames, 260),
    "S55": (open_too_many, 4000),
    "S56": (drip, 8),
    "S57": (read_nothing_either, 20),
}
