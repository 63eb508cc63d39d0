"""Keeps a provider that fails again and again from costing every visitor its timeout. Called by failover.py; each process has its own.

Five failures in a row open it; then one question in thirty seconds is let through as a probe, and the first success closes it.
A provider whose settings were changed starts afresh, since the settings are the key.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from widget.providers.chat import ProviderSettings

FAILURES = 5
PROBE_SECONDS = 30.0


@dataclass(slots=True)
class _State:
    failures: int = 0
    probed_at: float = 0.0


class Breaker:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._states: dict[ProviderSettings, _State] = {}

    def admits(self, provider: ProviderSettings) -> bool:
        """Whether to ask the provider now. Saying yes while open uses up the probe."""
        state = self._states.get(provider)
        if state is None or state.failures < FAILURES:
            return True
        now = self._clock()
        if now - state.probed_at < PROBE_SECONDS:
            return False
        state.probed_at = now
        return True

    def is_open(self, provider: ProviderSettings) -> bool:
        """Whether it is left alone for a while. Asking uses up nothing."""
        state = self._states.get(provider)
        return state is not None and state.failures >= FAILURES

    def succeed(self, provider: ProviderSettings) -> None:
        self._states.pop(provider, None)

    def fail(self, provider: ProviderSettings) -> None:
        """Also the time of a failure counts as a probe: the next one is thirty seconds later."""
        state = self._states.setdefault(provider, _State())
        state.failures += 1
        state.probed_at = self._clock()

    def reset(self) -> None:
        self._states.clear()


breaker = Breaker()
