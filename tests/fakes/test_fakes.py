"""The fakes do what their docstrings say: tests elsewhere lean on it."""

import asyncio
import json
import time
from typing import Any

import aiohttp
import pytest

from tests.fakes.chaos_proxy import ChaosProxy
from tests.fakes.model_server import ModelServer


async def _ask(url: str, model: str, **more: Any) -> tuple[int, bytes]:
    body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "Ada kaos merah?"}], **more}
    async with aiohttp.ClientSession() as session, session.post(f"{url}/chat/completions", json=body) as response:
        return response.status, await response.read()


def _said(body: bytes) -> str:
    events = [json.loads(line[5:]) for line in body.decode().splitlines() if line.startswith("data:") and "[DONE]" not in line]
    return "".join(choice["delta"].get("content") or "" for event in events for choice in event["choices"])


async def test_an_unknown_model_echoes_the_question(model_server: ModelServer) -> None:
    status, body = await _ask(model_server.url, "gpt-4o-mini")
    assert status == 200 and _said(body) == "Ada kaos merah?" and body.endswith(b"data: [DONE]\n\n")


async def test_a_model_name_that_is_a_script_is_played(model_server: ModelServer) -> None:
    _, body = await _ask(model_server.url, "tokens:3+no-done+finish:length")
    assert _said(body) == "Halo Kak, ini" and b"[DONE]" not in body and b'"finish_reason": "length"' in body


async def test_tokens_come_at_their_rate(model_server: ModelServer) -> None:
    started = time.monotonic()
    await _ask(model_server.url, "tokens:20@100")
    assert 0.18 <= time.monotonic() - started < 0.6


async def test_pushed_scripts_play_once_each_and_requests_are_kept(model_server: ModelServer) -> None:
    model_server.push("status:429+retry-after:3", "html")
    answers = [await _ask(model_server.url, "m") for _ in range(3)]
    assert [status for status, _ in answers] == [429, 200, 200] and b"Captive" in answers[1][1] and _said(answers[2][1])
    assert [request.body["messages"][0]["content"] for request in model_server.requests] == ["Ada kaos merah?"] * 3


@pytest.mark.parametrize("script", ["cut-after:2", "reset-after:2"])
async def test_a_cut_answer_breaks_the_connection(model_server: ModelServer, script: str) -> None:
    with pytest.raises(aiohttp.ClientError):
        await _ask(model_server.url, f"tokens:9+{script}")


async def test_a_stalled_answer_counts_as_streaming_until_the_client_leaves(model_server: ModelServer) -> None:
    task = asyncio.create_task(_ask(model_server.url, "tokens:9+stall-after:2"))
    async with asyncio.timeout(5):
        while not model_server.streaming:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        task.cancel()
        while model_server.streaming:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_the_outside_can_steer_it(model_server: ModelServer) -> None:
    root = model_server.url.removesuffix("/v1")
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{root}/control", json={"model": "m", "script": "status:503+plain"}) as response:
            assert response.status == 200
        async with session.post(f"{root}/control", json={"model": "m", "script": "nonsense"}) as response:
            assert response.status == 400
        assert (await _ask(model_server.url, "m"))[0] == 503
        async with session.get(f"{root}/requests") as response:
            assert (await response.json())["count"] == 1


async def test_the_proxy_passes_all_in_fair_weather(model_proxy: ChaosProxy) -> None:
    assert _said((await _ask(f"http://{model_proxy.host_port}/v1", "tokens:2"))[1]) == "Halo Kak,"
    assert model_proxy.accepted == 1 and model_proxy.bytes_down > 200


async def test_the_proxy_adds_latency(model_proxy: ChaosProxy) -> None:
    model_proxy.latency = 0.1
    started = time.monotonic()
    await _ask(f"http://{model_proxy.host_port}/v1", "echo")
    assert 0.2 <= time.monotonic() - started < 1


@pytest.mark.parametrize("with_reset", [False, True])
async def test_the_proxy_cuts_after_so_many_bytes(model_proxy: ChaosProxy, with_reset: bool) -> None:
    model_proxy.cut_after, model_proxy.cut_with_reset = 300, with_reset
    with pytest.raises(aiohttp.ClientError):
        await _ask(f"http://{model_proxy.host_port}/v1", "tokens:50")
    assert model_proxy.bytes_down == 300


@pytest.mark.parametrize("weather", ["black_hole", "half_open"])
async def test_the_proxy_can_leave_a_client_waiting(model_proxy: ChaosProxy, model_server: ModelServer, weather: str) -> None:
    setattr(model_proxy, weather, True)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await _ask(f"http://{model_proxy.host_port}/v1", "echo")
    assert len(model_server.requests) == (1 if weather == "half_open" else 0)


async def test_the_proxy_cuts_what_is_open_on_demand(model_proxy: ChaosProxy, model_server: ModelServer) -> None:
    task = asyncio.create_task(_ask(f"http://{model_proxy.host_port}/v1", "tokens:99@20"))
    async with asyncio.timeout(5):
        while not model_server.streaming:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        model_proxy.reset()
        with pytest.raises(aiohttp.ClientError):
            await task


async def test_the_proxy_refuses_and_slows(model_proxy: ChaosProxy) -> None:
    model_proxy.refusing = True
    with pytest.raises(aiohttp.ClientError):
        await _ask(f"http://{model_proxy.host_port}/v1", "echo")
    model_proxy.clear()
    model_proxy.bytes_per_second = 4000
    started = time.monotonic()
    await _ask(f"http://{model_proxy.host_port}/v1", "echo")
    assert time.monotonic() - started > 0.15
