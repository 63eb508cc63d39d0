"""Reloads, cut frames and long absences: R11, R12, R13, and cuts of the socket in mid-answer through the chaos proxy."""

import asyncio
import random
import time
from contextlib import AsyncExitStack

from tests.fakes.chaos_proxy import ChaosProxy
from tests.promises.ground import Ground
from tests.promises.oracle import Result, compare
from tests.promises.visitor import Visitor

AT_ONCE = 20
HALF_TEXT_WITHIN = 1.0
FAR_BEHIND = 10_000
_FILL = """
from widget.conversations.models import Conversation, Message
conversation = Conversation.objects.get(public_id="{conversation}")
first = conversation.seq + 1
Message.objects.bulk_create(
    [Message(conversation=conversation, seq=first + n, client_id=f"00000000-0000-0000-0000-{{n:012d}}", author="operator", answered_by="person", text=f"{{n}}")
     for n in range({rows})], batch_size=1000)
Conversation.objects.filter(pk=conversation.pk).update(seq=first + {rows} - 1)
"""


async def reload_mid_stream(ground: Ground, trials: int) -> Result:
    """R11: a page reload in mid-answer shows the half text within a second and goes on."""
    result = Result("R11", "page reloaded in mid-answer")
    await ground.play("tokens:40@25")
    chance = random.Random("R11")
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(ground.visitor(seed=n)) for n in range(AT_ONCE)]
        for _ in range(-(-trials // AT_ONCE)):
            ids = [await visitor.say("ceritakan sesuatu") for visitor in visitors]
            waits = await asyncio.gather(*(_reload(visitor, chance.uniform(0.1, 1.0)) for visitor in visitors))
            result.longest_wait = max(result.longest_wait, *waits)
            await asyncio.gather(*(visitor.until(lambda v=visitor, m=m: v.answer_to(m) is not None, 30) for visitor, m in zip(visitors, ids, strict=True)))  # type: ignore[misc]
            result.trials += len(visitors)
        compare(ground, visitors, result)
    if result.longest_wait > HALF_TEXT_WITHIN:
        result.faults.append(f"half text after {result.longest_wait:.2f} s")
    return result


async def _reload(visitor: Visitor, after: float) -> float:
    """Seconds from the reload until what was shown before it is shown again."""
    await visitor.until(lambda: visitor.reply is not None and bool(visitor.reply.text), 30)
    await asyncio.sleep(after)
    shown = visitor.reply.text if visitor.reply is not None else ""
    reloaded = time.monotonic()
    visitor.forget_shown()
    visitor.cut()
    await visitor.until(lambda: _sees(visitor, shown), 30)
    return time.monotonic() - reloaded


def _sees(visitor: Visitor, shown: str) -> bool:
    running = visitor.reply is not None and visitor.reply.text.startswith(shown) and bool(visitor.reply.text)
    return running or any(row["author"] == "assistant" and row["text"].startswith(shown.rstrip()) for row in visitor.rows[-1:])


async def cut_frames(ground: Ground, trials: int, visitors_at_once: int = 20) -> Result:
    """R12: each frame, in both directions, breaks the line with a chance of one in five."""
    result = Result("R12", f"each frame cut with p = 0.2, {visitors_at_once} clients")
    await ground.play("tokens:5@50")
    each = -(-trials // visitors_at_once)
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(ground.visitor(cut_chance=0.2, seed=n)) for n in range(visitors_at_once)]
        result.longest_wait = max(await asyncio.gather(*(_talk(visitor, each) for visitor in visitors)))
        result.trials = each * len(visitors)
        compare(ground, visitors, result)
        result.note = f"{sum(visitor.connections for visitor in visitors)} connections"
    return result


async def _talk(visitor: Visitor, messages: int) -> float:
    longest = 0.0
    for number in range(messages):
        message_id = await visitor.say(f"pesan nomor {number}")
        asked = time.monotonic()
        await visitor.until(lambda m=message_id: _is_answered(visitor, m), 60)  # type: ignore[misc]
        longest = max(longest, time.monotonic() - asked)
    return longest


def _is_answered(visitor: Visitor, message_id: str) -> bool:
    """Looked at with every frame, and the list grows to thousands: only an answer at its end can be the one that is waited for."""
    return bool(visitor.rows) and visitor.rows[-1]["author"] == "assistant" and visitor.answer_to(message_id) is not None


async def come_back_late(ground: Ground, trials: int) -> Result:
    """R13: ten thousand rows behind: an explicit reset and the newest rows, no silent gap."""
    result = Result("R13", f"{FAR_BEHIND} rows behind")
    for _ in range(trials):
        visitor = ground.visitor()
        async with visitor:
            message_id = await visitor.say("sampai nanti")
            await visitor.until(lambda m=message_id, v=visitor: v.answer_to(m) is not None, 30)  # type: ignore[misc]
        # Away meanwhile: whoever is there is told of such rows within seconds, and is not behind.
        await asyncio.to_thread(ground.server.python, _FILL.format(conversation=visitor.conversation, rows=FAR_BEHIND))
        async with visitor:
            await visitor.until(lambda v=visitor: v.seq > FAR_BEHIND, 30)  # type: ignore[misc]
            if visitor.resets != 1:
                result.faults.append(f"{visitor.resets} resets")
            compare(ground, [visitor], result)
            result.trials += 1
    return result


async def cut_sockets(ground: Ground, trials: int) -> Result:
    """The sockets of all visitors are cut in mid-answer; the text goes on where it stopped."""
    result = Result("cuts", "socket cut in mid-answer, resumed by offset")
    await ground.play("tokens:40@25")
    chance = random.Random("cuts")
    async with ChaosProxy("127.0.0.1", ground.server.port) as proxy, AsyncExitStack() as stack:
        address = ground.address().replace(f":{ground.server.port}", f":{proxy.port}")
        visitors = [await stack.enter_async_context(ground.visitor(seed=n, address=lambda: address)) for n in range(AT_ONCE)]
        ids = [await visitor.say("ceritakan sesuatu") for visitor in visitors]
        cuts = -(-trials // AT_ONCE)
        for _ in range(cuts):
            await visitors[0].until(lambda: visitors[0].reply is not None or visitors[0].answer_to(ids[0]) is not None, 30)
            await asyncio.sleep(chance.uniform(0, 0.4))
            proxy.cut() if chance.random() < 0.5 else proxy.reset()
            result.trials += len(visitors)
        await asyncio.gather(*(visitor.until(lambda v=visitor, m=m: v.answer_to(m) is not None, 30) for visitor, m in zip(visitors, ids, strict=True)))  # type: ignore[misc]
        compare(ground, visitors, result)
    return result


FULL = {
    "R11": (reload_mid_stream, 200),
    # Twenty visitors with a thousand messages each.
    "R12": (cut_frames, 20_000),
    "R13": (come_back_late, 3),
    "cuts": (cut_sockets, 400),
}
