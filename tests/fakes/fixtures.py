"""Fixtures over the fakes, imported by tests/conftest.py. Each test gets a server as fresh as new; the thread behind it is shared by the whole run."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.fakes.chaos_proxy import ChaosProxy
from tests.fakes.model_server import ModelServer
from widget.providers import fields, health, registry, wires
from widget.providers.breaker import breaker


@pytest.fixture(scope="session")
def shared_model_server() -> Iterator[ModelServer]:
    with ModelServer.in_thread() as server:
        yield server


@pytest.fixture
def model_server(shared_model_server: ModelServer) -> ModelServer:
    """An OpenAI-compatible fake; its docstring says what it can do."""
    shared_model_server.reset()
    return shared_model_server


@pytest.fixture
def model_proxy(model_server: ModelServer) -> Iterator[ChaosProxy]:
    """Bad weather in front of `model_server`: the base URL through it is `http://{model_proxy.host_port}/v1`."""
    with ChaosProxy.in_thread("127.0.0.1", model_server.port) as proxy:
        yield proxy


@pytest.fixture(autouse=True)
def forgotten_providers() -> None:
    """What this process remembers of providers does not outlive a test."""
    registry.forget()
    health.forget()
    fields.forget()
    breaker.reset()


@pytest_asyncio.fixture
async def model_clients() -> AsyncIterator[None]:
    """For every async test that lets a provider be asked: waits for the notes and closes the connections of its event loop."""
    yield
    await health.settle()
    await wires.close_clients()
