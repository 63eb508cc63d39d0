"""What this process counts, and how Prometheus reads it (text exposition format 0.0.4). Anybody may count; ops/health.py shows it at /metrics.

Series are made once, at the top of the module that counts, named `kanal_...`. Label values are kinds (a state, a code, a provider's name), never
anything a visitor wrote: each series keeps at most SERIES_KEPT combinations, what comes later is counted together as "other".
"""

import logging
import math
import threading
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

log = logging.getLogger(__name__)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SERIES_KEPT = 200
LABEL_CHARACTERS = 80
Labels = tuple[str, ...]
# A number, or one for each label: its value, or a tuple of values where there are several labels.
Reading = float | Mapping[Any, float]
Made = TypeVar("Made", "Counter", "Gauge", "Histogram")
_registry: "dict[str, Counter | Gauge | Histogram]" = {}


class _Series(ABC):
    """The values of one name by its labels. Both the event loop and database threads count, so each step is under a lock (some 50 ns)."""

    kind = ""

    def __init__(self, name: str, help_text: str, labels: Sequence[str]) -> None:
        if name in _registry:
            raise ValueError(f"Two series are named {name}.")
        self.name, self.help, self.labels = name, help_text, tuple(labels)
        self._lock = threading.Lock()

    def _key(self, values: Labels, kept: int) -> Labels:
        """The labels a new combination is counted under; called once per combination."""
        if len(values) != len(self.labels):
            raise ValueError(f"{self.name} has the labels {self.labels}, not {values}.")
        return values if kept < SERIES_KEPT else ("other",) * len(values)

    @abstractmethod
    def samples(self) -> Iterator[str]:
        """The lines of the values, one each."""

    def text(self) -> Iterator[str]:
        yield f"# HELP {self.name} {_escaped(self.help)}"
        yield f"# TYPE {self.name} {self.kind}"
        yield from self.samples()

    def _sample(self, values: Labels, value: float, suffix: str = "", extra: str = "") -> str:
        pairs = [f'{label}="{_escaped(str(said)[:LABEL_CHARACTERS], quotes=True)}"' for label, said in zip(self.labels, values, strict=True)]
        inside = ",".join([*pairs, extra] if extra else pairs)
        return f"{self.name}{suffix}{{{inside}}} {_number(value)}" if inside else f"{self.name}{suffix} {_number(value)}"


class Counter(_Series):
    """Only goes up. `inc` costs well under a microsecond."""

    kind = "counter"

    def __init__(self, name: str, help_text: str, labels: Sequence[str] = ()) -> None:
        super().__init__(name, help_text, labels)
        self._values: dict[Labels, float] = {} if labels else {(): 0}

    def inc(self, *values: str, by: float = 1) -> None:
        with self._lock:
            if values in self._values:
                self._values[values] += by
            else:
                key = self._key(values, len(self._values))
                self._values[key] = self._values.get(key, 0) + by

    def value(self, *values: str) -> float:
        return self._values.get(values, 0)

    def samples(self) -> Iterator[str]:
        with self._lock:
            found = sorted(self._values.items())
        return (self._sample(values, value) for values, value in found)


class Gauge(_Series):
    """Asked when somebody looks, on the event loop: `read` looks into memory only and gives a number, or one for each label."""

    kind = "gauge"

    def __init__(self, name: str, help_text: str, read: Callable[[], Reading], labels: Sequence[str] = ()) -> None:
        super().__init__(name, help_text, labels)
        # What the system counts for us, such as processor time.
        self.kind = "counter" if name.endswith("_total") else "gauge"
        self._read = read

    def samples(self) -> Iterator[str]:
        reading = self._read()
        if not isinstance(reading, Mapping):
            return iter([self._sample((), reading)])
        found = [((key,) if isinstance(key, str) else tuple(key), value) for key, value in reading.items()]
        return (self._sample(values, value) for values, value in sorted(found)[:SERIES_KEPT])


class Histogram(_Series):
    """How values are spread: `buckets` are their upper bounds, rising, in the base unit (seconds, bytes)."""

    kind = "histogram"

    def __init__(self, name: str, help_text: str, buckets: Sequence[float], labels: Sequence[str] = ()) -> None:
        super().__init__(name, help_text, labels)
        self._bounds = sorted(buckets)
        self._values: dict[Labels, list[float]] = {} if labels else {(): self._empty()}

    def _empty(self) -> list[float]:
        """A count for each bucket and for what lies above the last, then the sum."""
        return [0.0] * (len(self._bounds) + 2)

    def observe(self, value: float, *values: str) -> None:
        with self._lock:
            kept = self._values.get(values)
            if kept is None:
                kept = self._values.setdefault(self._key(values, len(self._values)), self._empty())
            kept[bisect_left(self._bounds, value)] += 1
            kept[-1] += value

    def count(self, *values: str) -> float:
        return sum(self._values.get(values, [0.0])[:-1])

    def samples(self) -> Iterator[str]:
        with self._lock:
            found = sorted((values, list(kept)) for values, kept in self._values.items())
        for values, kept in found:
            below = 0.0
            for bound, count in zip([*map(_number, self._bounds), "+Inf"], kept[:-1], strict=True):
                below += count
                yield self._sample(values, below, "_bucket", f'le="{bound}"')
            yield self._sample(values, kept[-1], "_sum")
            yield self._sample(values, below, "_count")


def counter(name: str, help_text: str, labels: Sequence[str] = ()) -> Counter:
    return _kept(Counter(name, help_text, labels))


def gauge(name: str, help_text: str, read: Callable[[], Reading], labels: Sequence[str] = ()) -> Gauge:
    return _kept(Gauge(name, help_text, read, labels))


def histogram(name: str, help_text: str, buckets: Sequence[float], labels: Sequence[str] = ()) -> Histogram:
    return _kept(Histogram(name, help_text, buckets, labels))


def render() -> str:
    """Everything counted so far, for a scraper. A series that cannot be read is left out and logged; the others are still worth having."""
    lines: list[str] = []
    for name in sorted(_registry):
        try:
            lines += _registry[name].text()
        except Exception:
            log.exception("The series %s could not be read", name)
    return "\n".join(lines) + "\n"


def _kept(made: Made) -> Made:
    _registry[made.name] = made
    return made


def _escaped(text: str, quotes: bool = False) -> str:
    text = text.replace("\\", r"\\").replace("\n", r"\n")
    return text.replace('"', r"\"") if quotes else text


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
