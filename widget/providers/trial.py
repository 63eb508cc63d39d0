"""One short question to one provider, to show an owner whether it works. Called by admin.py on a request's own thread."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext

from widget.providers import wires
from widget.providers.breaker import breaker
from widget.providers.chat import ChatMessage, Delta, Dropped, Finished, Prompt, ProviderSettings
from widget.providers.errors import AllProvidersFailed
from widget.providers.failover import stream_answer


@dataclass(frozen=True, slots=True)
class TrialResult:
    """`code` is empty when it worked, else one of errors.py, with the provider's own words in `detail`."""

    text: str = ""
    first_token_ms: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal = Decimal(0)
    code: str = ""
    detail: str = ""


def try_provider(provider: ProviderSettings) -> TrialResult:
    """Streams one short answer, which the provider may charge for. Works however often it failed before; takes as long as a visitor would wait."""
    question = ChatMessage("user", gettext("Say hello in one short sentence."))
    # Number 0: what happens here is neither noted nor held against the provider.
    stranger = replace(provider, id=0)
    breaker.succeed(stranger)
    result = asyncio.run(_try(stranger, Prompt((question,))))
    breaker.succeed(stranger)
    if not result.code:
        breaker.succeed(provider)
    return result


async def _try(provider: ProviderSettings, prompt: Prompt) -> TrialResult:
    result, text = TrialResult(), ""
    try:
        async with aclosing(stream_answer([provider], prompt)) as events:
            async for event in events:
                if isinstance(event, Delta):
                    text += event.text
                elif isinstance(event, Dropped):
                    result = TrialResult(text, code=event.code, detail=event.detail)
                elif isinstance(event, Finished):
                    result = TrialResult(text, event.first_token_ms, event.tokens_in, event.tokens_out, event.cost)
    except AllProvidersFailed as failed:
        if not result.code:
            error = failed.failures[-1][1]
            result = TrialResult(code=error.code, detail=error.detail)
    finally:
        await wires.close_clients()
    return result
