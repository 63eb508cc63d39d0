"""The daily caps of model answers: never passed, however many ask at once, and told to the owner once (S58)."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from widget.answering import budget
from widget.answering.models import AnswerCount
from widget.lib import database
from widget.sites.models import Site
from widget.sites.registry import SiteSettings, settings_of


@pytest.fixture
def shop(site: Site) -> SiteSettings:
    return settings_of(site)


@pytest.fixture
def caps(settings: Settings) -> Iterator[Settings]:
    settings.ANSWERS_PER_VISITOR_DAY, settings.ANSWERS_PER_SITE_DAY = 3, 10
    return settings


def used(visitor: str = "") -> int:
    return sum(AnswerCount.objects.filter(visitor=visitor).values_list("used", flat=True))


def test_a_visitor_gets_so_many_answers_a_day_and_others_theirs(shop: SiteSettings, caps: Settings) -> None:
    assert [budget.reserve(shop, "a") is not None for _ in range(5)] == [True, True, True, False, False]
    assert budget.reserve(shop, "b") is not None
    assert used() == 4


def test_a_site_gets_so_many_and_what_it_refuses_costs_the_visitor_nothing(shop: SiteSettings, caps: Settings) -> None:
    granted = [budget.reserve(shop, f"v{number}") is not None for number in range(12)]
    assert granted == [True] * 10 + [False] * 2
    assert (used(), used("v11")) == (10, 0)


def test_what_was_not_used_can_be_used_by_the_next(shop: SiteSettings, caps: Settings) -> None:
    reservations = [budget.reserve(shop, "a") for _ in range(3)]
    assert reservations[0] is not None and budget.reserve(shop, "a") is None
    budget.give_back(reservations[0])
    assert budget.reserve(shop, "a") is not None


def test_a_site_may_have_caps_of_its_own_and_none_at_all(site: Site, caps: Settings) -> None:
    site.answers_per_visitor_day = 1
    assert [budget.reserve(settings_of(site), "a") is not None for _ in range(2)] == [True, False]
    site.answers_per_visitor_day, site.answers_per_site_day = None, 0
    assert budget.reserve(settings_of(site), "b") is None


def test_the_owner_is_told_once_a_day_for_each_cap(shop: SiteSettings, caps: Settings) -> None:
    for _ in range(6):
        budget.reserve(shop, "a")
    assert DBTaskResult.objects.count() == 1
    for number in range(12):
        budget.reserve(shop, f"v{number}")
    assert DBTaskResult.objects.count() == 2


async def test_a_hundred_that_ask_at_once_do_not_pass_the_cap(shop: SiteSettings, caps: Settings) -> None:
    reservations = await asyncio.gather(*(database.write(budget.reserve, shop, f"v{number % 40}") for number in range(100)))
    assert len([one for one in reservations if one is not None]) == 10
    assert await database.read(used) == 10


def test_processes_that_ask_side_by_side_do_not_pass_the_cap(shop: SiteSettings, caps: Settings) -> None:
    """Threads with connections of their own, as the processes of a larger installation have."""
    meet, granted = threading.Barrier(4), []

    def ask() -> None:
        try:
            for number in range(10):
                meet.wait(10)
                with transaction.atomic():
                    granted.append(budget.reserve(shop, f"v{number}") is not None)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(granted), granted.count(True), used()) == (40, 10, 10)
