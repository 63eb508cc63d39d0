"""A site whose visitors' channel is a notebook, knowledge of one entry, fake models, and a process that comes to rest after each test."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser

from tests.answering.notebook import CHANNEL, Notebook
from tests.fakes.model_server import ModelServer
from widget.answering.runner import runner
from widget.conversations import delivery
from widget.knowledge.models import Entry
from widget.lib import database
from widget.providers import registry as providers
from widget.providers import wires
from widget.providers.models import Provider
from widget.sites import registry as sites
from widget.sites.models import Site

KNOWN = "Ongkir ke Bandung Rp10.000, sampai dalam dua hari."


@pytest.fixture
def forgotten() -> Iterator[None]:
    """What the process remembers of a database that no longer is."""
    yield
    database.close()
    sites.forget()
    providers.forget()


@pytest.fixture
def site(transactional_db: None, forgotten: None) -> Site:
    site = Site.objects.create(key="toko", name="Toko")
    Entry.objects.create(site=site, title="Berapa ongkir ke Bandung?", answer=KNOWN, url="https://toko.example/ongkir", state="approved")
    return site


@pytest.fixture
def person(transactional_db: None) -> AbstractBaseUser:
    return get_user_model().objects.create_user("sari.admin", first_name="Sari", is_staff=True)


@pytest.fixture
async def notebook(site: Site) -> AsyncIterator[Notebook]:
    """The visitors' end. Afterwards every answer has ended."""
    notebook = Notebook()
    delivery.sinks[CHANNEL] = notebook
    yield notebook
    await runner.drain(10)
    await wires.close_clients()
    await asyncio.to_thread(database.close)
    del delivery.sinks[CHANNEL]


@pytest.fixture
def add_model(site: Site, model_server: ModelServer) -> Callable[[str], Provider]:
    """Adds a provider behind those there are, which plays this script of the fake (tests/fakes/model_server.py)."""

    def add(script: str) -> Provider:
        position = Provider.objects.count()
        name = f"model-{position}"
        model_server.set(name, script)
        return Provider.objects.create(name=name, base_url=model_server.url, model=name, key="sk-test", position=position)

    return add
