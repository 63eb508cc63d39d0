"""Short patience for all tests of providers, and a collector for answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.fakes.model_server import ModelServer
from widget.providers.chat import Attempt, ChatMessage, Delta, Dropped, Event, Finished, Prompt, ProviderSettings
from widget.providers.failover import stream_answer

QUESTION = Prompt((ChatMessage("system", "Jawab singkat."), ChatMessage("user", "Ada kaos merah?")), max_tokens=200)


@pytest.fixture(autouse=True)
def short_patience(settings: Any) -> None:
    settings.PROVIDER_CONNECT_SECONDS = 2
    settings.PROVIDER_FIRST_BYTE_SECONDS = 0.6
    settings.PROVIDER_IDLE_SECONDS = 0.6
    settings.PROVIDER_HANDOFF_SECONDS = 2
    settings.PROVIDER_TOTAL_SECONDS = 6


def make_provider(server: ModelServer, model: str, **more: Any) -> ProviderSettings:
    return ProviderSettings(**{"id": 0, "name": model[:20], "base_url": server.url, "model": model, "key": "sk-canary-12345678", **more})


@dataclass
class Told:
    """What a visitor would have seen: `shown` now, and what was `withdrawn` before."""

    events: list[Event] = field(default_factory=list)
    shown: str = ""
    withdrawn: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    @property
    def finished(self) -> Finished:
        assert isinstance(self.events[-1], Finished)
        return self.events[-1]


async def tell(providers: Sequence[ProviderSettings], told: Told | None = None, prompt: Prompt = QUESTION) -> Told:
    told = told or Told()
    async for event in stream_answer(providers, prompt):
        told.events.append(event)
        if isinstance(event, Attempt):
            assert not told.shown, "an attempt began over text of another one"
        elif isinstance(event, Delta):
            assert event.text, "an empty delta"
            told.shown += event.text
        elif isinstance(event, Dropped):
            told.withdrawn.append(told.shown)
            told.codes.append(event.code)
            told.shown = ""
    return told
