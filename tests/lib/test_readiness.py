"""The table of checks: all asked at once beside the event loop, within a time limit, and not again within a second."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from widget.lib import readiness
from widget.lib.readiness import Finding


@pytest.fixture(autouse=True)
def own_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(readiness, "_entries", {})
    readiness.forget()
    yield
    readiness.forget()


async def test_a_check_says_nothing_when_all_is_well_and_a_sentence_when_not() -> None:
    readiness.register("well", lambda: None)
    readiness.register("sick", lambda: "It hurts.", essential=False)
    assert await readiness.findings() == (Finding("well", "", True), Finding("sick", "It hurts.", False))
    assert readiness.latest() == await readiness.findings()


async def test_many_who_ask_cost_one_look() -> None:
    asked = []
    readiness.register("counted", lambda: asked.append(1))
    await asyncio.gather(*(readiness.findings() for _ in range(50)))
    await readiness.findings()
    assert len(asked) == 1


async def test_what_was_found_is_asked_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    readiness.register("counted", lambda: asked.append(1))
    monkeypatch.setattr(readiness, "KEPT_SECONDS", 0.0)
    await readiness.findings()
    await readiness.findings()
    assert len(asked) == 2


async def test_a_check_that_hangs_is_told_and_neither_holds_up_the_loop_nor_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "TIME_LIMIT_SECONDS", 0.1)
    monkeypatch.setattr(readiness, "KEPT_SECONDS", 0.0)
    let_go, begun = threading.Event(), []

    def hang() -> None:
        begun.append(1)
        let_go.wait(10)

    readiness.register("hangs", hang)
    readiness.register("well", lambda: None)
    asking = asyncio.ensure_future(readiness.findings())
    began = time.monotonic()
    await asyncio.sleep(0.01)
    assert time.monotonic() - began < 0.09
    assert [bool(finding.trouble) for finding in await asking] == [True, False]
    await readiness.findings()
    assert len(begun) == 1
    let_go.set()


async def test_a_check_that_breaks_is_a_trouble_too(caplog: pytest.LogCaptureFixture) -> None:
    readiness.register("broken", lambda: str(1 / 0))
    (found,) = await readiness.findings()
    assert "log says why" in found.trouble
    assert "ZeroDivisionError" in caplog.text
