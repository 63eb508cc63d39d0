"""A process that stood still blames no provider for the time it slept itself: it asks once more, and the breaker hears nothing of it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from tests.fakes.model_server import ModelServer
from tests.providers.conftest import Told, make_provider, tell
from tests.waiting import soon
from widget.lib import standstill as standstill_module
from widget.lib.standstill import standstill
from widget.providers.breaker import FAILURES, breaker
from widget.providers.chat import ProviderSettings
from widget.providers.errors import AllProvidersFailed

pytestmark = pytest.mark.usefixtures("model_clients", "watched")
SCRIPT = "tokens:6@20+cut-after:3"


@pytest.fixture
async def watched(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """The watch over this process, with less patience than a server's."""
    monkeypatch.setattr(standstill_module, "TICK_SECONDS", 0.05)
    monkeypatch.setattr(standstill_module, "LATE_SECONDS", 0.2)
    await standstill.start()
    yield
    await standstill.stop()


async def asleep_when(true: Callable[[], bool]) -> None:
    await soon(true)
    threading.Event().wait(0.4)


async def sleep_through(server: ModelServer, provider: ProviderSettings, told: Told) -> None:
    """The process stands still while the provider speaks, whose line is then found cut."""
    calls = server.calls(provider.model)
    telling = asyncio.create_task(tell([provider], told))
    await asleep_when(lambda: server.calls(provider.model) > calls and bool(told.shown))
    await telling


async def test_an_answer_that_broke_in_our_sleep_is_asked_for_once_more_and_not_held_against_the_model(model_server: ModelServer) -> None:
    provider = make_provider(model_server, SCRIPT)
    told = Told()
    with pytest.raises(AllProvidersFailed):
        await sleep_through(model_server, provider, told)
    assert told.codes == ["overslept", "cut"] and model_server.calls(SCRIPT) == 2
    assert breaker._states[provider].failures == 1


async def test_many_sleeps_never_open_the_breaker(model_server: ModelServer) -> None:
    provider = make_provider(model_server, "tokens:4@20+stall-after:2", base_url=model_server.url)
    for _ in range(FAILURES + 1):
        told = Told()
        telling = asyncio.create_task(tell([provider], told))
        await asleep_when(lambda told=told: bool(told.shown))  # type: ignore[misc]
        model_server.set(provider.model, "text:Ada, Kak.")
        await telling
        model_server.set(provider.model, "tokens:4@20+stall-after:2")
        assert told.shown == "Ada, Kak." and told.codes == ["overslept"]
    assert provider not in breaker._states and breaker.admits(provider)


async def test_a_model_that_fails_while_we_are_awake_is_still_blamed(model_server: ModelServer) -> None:
    provider = make_provider(model_server, SCRIPT)
    told = Told()
    with pytest.raises(AllProvidersFailed):
        await tell([provider], told)
    assert told.codes == ["cut"] and breaker._states[provider].failures == 1
