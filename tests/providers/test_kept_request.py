"""From the second request on, what the package wrote above the first one is sent again with another body: nobody must be able to tell them apart."""

import pytest

from tests.fakes.model_server import ModelServer
from tests.providers.conftest import make_provider, tell
from tests.providers.test_failover import FAULTS
from widget.providers.errors import AllProvidersFailed

pytestmark = pytest.mark.usefixtures("model_clients")
REFUSALS = [script for script in FAULTS if script.startswith(("status:", "redirect:", "html", "malformed"))]


async def test_the_second_request_looks_like_the_packages_own(model_server: ModelServer) -> None:
    provider = make_provider(model_server, "echo", max_tokens=50)
    for _ in range(2):
        await tell([provider])
    first, second = model_server.requests
    assert (first.path, first.body, first.headers) == (second.path, second.body, second.headers)
    assert second.headers["authorization"] == "Bearer sk-canary-12345678"


async def test_another_key_or_another_address_is_another_request(model_server: ModelServer) -> None:
    await tell([make_provider(model_server, "echo")])
    await tell([make_provider(model_server, "echo", key="sk-other-12345678")])
    assert [request.headers["authorization"] for request in model_server.requests] == ["Bearer sk-canary-12345678", "Bearer sk-other-12345678"]


async def test_a_longer_body_is_sent_whole(model_server: ModelServer) -> None:
    await tell([make_provider(model_server, "tokens:3")])
    await tell([make_provider(model_server, "tokens:3+comments+crlf")])
    first, second = model_server.requests
    assert int(second.headers["content-length"]) == int(first.headers["content-length"]) + len("+comments+crlf")


@pytest.mark.parametrize("script", REFUSALS)
async def test_a_refusal_is_told_apart_as_at_the_first_request(model_server: ModelServer, script: str) -> None:
    await tell([make_provider(model_server, "echo")])
    with pytest.raises(AllProvidersFailed) as failed:
        await tell([make_provider(model_server, script)])
    (_, error), *_ = failed.value.failures
    assert error.code == FAULTS[script]
    assert "sk-canary" not in error.detail


async def test_refused_requests_leave_no_connection_behind(model_server: ModelServer) -> None:
    before = model_server.accepted
    await tell([make_provider(model_server, "echo")])
    for _ in range(5):
        with pytest.raises(AllProvidersFailed):
            await tell([make_provider(model_server, "status:400")])
    assert model_server.accepted == before + 1


async def test_a_field_it_will_not_take_is_left_out(model_server: ModelServer) -> None:
    await tell([make_provider(model_server, "echo")])
    told = await tell([make_provider(model_server, "refuse-field:temperature", temperature=0.3)])
    assert told.shown
