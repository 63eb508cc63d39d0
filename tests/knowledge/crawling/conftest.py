"""Websites on loopback, one server a module, fresh for each test."""

from collections.abc import Iterator

import pytest

from tests.fakes.web_sink import WebSink


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[WebSink, WebSink]]:
    with WebSink() as one, WebSink() as other:
        yield one, other


@pytest.fixture
def shop(running: tuple[WebSink, WebSink]) -> WebSink:
    running[0].forget()
    return running[0]


@pytest.fixture
def inside(running: tuple[WebSink, WebSink]) -> WebSink:
    """Where nobody may get to."""
    running[1].forget()
    return running[1]
