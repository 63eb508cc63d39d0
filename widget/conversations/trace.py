"""What happened inside one answer, so that the owner can see why it said that. Filled by answering/, kept with the turn, told by inbox/story.py.

Holds no word of the visitor: titles of entries, names of providers, numbers.
"""

import json
from dataclasses import dataclass
from typing import Any, Literal

LONGEST_TITLE = 80
# Who decided: a rule, the wish for a person, a model, the own knowledge, its asking back, nobody (passed on), or nothing since every attempt broke.
Decided = Literal["rule", "wish", "model", "knowledge", "asked", "nobody", "broken"]


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry that was found, and how sure the search was that it answers (0..1)."""

    title: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Call:
    """A provider that was asked: what came of it ("ok" or the code of the failure), after so many milliseconds."""

    provider: str
    model: str
    outcome: str
    ms: int


@dataclass(frozen=True, slots=True)
class Trace:
    decided: str
    found: tuple[Seen, ...] = ()
    calls: tuple[Call, ...] = ()
    ms: int = 0


def pack(trace: Trace) -> str:
    """As JSON for the turn's row: short keys and lists, since it is written with every answer."""
    found = [(one.title[:LONGEST_TITLE], round(one.confidence, 2)) for one in trace.found]
    calls = [(call.provider, call.model, call.outcome, call.ms) for call in trace.calls]
    return json.dumps({"d": trace.decided, "f": found, "c": calls, "ms": trace.ms}, ensure_ascii=False)


def unpack(stored: Any) -> Trace | None:
    """None for a turn of an earlier version, and for what is not a trace."""
    try:
        calls = tuple(Call(str(provider), str(model), str(outcome), int(ms)) for provider, model, outcome, ms in stored["c"])
        found = tuple(Seen(str(title), float(confidence)) for title, confidence in stored["f"])
        return Trace(str(stored["d"]), found, calls, int(stored["ms"]))
    except (KeyError, TypeError, ValueError):
        return None
