"""Trouble of the installation: a line in the log at once, an alert when it lasts, one when the database can take it, one per day."""

from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError

from widget.lib import readiness
from widget.ops.watcher import LASTING_SECONDS, Watcher


@pytest.fixture(autouse=True)
def own_checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(readiness, "_entries", {})
    monkeypatch.setattr(readiness, "KEPT_SECONDS", 0.0)
    readiness.forget()
    yield
    readiness.forget()


class Owner:
    """Hears alerts, unless nothing can be stored."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.away = False

    async def hear(self, check: str) -> None:
        if self.away:
            raise OperationalError("database or disk is full")
        self.told.append(check)


@pytest.fixture
def watched() -> Callable[[str], tuple[Watcher, Owner, list[str | None], list[float]]]:
    """A watcher with a check whose trouble and a clock whose time the test sets."""

    def make(name: str) -> tuple[Watcher, Owner, list[str | None], list[float]]:
        trouble: list[str | None] = [None]
        now, owner = [0.0], Owner()
        readiness.register(name, lambda: trouble[0])
        return Watcher(owner.hear, lambda: now[0]), owner, trouble, now

    return make


Watched = Callable[[str], tuple[Watcher, Owner, list[str | None], list[float]]]


@pytest.mark.parametrize("check", ["disk", "backups"])
async def test_trouble_is_logged_at_once_and_told_once_when_it_lasts(watched: Watched, caplog: pytest.LogCaptureFixture, check: str) -> None:
    watcher, owner, trouble, now = watched(check)
    await watcher.look()
    trouble[0] = "Only 3 MB are left."
    await watcher.look()
    assert "Only 3 MB are left." in caplog.text and owner.told == []
    for now[0] in (LASTING_SECONDS - 1, LASTING_SECONDS, LASTING_SECONDS + 500):
        await watcher.look()
    assert owner.told == [check]
    trouble[0] = None
    await watcher.look()
    assert f"Well again after 560 s: {check}" in caplog.text


async def test_what_cannot_be_stored_is_told_as_soon_as_it_can(watched: Watched) -> None:
    watcher, owner, trouble, now = watched("database")
    trouble[0], owner.away = "The database cannot be written.", True
    await watcher.look()
    now[0] = LASTING_SECONDS
    await watcher.look()
    trouble[0], owner.away = None, False
    await watcher.look()
    await watcher.look()
    assert owner.told == ["database"]


async def test_what_mends_itself_is_not_told_to_the_owner(watched: Watched) -> None:
    watcher, owner, trouble, now = watched("redis")
    trouble[0] = "Redis is away."
    await watcher.look()
    now[0] = LASTING_SECONDS
    await watcher.look()
    assert owner.told == []
