"""The same message sent again, in every way a bad line can: R01 to R04."""

import asyncio
import json
import random
import uuid
from contextlib import AsyncExitStack
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.promises.detour import Detour
from tests.promises.ground import Ground
from tests.promises.oracle import Result, compare
from tests.promises.visitor import ORIGIN

AT_ONCE = 20
RESENDS_AT_ONCE = 50
_COPIES = "SELECT COUNT(*) FROM widget_message WHERE client_id = ?"


async def lose_acknowledgements(ground: Ground, trials: int) -> Result:
    """R01: the line is cut after sending, the acknowledgement may be lost, the message is sent again one to five times."""
    result = Result("R01", "acknowledgement lost, message sent again 1 to 5 times")
    await ground.play("tokens:2")
    chance = random.Random("R01")
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(ground.visitor(seed=n)) for n in range(AT_ONCE)]
        for _ in range(-(-trials // AT_ONCE)):
            ids = [await visitor.say("sudah sampai?") for visitor in visitors]
            for _again in range(chance.randint(1, 5)):
                await asyncio.sleep(chance.uniform(0, 0.004))
                for visitor, message_id in zip(visitors, ids, strict=True):
                    visitor.cut()
                    await visitor.say("sudah sampai?", message_id)
            await asyncio.gather(*(visitor.answered(message_id) for visitor, message_id in zip(visitors, ids, strict=True)))
            result.trials += len(ids)
        compare(ground, visitors, result)
    return result


async def reuse_ids(ground: Ground, trials: int) -> Result:
    """R02: the same id with another text: the first stays, the second is refused."""
    result = Result("R02", "an id used again with another text")
    async with _line(ground) as socket:
        await _welcome(socket)
        for _ in range(trials):
            message_id = str(uuid.uuid4())
            await _say(socket, message_id, "yang pertama")
            stored = await _next(socket, "message.stored")
            await _say(socket, message_id, "yang kedua")
            refused = await _next(socket, "error")
            texts = ground.rows("SELECT text FROM widget_message WHERE client_id = ?", message_id)
            if refused["code"] != "conflict" or texts != [("yang pertama",)] or stored["id"] != message_id:
                result.faults.append(f"{refused['code']}: {texts}")
            result.trials += 1
    return result


async def resend_in_parallel(ground: Ground, trials: int) -> Result:
    """R03: two sockets send the same message fifty times at once: one row, one seq."""
    result = Result("R03", f"the same message {RESENDS_AT_ONCE} times at once over two sockets")
    await ground.play("tokens:1")
    async with _line(ground) as one:
        welcome = await _welcome(one)
        async with _line(ground) as two:
            await _welcome(two, welcome["token"])
            for _ in range(trials):
                message_id = str(uuid.uuid4())
                await asyncio.gather(*(_say(socket, message_id, "halo, ada orang?") for socket in (one, two) for _ in range(RESENDS_AT_ONCE // 2)))
                acknowledged = [await _next(socket, "message.stored", message_id) for socket in (one, two) for _ in range(RESENDS_AT_ONCE // 2)]
                result.duplicated += len({frame["seq"] for frame in acknowledged}) - 1
                copies = ground.rows(_COPIES, message_id)[0][0]
                result.duplicated += max(0, copies - 1)
                result.lost += copies == 0
                result.trials += 1
    return result


async def open_two_tabs(ground: Ground, trials: int) -> Result:
    """R04: two tabs of a new visitor send their first messages at the same instant: one conversation holds both."""
    result = Result("R04", "the first messages of two tabs at the same instant")
    for _ in range(trials):
        async with _line(ground) as one, _line(ground) as two:
            welcome = await _welcome(one)
            await _welcome(two, welcome["token"])
            ids = [str(uuid.uuid4()), str(uuid.uuid4())]
            await asyncio.gather(_say(one, ids[0], "dari tab satu"), _say(two, ids[1], "dari tab dua"))
            seqs = {(await _next(one, "message.stored", ids[0]))["seq"], (await _next(two, "message.stored", ids[1]))["seq"]}
            conversations = ground.rows("SELECT DISTINCT conversation_id FROM widget_message WHERE client_id IN (?, ?)", *ids)
            result.duplicated += len(conversations) - 1
            result.lost += 2 - len(seqs)
            result.trials += 1
    return result


def _line(ground: Ground) -> Any:
    if ground.way != "socket":
        return Detour(ground.address(), ORIGIN)
    return connect(ground.address(), origin=ORIGIN, ping_interval=None, close_timeout=0.1, proxy=None, max_queue=None)  # type: ignore[arg-type]


async def _welcome(socket: ClientConnection | Detour, token: str = "") -> dict[str, Any]:
    await socket.send(json.dumps({"type": "hello", "protocol": 1, "locale": "id"} | ({"token": token} if token else {})))
    return await _next(socket, "welcome")


async def _say(socket: ClientConnection | Detour, message_id: str, text: str) -> None:
    await socket.send(json.dumps({"type": "message.send", "id": message_id, "text": text}))


async def _next(socket: ClientConnection | Detour, kind: str, frame_id: str = "") -> dict[str, Any]:
    """The next frame of this kind (and id); answers and other tabs' messages are passed over."""
    async with asyncio.timeout(30):
        while True:
            frame: dict[str, Any] = json.loads(await socket.recv())
            if frame["type"] == kind and (not frame_id or frame["id"] == frame_id):
                return frame


FULL = {
    "R01": (lose_acknowledgements, 500),
    "R02": (reuse_ids, 200),
    "R03": (resend_in_parallel, 1000),
    "R04": (open_two_tabs, 500),
}
