"""A site with its website, and a process that comes to rest after each test: no answer runs on, no socket is counted, no thread is left."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, User

from tests.fakes.model_server import ModelServer
from tests.realtime.line import ORIGIN
from widget.answering.runner import runner
from widget.lib import database
from widget.lib.ratelimit import RateLimit
from widget.providers import registry as providers
from widget.providers import wires
from widget.providers.models import Provider
from widget.realtime import admission, consumer, origin
from widget.realtime.desk import desks
from widget.sites import registry as sites
from widget.sites.models import AllowedOrigin, Member, Site


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What the process remembers of a database that no longer is."""
    origin.refusals_per_minute = RateLimit(6)
    consumer.new_visitors_of_address = RateLimit(120)
    consumer.messages_of_address = RateLimit(600)
    # A test of another room may have asked for a site of this key when there was none.
    sites.forget()
    yield
    database.close()
    sites.forget()
    providers.forget()


@pytest.fixture
def site(transactional_db: None) -> Site:
    site = Site.objects.create(key="toko", name="Toko")
    AllowedOrigin.objects.create(site=site, origin=ORIGIN)
    return site


@pytest.fixture
def person(transactional_db: None) -> AbstractBaseUser:
    return get_user_model().objects.create_user("sari.admin", first_name="Sari", is_staff=True)


@pytest.fixture
def sari(site: Site) -> User:
    """An agent of the site."""
    user = User.objects.create_user("sari", first_name="Sari", is_staff=True)
    Member.objects.create(site=site, user=user, role="agent")
    return user


@pytest.fixture
async def at_rest(site: Site) -> AsyncIterator[None]:
    """For tests over the line: afterwards every answer has ended and every seat was given back."""
    yield
    await runner.drain(10)
    await wires.close_clients()
    await asyncio.to_thread(database.close)
    assert not admission._all and not admission._without_token and not len(desks)


@pytest.fixture
def ask_model(site: Site, model_server: ModelServer) -> Callable[[str], Provider]:
    """Sets up a provider that plays this script of the fake model (tests/fakes/model_server.py)."""

    def set_up(script: str) -> Provider:
        model_server.set("fake", script)
        return Provider.objects.create(name="main", base_url=model_server.url, model="fake", key="sk-test")

    return set_up
