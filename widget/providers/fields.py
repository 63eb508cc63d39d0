"""Which optional fields a request carries, and which ones a provider has already refused. Called by failover.py.

Compatible servers differ most here, so a refused field is left out for the rest of this process's life.
"""

from typing import Any

from widget.providers.chat import Prompt, ProviderSettings

# Newer models of OpenAI's own know the limit under this name only.
_RENAMED = {"max_tokens": "max_completion_tokens"}
_refused: dict[tuple[str, str], frozenset[str]] = {}


def choose_fields(provider: ProviderSettings, prompt: Prompt) -> dict[str, Any]:
    fields: dict[str, Any] = {"stream_options": {"include_usage": True}}
    limit = min((number for number in (provider.max_tokens, prompt.max_tokens) if number), default=0)
    if limit:
        fields["max_tokens"] = limit
    if provider.temperature is not None:
        fields["temperature"] = provider.temperature
    refused = _refused.get((provider.base_url, provider.model), frozenset())
    for old, new in _RENAMED.items():
        if old in refused and old in fields:
            fields[new] = fields[old]
    return {name: value for name, value in fields.items() if name not in refused}


def remember_refusal(provider: ProviderSettings, names: tuple[str, ...]) -> None:
    address = (provider.base_url, provider.model)
    _refused[address] = _refused.get(address, frozenset()) | frozenset(names)


def forget() -> None:
    """For tests."""
    _refused.clear()
