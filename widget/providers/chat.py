"""Our own words for asking a model and for what comes back: no object of a provider's package travels further than its wire.

Built by registry.py (ProviderSettings) and answering/ (Prompt); the events are what failover.py tells the turn runner.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class ChatMessage:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """`max_tokens` 0 leaves the length to the provider."""

    messages: tuple[ChatMessage, ...]
    max_tokens: int = 0


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """One row of the provider table with its key opened. Prices are USD per million tokens; `lost_key`: a key is stored but could not be opened."""

    id: int
    name: str
    base_url: str
    model: str
    key: str = field(default="", repr=False)
    wire: str = "chat"
    price_in: Decimal = Decimal(0)
    price_out: Decimal = Decimal(0)
    max_tokens: int = 0
    temperature: float | None = None
    lost_key: bool = False

    def __str__(self) -> str:
        return self.name

    def cost(self, tokens_in: int, tokens_out: int) -> Decimal:
        return (self.price_in * tokens_in + self.price_out * tokens_out) / 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds a wire may wait: to connect, for the first sign of an answer, between two signs; `deadline` is the loop's time by which all must be over."""

    connect: float
    first: float
    idle: float
    deadline: float


@dataclass(slots=True)
class Ending:
    """What a wire learns besides the text. `reason` is the provider's finish_reason, None when the stream ended without; tokens are None when not told."""

    reason: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A provider is asked now."""

    provider: ProviderSettings


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of the answer, one for each network read."""

    text: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """The attempt failed: what was shown of it is withdrawn. `detail` is for the owner only."""

    provider: ProviderSettings
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer is complete. Tokens are the provider's count, or our estimate where it gave none (`estimated`). `shortened`: a limit ended it."""

    provider: ProviderSettings
    tokens_in: int
    tokens_out: int
    cost: Decimal
    first_token_ms: int
    estimated: bool = False
    shortened: bool = False


Event = Attempt | Delta | Dropped | Finished
