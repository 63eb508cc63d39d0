"""A Redis that is not there, or not wanted: one sentence at most, and everything serves."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.driver import Server
from tests.promises.ground import KEY
from tests.promises.visitor import ORIGIN, Visitor
from tests.waiting import soon

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
