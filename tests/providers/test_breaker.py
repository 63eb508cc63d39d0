"""A provider that is down costs visitors nothing but one probe in half a minute (PROMISES R29)."""

import time

import pytest

from tests.fakes.model_server import ModelServer
from tests.providers.conftest import make_provider, tell
from widget.providers.breaker import FAILURES, PROBE_SECONDS, Breaker, breaker
from widget.providers.chat import ProviderSettings
from widget.providers.errors import AllProvidersFailed

PROVIDER = ProviderSettings(1, "A", "http://127.0.0.1/v1", "m", key="old")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_it_opens_after_five_failures_in_a_row() -> None:
    stub = Breaker(Clock())
    for _ in range(FAILURES):
        assert stub.admits(PROVIDER)
        stub.fail(PROVIDER)
    assert not stub.admits(PROVIDER)


def test_one_success_forgets_the_failures() -> None:
    stub = Breaker(Clock())
    for _ in range(FAILURES - 1):
        stub.fail(PROVIDER)
    stub.succeed(PROVIDER)
    stub.fail(PROVIDER)
    assert stub.admits(PROVIDER)


def test_one_probe_in_thirty_seconds() -> None:
    clock = Clock()
    stub = Breaker(clock)
    for _ in range(FAILURES):
        stub.fail(PROVIDER)
    probes = 0
    for _ in range(600):
        clock.now += 1
        if stub.admits(PROVIDER):
            probes += 1
            stub.fail(PROVIDER)
    assert probes == 600 / PROBE_SECONDS


def test_a_new_key_starts_afresh() -> None:
    stub = Breaker(Clock())
    for _ in range(FAILURES):
        stub.fail(PROVIDER)
    assert stub.admits(ProviderSettings(1, "A", "http://127.0.0.1/v1", "m", key="new"))


@pytest.mark.usefixtures("model_clients")
async def test_while_it_is_open_the_next_provider_answers_at_once(model_server: ModelServer) -> None:
    down, up = make_provider(model_server, "stall"), make_provider(model_server, "echo")
    for _ in range(FAILURES):
        breaker.fail(down)
    started = time.monotonic()
    told = await tell([down, up])
    assert told.shown and not told.codes and model_server.calls("stall") == 0
    assert time.monotonic() - started < 1
    with pytest.raises(AllProvidersFailed) as failed:
        await tell([down])
    assert [error.code for _, error in failed.value.failures] == ["paused"]


@pytest.mark.usefixtures("model_clients")
async def test_a_question_it_would_not_take_does_not_count(model_server: ModelServer) -> None:
    refusing = make_provider(model_server, "status:400+code:context_length_exceeded")
    for _ in range(FAILURES + 2):
        await tell([refusing, make_provider(model_server, "echo")])
    assert model_server.calls(refusing.model) == FAILURES + 2


@pytest.mark.usefixtures("model_clients")
async def test_failed_answers_open_it_and_a_probe_that_works_closes_it(model_server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(breaker, "_clock", clock)
    model_server.default = "status:503"
    shaky, other = make_provider(model_server, "shaky"), make_provider(model_server, "tokens:2")
    for _ in range(FAILURES + 3):
        await tell([shaky, other])
    assert model_server.calls("shaky") == FAILURES
    model_server.default = "echo"
    clock.now += PROBE_SECONDS
    assert (await tell([shaky, other])).finished.provider == shaky
    assert (await tell([shaky, other])).finished.provider == shaky
