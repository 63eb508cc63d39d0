"""The person who had a conversation is gone: R44. Half of them lost their network for good, half closed the laptop, which nobody says.

Visitors ask on. They are told that nobody is there, the assistant answers what was left open, and not a word comes from it before.
"""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any

from tests.fakes.chaos_proxy import ChaosProxy
from tests.promises.desk import Desk, sign_in, sit_down
from tests.promises.faults import beat
from tests.promises.ground import Ground
from tests.promises.oracle import Result, compare
from tests.promises.visitor import Visitor

AT_ONCE = 50
PEOPLE = 10
MINUTES = 2
# The minutes count from when the server knows that the line is gone (conversations/presence.py); waits.py looks every five seconds.
LOOK_SECONDS = 5.0
# In which the server notices that a line is dead (R39), and answers all of them at once.
NOTICED_SECONDS, SLACK_SECONDS = 50.0, 10.0
_PATIENCE = "from widget.sites.models import Site; Site.objects.update(accept_minutes={minutes})"
_LONG_AGO = """
from datetime import timedelta
from django.utils import timezone
from widget.conversations.models import Presence
Presence.objects.update(seen_at=timezone.now() - timedelta(minutes=10))
"""
_STATE = "SELECT handler, operator_id FROM widget_conversation WHERE public_id = ?"


class Waiting(Visitor):
    """A visitor who remembers when and how they were told that nobody is there."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.told: list[float] = []
        self.open_question = ""

    async def _on_conversation_changed(self, frame: dict[str, Any]) -> None:
        if frame["handler"] == "waiting" and frame.get("notice"):
            self.told.append(time.monotonic())


async def vanish(ground: Ground, trials: int, scaled: bool = False, people: int = PEOPLE) -> Result:
    """R44: told and answered the site's minutes after the server has noticed, no sooner; scaled, they are over as soon as it has."""
    result = Result("R44", f"a person vanishes in mid-talk (after {'no' if scaled else MINUTES} minutes)")
    await ground.configure(**beat(0.04 if scaled else 1.0))
    await ground.play("tokens:3@40")
    await asyncio.to_thread(ground.server.python, _PATIENCE.format(minutes=MINUTES))
    soonest = 0.0 if scaled else MINUTES * 60.0
    latest = 40.0 if scaled else soonest + NOTICED_SECONDS + LOOK_SECONDS + SLACK_SECONDS
    while result.trials < trials:
        await _round(ground, min(AT_ONCE, trials - result.trials), result, (soonest, latest), scaled, people)
    result.note = f"told and answered after {result.longest_wait:.0f} s at most"
    return result


async def _round(ground: Ground, visitors: int, result: Result, due: tuple[float, float], scaled: bool, people: int) -> None:
    async with AsyncExitStack() as stack:
        ways = [await stack.enter_async_context(ChaosProxy("127.0.0.1", ground.server.port)) for _ in range(2)]
        keys = await sign_in(ground.server, [f"orang{number}" for number in range(people)])
        desks = [await stack.enter_async_context(sit_down(ground.server, *key, port=ways[number % 2].port)) for number, key in enumerate(keys)]
        talking = [await stack.enter_async_context(Waiting(ground.address, seed=number, way=ground.way)) for number in range(visitors)]
        await asyncio.gather(*(_be_taken(visitor, desks[number % people]) for number, visitor in enumerate(talking)))
        lost, closed = ways
        lost.refusing, closed.black_hole = True, True
        lost.reset()
        gone = time.monotonic()
        for visitor in talking:
            visitor.open_question = await visitor.say("Masih di sana? Berapa ongkir ke Bandung?")
        # Some leave meanwhile, and are told when they come back.
        away = talking[::3]
        for visitor in away:
            await visitor.until(lambda v=visitor: v.open_question in v.acknowledged, 20)  # type: ignore[misc]
            await visitor.__aexit__()
        if scaled:
            await asyncio.sleep(5)
            await asyncio.to_thread(ground.server.python, _LONG_AGO)
        await asyncio.gather(*(_be_answered(visitor, gone, due, result) for visitor in talking if visitor not in away))
        for visitor in away:
            await stack.enter_async_context(visitor)
        await asyncio.gather(*(_be_answered(visitor, gone, (due[0], due[1] + SLACK_SECONDS), result) for visitor in away))
        for visitor in talking:
            if (state := ground.rows(_STATE, visitor.conversation)) != [("waiting", None)]:
                result.faults.append(f"{visitor.conversation}: {state}")
            if len(visitor.told) != 1:
                result.faults.append(f"{visitor.conversation}: told {len(visitor.told)} times")
        compare(ground, talking, result)
        result.trials += len(talking)
        for way in ways:
            way.reset()


async def _be_taken(visitor: Waiting, desk: Desk) -> None:
    await visitor.answered(await visitor.say("ceritakan sesuatu"))
    message_id = await desk.reply(visitor.conversation, "Ada, Kak. Sebentar ya.")
    await visitor.until(lambda: visitor.rows[-1]["id"] == message_id, 20)


async def _be_answered(visitor: Waiting, gone: float, due: tuple[float, float], result: Result) -> None:
    """Told and answered between these two moments after the person was gone."""
    soonest, latest = due
    try:
        await visitor.until(lambda: bool(visitor.told) and visitor.answer_to(visitor.open_question) is not None, max(1.0, gone + latest - time.monotonic()))
    except TimeoutError:
        result.faults.append(f"{visitor.conversation}: told {len(visitor.told)} times, last row by {visitor.rows[-1]['author']} after {latest:.0f} s")
        return
    waited = max(visitor.told[0], visitor.seen_at[visitor.rows[-1]["id"]]) - gone
    result.longest_wait = max(result.longest_wait, waited)
    if min(visitor.told[0], visitor.seen_at[visitor.rows[-1]["id"]]) - gone < soonest:
        result.faults.append(f"{visitor.conversation}: taken from its person after {waited:.0f} s")


FULL = {"R44": (vanish, 200)}
