"""Whatever a provider does, the visitor gets one whole answer from the next one (PROMISES R27, R28, S59)."""

import asyncio
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.certificates import make_certificate
from tests.fakes.chaos_proxy import ChaosProxy
from tests.fakes.model_server import ModelServer
from tests.fakes.web_sink import WebSink
from tests.ports import free_port
from tests.providers.conftest import QUESTION, Told, make_provider, tell
from widget.providers.chat import Attempt, Delta
from widget.providers.errors import AllProvidersFailed
from widget.providers.failover import stream_answer

pytestmark = pytest.mark.usefixtures("model_clients")
GOOD = "text:Ada, Kak. Kaos merah tersedia."
ANSWER = "Ada, Kak. Kaos merah tersedia."
# What the provider does, and what the owner is told about it.
SILENCES = {
    "stall-headers": "timeout",
    "stall": "timeout",
    "slow-first:60": "timeout",
    "slow-token:60": "timeout",
    "pings:0.02": "timeout",
    "empties:0.02": "timeout",
    "tokens:9@100+stall-after:4": "stalled",
}
FAULTS = {
    "tokens:9@100+reset-after:4": "cut",
    "tokens:9@100+cut-after:4": "cut",
    "tokens:9@100+end-after:4": "cut",
    "tokens:9+no-finish": "cut",
    "tokens:9+no-finish+no-done": "cut",
    "tokens:0": "empty",
    "text:": "empty",
    "cut-after:0": "cut",
    "end-after:0": "cut",
    "html": "garbage",
    "malformed": "garbage",
    "garbage": "garbage",
    "tokens:9@100+garbage-after:3": "garbage",
    "error-in-stream:0": "server_error",
    "tokens:9@100+error-in-stream:3": "server_error",
    "finish:content_filter": "filtered",
    "finish:error": "server_error",
    "status:400": "rejected",
    "status:400+code:context_length_exceeded": "too_long",
    "status:401+leak": "unauthorized",
    "status:401+detail": "unauthorized",
    "status:400+code:invalid_api_key": "unauthorized",
    "status:402": "no_credit",
    "status:403": "forbidden",
    "status:404": "not_found",
    "status:410": "retired",
    "status:404+code:model_decommissioned": "retired",
    "status:408": "timeout",
    "status:429+retry-after:1": "rate_limited",
    "status:429+retry-after:3600": "rate_limited",
    "status:429": "rate_limited",
    "status:429+code:insufficient_quota": "no_credit",
    "status:500+plain": "server_error",
    "status:503": "server_error",
    "status:529": "server_error",
    "redirect:http://127.0.0.1:9/": "moved",
}
# What other servers really send and we understand.
ODDITIES = (
    "no-done crlf comments no-space multi-line named-events split-utf8 null-content role-with-content no-role usage-always usage-with-choice no-usage json "
    "finish:length comments+crlf+multi-line slow-first:0.1 big-chunk:300000"
)


@pytest.mark.parametrize("script", FAULTS)
async def test_the_next_provider_gives_the_whole_answer(model_server: ModelServer, script: str) -> None:
    started = time.monotonic()
    told = await tell([make_provider(model_server, script), make_provider(model_server, GOOD)])
    assert told.shown == ANSWER and told.codes == [FAULTS[script]] and told.finished.provider.model == GOOD
    assert model_server.calls(script) <= 2 and len(model_server.requests) <= 3
    assert time.monotonic() - started < 4


async def test_silence_of_any_kind_is_left_for_the_next_provider(model_server: ModelServer) -> None:
    """All at once, since each of them takes its time."""
    all_told = await asyncio.gather(*(tell([make_provider(model_server, script), make_provider(model_server, GOOD)]) for script in SILENCES))
    assert {script: told.codes for script, told in zip(SILENCES, all_told, strict=True)} == {script: [code] for script, code in SILENCES.items()}
    assert all(told.shown == ANSWER for told in all_told) and model_server.calls(GOOD) == len(SILENCES)


async def test_an_event_larger_than_five_megabytes_is_garbage(model_server: ModelServer, settings: Any) -> None:
    settings.PROVIDER_FIRST_BYTE_SECONDS = 3
    told = await tell([make_provider(model_server, "big-chunk:6000000"), make_provider(model_server, GOOD)])
    assert told.codes == ["garbage"] and told.shown == ANSWER


@pytest.mark.parametrize("script", ODDITIES.split())
async def test_odd_servers_are_understood(model_server: ModelServer, script: str) -> None:
    told = await tell([make_provider(model_server, script)])
    assert told.shown and not told.codes and len(model_server.requests) == 1


async def test_nobody_listens(model_server: ModelServer) -> None:
    told = await tell([make_provider(model_server, "m", base_url=f"http://127.0.0.1:{free_port()}/v1"), make_provider(model_server, GOOD)])
    assert told.codes == ["refused_connection"] and told.shown == ANSWER


async def test_nobody_knows_the_name(model_server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def unknown(host: Any, *rest: Any, **more: Any) -> Any:
        if host == "model.example":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    told = await tell([make_provider(model_server, "m", base_url="http://model.example/v1"), make_provider(model_server, GOOD)])
    assert told.codes == ["unknown_host"] and told.shown == ANSWER


async def test_a_certificate_nobody_signed(model_server: ModelServer, tmp_path: Path) -> None:
    with WebSink(tls=make_certificate(tmp_path, "localhost")) as sink:
        told = await tell([make_provider(model_server, "m", base_url=f"{sink.url}/v1"), make_provider(model_server, GOOD)])
    assert told.codes == ["bad_certificate"] and told.shown == ANSWER and not sink.requests


@pytest.mark.parametrize("key", ["sk-\n1", "sk-ключ"])
async def test_a_key_that_cannot_be_sent_is_a_failure_like_any_other(model_server: ModelServer, key: str) -> None:
    told = await tell([make_provider(model_server, "m", key=key), make_provider(model_server, GOOD)])
    assert told.codes == ["unauthorized"] and told.shown == ANSWER


WEATHER: dict[str, Callable[[ChaosProxy], None]] = {
    "black hole": lambda proxy: setattr(proxy, "black_hole", True),
    "half open": lambda proxy: setattr(proxy, "half_open", True),
    "refusing": lambda proxy: setattr(proxy, "refusing", True),
    "cut in the headers": lambda proxy: setattr(proxy, "cut_after", 50),
    "cut in the text": lambda proxy: setattr(proxy, "cut_after", 900),
}


@pytest.mark.parametrize("weather", WEATHER)
async def test_bad_weather_on_the_way(model_server: ModelServer, model_proxy: ChaosProxy, weather: str) -> None:
    WEATHER[weather](model_proxy)
    bad = make_provider(model_server, "tokens:40@200", base_url=f"http://{model_proxy.host_port}/v1")
    told = await tell([bad, make_provider(model_server, GOOD)])
    assert told.shown == ANSWER and told.codes[0] in ("timeout", "cut", "refused_connection") and model_server.calls("tokens:40@200") <= 2


async def test_a_kept_connection_that_died_is_no_failure(model_server: ModelServer, model_proxy: ChaosProxy) -> None:
    provider = make_provider(model_server, GOOD, base_url=f"http://{model_proxy.host_port}/v1")
    assert (await tell([provider])).shown == ANSWER
    model_proxy.cut_after, model_proxy.cut_with_reset = 0, True
    model_proxy.reset()
    model_proxy.cut_after = None
    assert (await tell([provider])).shown == ANSWER


async def test_connections_are_kept(model_server: ModelServer) -> None:
    before = model_server.accepted
    for _ in range(5):
        await tell([make_provider(model_server, GOOD)])
    assert model_server.accepted - before == 1


async def test_when_all_fail_each_reason_is_kept_and_four_calls_are_the_most(model_server: ModelServer) -> None:
    told = Told()
    with pytest.raises(AllProvidersFailed) as failed:
        await tell([make_provider(model_server, f"status:50{n}") for n in range(7)], told)
    assert [error.code for _, error in failed.value.failures] == ["server_error"] * 4 == told.codes
    assert len(model_server.requests) == 4


async def test_no_provider_is_a_failure_at_once() -> None:
    with pytest.raises(AllProvidersFailed):
        await tell([])


async def test_silence_all_around_ends_in_time(model_server: ModelServer, settings: Any) -> None:
    """The one in front leaves time for those behind it."""
    settings.PROVIDER_FIRST_BYTE_SECONDS, settings.PROVIDER_HANDOFF_SECONDS = 0.6, 0.8
    started = time.monotonic()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("widget.providers.failover.FIRST_SECONDS", 0.2)
        with pytest.raises(AllProvidersFailed):
            await tell([make_provider(model_server, f"stall+tokens:{n}") for n in range(3)])
    assert 0.7 < time.monotonic() - started < 3


@pytest.mark.parametrize("script", ["refuse-field:temperature", "refuse-field:stream_options", "unknown-field:max_tokens"])
async def test_a_refused_field_is_left_out_and_remembered(model_server: ModelServer, script: str) -> None:
    provider = make_provider(model_server, script, temperature=0.3, max_tokens=50)
    for calls in (2, 3):
        told = await tell([provider])
        assert told.shown == "Ada kaos merah?" and not told.codes and len(model_server.requests) == calls
    assert script.partition(":")[2] not in model_server.requests[-1].body


async def test_the_limit_goes_under_its_new_name_where_the_old_one_is_refused(model_server: ModelServer) -> None:
    await tell([make_provider(model_server, "refuse-field:max_tokens", max_tokens=50)])
    assert model_server.requests[1].body["max_completion_tokens"] == 50


async def test_only_switched_on_fields_are_sent(model_server: ModelServer) -> None:
    await tell([make_provider(model_server, GOOD)])
    body = model_server.requests[0].body
    assert body.keys() == {"model", "messages", "stream", "stream_options", "max_tokens"} and body["max_tokens"] == 200
    assert model_server.requests[0].headers["authorization"] == "Bearer sk-canary-12345678"


@pytest.mark.parametrize("script", ["endless", "flood", "big-chunk:2000000"])
async def test_a_runaway_answer_is_cut_at_its_length(model_server: ModelServer, settings: Any, script: str) -> None:
    settings.ANSWER_CHARACTERS = 500
    told = await tell([make_provider(model_server, script)])
    assert len(told.shown) == 500 and told.finished.shortened
    await _until(lambda: not model_server.streaming)


async def test_an_answer_has_its_total_time(model_server: ModelServer, settings: Any) -> None:
    settings.PROVIDER_TOTAL_SECONDS = 0.5
    started, told = time.monotonic(), Told()
    with pytest.raises(AllProvidersFailed):
        await tell([make_provider(model_server, "tokens:1000@50"), make_provider(model_server, GOOD)], told)
    assert told.codes == ["stalled"] and 0.4 < time.monotonic() - started < 3


async def test_one_delta_for_each_network_read_and_the_first_at_once(model_server: ModelServer) -> None:
    events = [event async for event in stream_answer([make_provider(model_server, "tokens:10@10")], QUESTION)]
    deltas = [event for event in events if isinstance(event, Delta)]
    assert isinstance(events[0], Attempt) and len(deltas) == 10


async def test_what_a_fast_model_says_comes_in_fewer_pieces(model_server: ModelServer) -> None:
    events = [event async for event in stream_answer([make_provider(model_server, "tokens:100@500")], QUESTION)]
    deltas = [event.text for event in events if isinstance(event, Delta)]
    assert 2 <= len(deltas) <= 12
    assert "".join(deltas) == "Halo Kak, ini jawaban dari model tiruan yang sabar." * 10


async def test_leaving_early_closes_the_connection(model_server: ModelServer) -> None:
    stream = stream_answer([make_provider(model_server, "endless")], QUESTION)
    async for event in stream:
        if isinstance(event, Delta):
            break
    await stream.aclose()
    await _until(lambda: not model_server.streaming)


async def test_cancelling_while_waiting_is_a_cancellation(model_server: ModelServer) -> None:
    task = asyncio.create_task(tell([make_provider(model_server, "stall"), make_provider(model_server, GOOD)]))
    await _until(lambda: model_server.streaming == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await _until(lambda: not model_server.streaming)
    assert len(model_server.requests) == 1


async def test_tokens_and_cost_are_the_providers_count_or_our_estimate(model_server: ModelServer) -> None:
    told = await tell([make_provider(model_server, "tokens:10", price_in=2, price_out=10)])
    assert (told.finished.tokens_in, told.finished.tokens_out, told.finished.estimated) == (11, 10, False)
    assert told.finished.cost * 1_000_000 == 11 * 2 + 10 * 10
    assert told.finished.first_token_ms >= 1
    estimated = (await tell([make_provider(model_server, "tokens:10+no-usage")])).finished
    assert estimated.estimated and estimated.tokens_in > 5 and estimated.tokens_out > 8


async def test_the_key_appears_in_no_text_about_a_failure(model_server: ModelServer, caplog: pytest.LogCaptureFixture) -> None:
    told = Told()
    with pytest.raises(AllProvidersFailed) as failed:
        await tell([make_provider(model_server, "status:401+leak")], told)
    assert "canary" not in f"{told.events} {failed.value!r} {failed.value} {failed.value.failures} {caplog.text}"


async def test_where_a_key_cannot_be_opened_nobody_is_asked(model_server: ModelServer) -> None:
    told = await tell([make_provider(model_server, "m", lost_key=True), make_provider(model_server, GOOD)])
    assert told.shown == ANSWER and model_server.calls("m") == 0


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(3):
        while not true():  # noqa: ASYNC110  (what is waited for happens in the fake's thread)
            await asyncio.sleep(0.005)
