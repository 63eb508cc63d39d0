"""Fixtures every test may use: a live server, a browser and its pages. Ready-made objects of one subject stand in that subject's own conftest.py."""

import os
import signal
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from playwright.sync_api import Browser, Page, sync_playwright

from tests import databases
from tests.chromium import ARGUMENTS, find_chromium
from tests.driver import Server
from tests.fakes.fixtures import forgotten_providers, model_clients, model_proxy, model_server, shared_model_server
from tests.promises.marked import FULL_COUNTS, TEST_SECONDS, WANTED

__all__ = ["forgotten_providers", "model_clients", "model_proxy", "model_server", "shared_model_server"]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """The ids of PROMISES.md that a test stands for go into the report, from which `make promises` counts."""
    item.user_properties += [("promise", promise) for promise in _promises_of(item)]


def _promises_of(item: pytest.Item) -> list[str]:
    return [promise for marker in item.iter_markers("promise") for promise in marker.args]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None]:
    """In `make promises` a test that does not end is a broken promise, and not the end of all that come after it."""
    if os.environ.get(FULL_COUNTS):
        signal.signal(signal.SIGALRM, _give_up)
        signal.alarm(TEST_SECONDS)
    try:
        return (yield)
    finally:
        signal.alarm(0)


def _give_up(*_: object) -> None:
    raise TimeoutError(f"not done after {TEST_SECONDS} s")


@pytest.fixture
def full_count(record_property: Callable[[str, object], None]) -> Callable[[int, int], int]:
    """`full_count(short, full)`: how often to try something: seldom in every test run, at the promised number in `make promises`."""

    def choose(short: int, full: int) -> int:
        count = full if os.environ.get(FULL_COUNTS) else short
        record_property("trials", count)
        return count

    return choose


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of the other database, and of promises nobody asked for, are left out (pytest counts them as deselected). Files with browser tests come last:
    playwright keeps an event loop running in this thread, in which no test of asyncio could start another.
    """
    other = "sqlite" if connection.vendor == "postgresql" else "postgres"
    wanted = set(os.environ.get(WANTED, "").split())
    kept = [item for item in items if not item.get_closest_marker(other) and (not wanted or wanted.intersection(_promises_of(item)))]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    in_browser = {item.path for item in kept if item.get_closest_marker("browser")}
    items[:] = sorted(kept, key=lambda item: (item.path in in_browser, item.get_closest_marker("browser") is not None))


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    """Tests name the sentences of the source; what is shipped begins in Indonesian, which the journeys and the catalogue's own test look at."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def admin_user(db: None) -> User:
    """The owner, as pytest-django's `admin_client` signs them in; without a password, whose hash would cost most of such a test's time."""
    return User.objects.create_superuser("admin", "admin@example.com")


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a migrated, empty database. Not to be served from: copy it."""
    folder = tmp_path_factory.mktemp("installation")
    Server(folder).manage("migrate", "-v", "0")
    return folder


@pytest.fixture
def make_server(installation: Path, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Makes servers with databases of their own, for tests that kill, freeze or configure them. Not started yet."""
    made: list[Server] = []

    def make(**options: Any) -> Server:
        server = Server(databases.copy_installation(installation, tmp_path / f"data{len(made)}"), **options)
        made.append(server)
        return server

    yield make
    for server in made:
        server.kill()


@pytest.fixture(scope="session")
def server(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The shipped command, running, with the demo page; shared by all tests that leave it as they found it."""
    running = Server(databases.copy_installation(installation, tmp_path_factory.mktemp("server") / "data"), demo=True)
    try:
        yield running.start()
    finally:
        running.kill()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages with profiles of their own; takes the options of playwright's contexts (viewport, locale, color_scheme ...)."""
    contexts = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()
