"""A Redis that is not there, or not wanted: one sentence at most, everything serves, and limits are shared out (S61)."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.request import urlopen

import pytest

from tests.driver import Server
from tests.promises.ground import KEY
from tests.promises.visitor import ORIGIN, Visitor
from tests.waiting import eventually, soon

pytestmark = pytest.mark.live
NOBODY_LISTENS = "redis://127.0.0.1:9/0"
_LOADED = "import sys; print([name for name in ('redis', 'channels_redis') if name in sys.modules])"


async def test_an_unreachable_redis_is_one_warning_and_the_chat_serves(make_server: Callable[..., Server]) -> None:
    server = make_server(env={"REDIS_URL": NOBODY_LISTENS})
    server.manage("create_site", KEY, "--name", "Toko", "--origin", ORIGIN)
    server.start()
    async with Visitor(lambda: server.line_address(KEY)) as visitor:
        question = await visitor.say("halo, ada orang?")
        await visitor.until(lambda: visitor.answer_to(question) is not None, 5)
        await soon(lambda: any("Redis" in line for line in server.output))
    warned = [line for line in server.output if "WARNING" in line or "Traceback" in line]
    assert len(warned) == 1 and "Tried again by itself" in warned[0], server.output
    assert server.terminate() == 0


@pytest.mark.sqlite
def test_one_process_serves_a_sqlite_file_with_redis_as_without(make_server: Callable[..., Server]) -> None:
    server = make_server(env={"REDIS_URL": NOBODY_LISTENS}).start()
    other = subprocess.run([sys.executable, *server.program, "serve", "--port", "0"], env=server.env, capture_output=True, text=True, timeout=60)
    assert other.returncode and "already serves" in other.stderr


def test_without_the_setting_nothing_of_it_is_loaded(make_server: Callable[..., Server]) -> None:
    assert make_server().python(f"import widget.realtime.doorbell; {_LOADED}").strip() == "[]"


@pytest.mark.postgres
@pytest.mark.promise("S61")
@pytest.mark.parametrize("address", ["", NOBODY_LISTENS], ids=["without the setting", "away from the start"])
async def test_two_processes_share_a_limit_that_nobody_can_tell_them_about(make_server: Callable[..., Server], address: str) -> None:
    settings = {"REDIS_URL": address, "MESSAGES_PER_MINUTE": "12"}
    first = make_server(env=settings)
    first.manage("create_site", KEY, "--name", "Toko", "--origin", ORIGIN)
    second = Server(first.data_dir, env=settings)
    await asyncio.gather(asyncio.to_thread(first.start), asyncio.to_thread(second.start))
    try:
        await asyncio.to_thread(eventually, lambda: processes(first) == processes(second) == 2, 7)
        async with Visitor(lambda: first.line_address(KEY)) as here:
            there = Visitor(lambda: second.line_address(KEY))
            there.token = here.token
            async with there:
                assert [await admitted_of(visitor, 14) for visitor in (here, there)] == [6, 6]
        # kill -9: its place is free as soon as the others look.
        second.kill()
        killed = time.monotonic()
        await asyncio.to_thread(eventually, lambda: processes(first) == 1, 7)
        assert time.monotonic() - killed < 6.5
        async with Visitor(lambda: first.line_address(KEY)) as alone:
            assert await admitted_of(alone, 14) == 12
    finally:
        second.kill()


def processes(server: Server) -> int:
    with urlopen(f"{server.address}/metrics", timeout=5) as answer:
        return next(int(float(line.split()[-1])) for line in answer.read().decode().splitlines() if line.startswith("kanal_processes "))


async def admitted_of(visitor: Visitor, attempts: int) -> int:
    """How many of so many messages at once were taken."""
    await visitor.until(lambda: bool(visitor.conversation), 10)
    for number in range(attempts):
        await visitor.say(f"pesan {number}")
    await visitor.until(lambda: len(visitor.errors) + len(visitor.acknowledged) >= attempts, 10)
    return len(visitor.acknowledged)
