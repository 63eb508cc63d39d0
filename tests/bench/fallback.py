"""What the way around costs where WebSockets are refused: the path of a token and an idle visitor, over streams and over sockets in turns.

Scenarios of __main__.py, as those of scenarios.py.
"""

from dataclasses import replace

from tests.bench.processes import Target, visit
from tests.bench.report import Row, middle
from tests.bench.scenarios import Bench, Measured, each, listen, sound


def fallback(bench: Bench) -> list[Row]:
    rows = []
    for count, rate in ((30, 30), (10, 100)):
        measure = listen(bench, count, rate, bench.seconds(8))
        seen: dict[str, list[Measured]] = {"socket": [], "stream": []}
        for number in range(bench.rounds):
            for way in ("socket", "stream") if number % 2 == 0 else ("stream", "socket"):
                seen[way].append(sound(measure(_by(bench.ours, way)), bench.ours))
        share = middle(seen["stream"], "cost") / middle(seen["socket"], "cost")
        name = f"{count} x {rate} tokens/s over streams"
        rows.append(Row(f"CPU per 1000 tokens, {name}", "ms", middle(seen["stream"], "cost")))
        rows.append(Row("  against sockets", "x", share))
        rows.append(Row(f"  lag p99, {name}", "ms", middle(seen["stream"], "lag_p99")))
    return [*rows, *_idle(bench)]


def _idle(bench: Bench) -> list[Row]:
    step = 500 if bench.quick else 2000
    rows = []
    for way in ("socket", "stream"):
        with bench.fresh("ours") as target:
            held = sound(visit(_by(target, way), "idle", steps=(step,), window=1.0), target)
        rows.append(Row(f"memory per idle visitor at {step}, over a {way}", "KiB", each(held, 1)))
    return rows


def _by(target: Target, way: str) -> Target:
    return target if way == "socket" else replace(target, path=target.path.removeprefix("/ws"))
