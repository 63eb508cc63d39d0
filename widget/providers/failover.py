"""Asks the providers in their order until one answers to the end. Called by the turn runner and by the admin's connection test.

What a failed attempt had shown is withdrawn by a `Dropped`, then the next provider begins anew. Visitors wait for a first word at most
PROVIDER_HANDOFF_SECONDS over all providers, so each gets what the ones behind it can spare. An attempt in which this process itself stood still
says nothing about the provider: it is not counted, and the same provider is asked once more.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from django.conf import settings

from widget.lib import metrics
from widget.lib.standstill import standstill
from widget.providers import health
from widget.providers.breaker import breaker
from widget.providers.chat import Attempt, Delta, Dropped, Ending, Event, Finished, Limits, Prompt, ProviderSettings
from widget.providers.errors import AllProvidersFailed, LostKeyError, OversleptError, PausedError, ProviderError, RejectedError
from widget.providers.fields import choose_fields, remember_refusal
from widget.providers.wires import load_wire

log = logging.getLogger(__name__)
calls = metrics.counter("kanal_provider_calls_total", "Requests to a model provider, by its name in the admin.", ["provider"])
failures = metrics.counter("kanal_provider_failures_total", "Attempts that failed, by provider and code.", ["provider", "code"])
CALLS = 4
# For the cost of answers whose provider counts nothing.
CHARACTERS_PER_TOKEN = 4
# What a model at work needs at least for its first word.
FIRST_SECONDS = 5.0


async def stream_answer(providers: Sequence[ProviderSettings], prompt: Prompt) -> AsyncGenerator[Event]:
    """One answer: for each attempt an Attempt, its Deltas, then Finished, or Dropped and the next. Raises AllProvidersFailed after the last.

    Close it early (`aclosing`) and the provider's connection closes too.
    """
    for wire in {provider.wire for provider in providers}:
        await load_wire(wire)
    answer = _Answer(prompt)
    waiting = [provider for provider in providers if answer.admit(provider)]
    while waiting and not answer.is_over():
        provider, asleep = waiting.pop(0), standstill.seconds
        yield Attempt(provider)
        try:
            async with aclosing(answer.ask(provider, len(waiting))) as events:
                async for event in events:
                    yield event
            return
        except ProviderError as problem:
            error = problem if standstill.seconds == asleep else OversleptError(problem.code)
            if answer.note(provider, error):
                waiting.insert(0, provider)
            yield Dropped(provider, error.code, error.detail)
    raise AllProvidersFailed(tuple(answer.failures))


class _Answer:
    """What is counted across the attempts of one answer."""

    def __init__(self, prompt: Prompt) -> None:
        self._prompt, self._calls = prompt, 0
        self._started = asyncio.get_running_loop().time()
        self._overslept = False
        self.failures: list[tuple[ProviderSettings, ProviderError]] = []

    def admit(self, provider: ProviderSettings) -> bool:
        if provider.lost_key:
            self.note(provider, LostKeyError())
            return False
        if not breaker.admits(provider):
            self.failures.append((provider, PausedError()))
            return False
        return True

    def note(self, provider: ProviderSettings, error: ProviderError) -> bool:
        """Whether the provider is to be asked again, and as if the question came only now: we stood still ourselves."""
        log.warning("Provider %s failed: %s", provider.name, error.code)
        self.failures.append((provider, error))
        if isinstance(error, OversleptError):
            again, self._overslept = not self._overslept, True
            if again:
                self._started = asyncio.get_running_loop().time()
            return again
        if error.fault:
            breaker.fail(provider)
        failures.inc(provider.name, error.code)
        health.note_failure(provider.id, error.code)
        return False

    def _elapsed(self) -> float:
        return asyncio.get_running_loop().time() - self._started

    def is_over(self) -> bool:
        return self._calls >= CALLS or self._elapsed() >= settings.PROVIDER_TOTAL_SECONDS

    def _limits(self, followers: int) -> Limits:
        spare = settings.PROVIDER_HANDOFF_SECONDS - self._elapsed() - FIRST_SECONDS * followers
        first = min(settings.PROVIDER_FIRST_BYTE_SECONDS, max(FIRST_SECONDS, spare))
        return Limits(settings.PROVIDER_CONNECT_SECONDS, first, settings.PROVIDER_IDLE_SECONDS, self._started + settings.PROVIDER_TOTAL_SECONDS)

    async def ask(self, provider: ProviderSettings, followers: int) -> AsyncGenerator[Event]:
        """One provider's answer, asked again once if it refuses a field it can do without. Raises ProviderError."""
        for last in (False, True):
            try:
                async with aclosing(self._call(provider, followers)) as events:
                    async for event in events:
                        yield event
            except RejectedError as error:
                if last or not error.fields or self._calls >= CALLS:
                    raise
                remember_refusal(provider, error.fields)
            else:
                return

    async def _call(self, provider: ProviderSettings, followers: int) -> AsyncGenerator[Event]:
        wire = await load_wire(provider.wire)
        self._calls += 1
        calls.inc(provider.name)
        fields, limits, ending = choose_fields(provider, self._prompt), self._limits(followers), Ending()
        started, first_token_ms, left = time.monotonic(), 0, settings.ANSWER_CHARACTERS
        async with aclosing(wire.stream_chat(provider, fields, self._prompt, limits, ending)) as deltas:
            async for delta in deltas:
                first_token_ms = first_token_ms or max(1, round((time.monotonic() - started) * 1000))
                left -= len(delta.text)
                if left < 0:
                    ending.reason = "length"
                    if delta.text[:left]:
                        yield Delta(delta.text[:left])
                    break
                yield delta
        breaker.succeed(provider)
        health.note_success(provider.id)
        yield self._finish(provider, ending, settings.ANSWER_CHARACTERS - max(left, 0), first_token_ms)

    def _finish(self, provider: ProviderSettings, ending: Ending, characters: int, first_token_ms: int) -> Finished:
        asked = sum(len(message.content) for message in self._prompt.messages)
        estimated = ending.tokens_in is None or ending.tokens_out is None
        tokens_in = asked // CHARACTERS_PER_TOKEN + 1 if ending.tokens_in is None else ending.tokens_in
        tokens_out = characters // CHARACTERS_PER_TOKEN + 1 if ending.tokens_out is None else ending.tokens_out
        cost = provider.cost(tokens_in, tokens_out)
        return Finished(provider, tokens_in, tokens_out, cost, first_token_ms, estimated, ending.reason == "length")
