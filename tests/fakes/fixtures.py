"""Fixtures over the fakes, imported by tests/conftest.py. Each test gets a server as fresh as new; the thread behind it is shared by the whole run."""

from collections.abc import Iterator

import pytest

from tests.fakes.chaos_proxy import ChaosProxy
from tests.fakes.model_server import ModelServer


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
