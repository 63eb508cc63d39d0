"""The provider table: who may be asked, how its keys are kept, and what is noted of each."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from tests.fakes.model_server import ModelServer
from tests.providers.conftest import tell
from widget.lib import database
from widget.providers import health, registry
from widget.providers.chat import ProviderSettings
from widget.providers.errors import ProviderError, describe
from widget.providers.models import Provider, clean_base_url
from widget.sites.models import Site

CANARY = "sk-canary-4242"


@pytest.fixture
def database_threads() -> Iterator[None]:
    yield
    database.close()


def make(**more: Any) -> Provider:
    return Provider.objects.create(**{"name": "A", "base_url": "https://api.example/v1", "model": "m", "key": CANARY, **more})


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_threads")
async def test_a_site_gets_its_own_and_the_common_ones_in_their_order() -> None:
    def fill() -> tuple[int, int]:
        site, other = Site.objects.create(key="a", name="A"), Site.objects.create(key="b", name="B")
        for number, owner in ((3, None), (1, site), (2, other), (0, None)):
            make(name=str(number), position=number, site=owner)
        make(name="off", active=False)
        return site.pk, other.pk

    site, other = await database.write(fill)
    registry.forget()
    assert [provider.name for provider in await registry.providers_for(site)] == ["0", "1", "3"]
    assert [provider.name for provider in await registry.providers_for(other)] == ["0", "2", "3"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_threads")
async def test_the_snapshot_is_read_once_in_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    await database.write(make)
    first = await registry.providers_for(1)
    assert [provider.key for provider in first] == [CANARY]
    await database.write(Provider.objects.all().delete)
    assert await registry.providers_for(1) == first
    monkeypatch.setattr(registry, "REFRESH_SECONDS", 0)
    assert await registry.providers_for(1) == () and not await registry.any_provider()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_threads")
async def test_turns_that_ask_at_the_same_moment_share_one_query(monkeypatch: pytest.MonkeyPatch) -> None:
    reads, real = [], registry._refresh
    monkeypatch.setattr(registry, "_refresh", lambda: reads.append(1) or real())
    await asyncio.gather(*(registry.providers_for(1) for _ in range(50)))
    assert len(reads) == 1


@pytest.mark.django_db
def test_a_changed_base_url_forgets_the_key() -> None:
    provider = make()
    provider.base_url = "https://evil.example/v1"
    provider.save(update_fields=["base_url"])
    assert Provider.objects.get().key == ""


@pytest.mark.django_db
def test_a_key_given_with_the_new_base_url_stays_even_the_same_one() -> None:
    provider = Provider.objects.get(pk=make().pk)
    provider.base_url = "https://other.example/v1"
    provider.give_key(f" {CANARY}\n")
    provider.save()
    assert Provider.objects.get().key == CANARY
    provider.name = "B"
    provider.save()
    assert Provider.objects.get().key == CANARY


@pytest.mark.django_db
def test_the_key_is_not_readable_in_the_table(settings: Any) -> None:
    make()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM widget_provider")
        assert CANARY not in str(cursor.fetchall())
    assert CANARY not in repr(Provider.objects.get().settings())


@pytest.mark.django_db
def test_a_key_that_cannot_be_opened_is_kept_and_reported(settings: Any) -> None:
    make()
    old, settings.FIELD_KEY = settings.FIELD_KEY, "another"
    loaded = Provider.objects.get().settings()
    assert loaded.lost_key and loaded.key == ""
    Provider.objects.get().save()
    settings.FIELD_KEY = old
    assert Provider.objects.get().key == CANARY


@pytest.mark.django_db
def test_rotation_moves_every_secret_to_the_first_key(settings: Any) -> None:
    make(), make(key="")
    old, settings.FIELD_KEY = settings.FIELD_KEY, f"brand-new {settings.FIELD_KEY}"
    call_command("rotate_secrets", verbosity=0, stdout=StringIO())
    settings.FIELD_KEY = "brand-new"
    assert {provider.key for provider in Provider.objects.all()} == {CANARY, ""}
    settings.FIELD_KEY = old
    with pytest.raises(CommandError, match="1 secrets"):
        call_command("rotate_secrets", verbosity=0, stdout=StringIO())


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_threads", "model_clients")
async def test_answers_and_failures_are_noted(model_server: ModelServer) -> None:
    rows = [await database.write(lambda model=model: make(base_url=model_server.url, model=model)) for model in ("status:402", "echo")]
    await tell([row.settings() for row in rows])
    await asyncio.wait_for(health.settle(), 5)
    bad, good = await database.read(lambda: list(Provider.objects.order_by("pk")))
    assert bad.last_failure == "no_credit" and bad.last_failed_at and not bad.last_ok_at
    assert good.last_ok_at and not good.last_failed_at


@pytest.mark.parametrize(
    "typed",
    ["https://api.openai.com/v1", " https://api.openai.com/v1/ ", "https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1/chat/completions/"],
)
def test_a_base_url_is_taken_as_people_copy_it(typed: str) -> None:
    assert clean_base_url(typed) == "https://api.openai.com/v1"


@pytest.mark.parametrize("typed", ["http://localhost:11434/v1", "http://ollama:11434/v1", "http://[::1]:8080/v1", "http://192.168.1.5/v1"])
def test_a_model_may_run_at_home(typed: str) -> None:
    assert clean_base_url(typed) == typed


@pytest.mark.parametrize("typed", ["", "api.openai.com/v1", "ftp://x/v1", "https://u:p@x/v1", "https://x/v1?key=1", "https://x y/v1", "https://x:99999/v1"])
def test_what_is_no_base_url_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        clean_base_url(typed)


def test_every_error_has_its_own_code_and_a_sentence() -> None:
    kinds = [ProviderError, *ProviderError.__subclasses__()]
    assert len({kind.code for kind in kinds}) == len(kinds) == len({kind.__doc__ for kind in kinds})
    assert all(describe(kind.code) for kind in kinds) and describe("unheard of") == describe("failed")


def test_prices_are_per_million_tokens() -> None:
    assert ProviderSettings(1, "A", "http://x/v1", "m", price_in=1, price_out=2).cost(500_000, 250_000) == 1  # type: ignore[arg-type]


def test_the_openai_package_is_not_loaded_before_it_is_needed() -> None:
    program = "import django, sys; django.setup(); import widget.providers.failover; sys.exit('openai' in sys.modules or 'aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], env={**os.environ, "DJANGO_SETTINGS_MODULE": "chatsite.settings"}).returncode == 0
