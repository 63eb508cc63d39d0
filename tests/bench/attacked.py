"""Bad days: one bad client beside good ones, twice the streams the server can carry, and half an hour of visitors coming and going. Called by __main__.py."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.processes import SITE, Target, visit
from tests.bench.report import Row, middle
from tests.bench.scenarios import Bench, Measured, most_streams, sound
from tests.driver import ROOT

# The attackers of tests/fakes/attackers.py, each again and again for as long as its neighbours are measured.
BAD_CLIENTS = {
    "a slow reader": ("never_read",),
    "a slow reader of pages": ("never_read_http",),
    "a flood of messages": ("flood",),
    "big bodies": ("bodies",),
    "bad frames": ("frames",),
}
TOKENS, RATE = 150, 30


def bad_client(bench: Bench) -> list[Row]:
    """Visitors ask and hear short answers, alone and with one bad client beside them."""
    rows = []
    with bench.fresh("ours") as target:
        bench.model.play("tokens:10@30+stamp")

        def talk() -> Measured:
            return sound(visit(target, "ask", conversations=20, every=1.0, settle=2.0, window=bench.seconds(12)), target)

        talk()
        for name, attacker in BAD_CLIENTS.items():
            alone, among, cost = list[Measured](), list[Measured](), list[float]()
            for _ in range(bench.rounds):
                alone.append(talk())
                before = target.rss()
                with _attack(target, attacker):
                    among.append(talk())
                    cost.append((target.peak() - before) / 1e6)
            moved = max(middle(among, key) - middle(alone, key) for key in ("acknowledged_p99", "lag_p99"))
            rows.append(Row(f"{name} beside: a neighbour's p99 moves by", "ms", moved, None, 200.0, 100.0))
            rows.append(Row("  and it costs", "MB", max(cost), None, 10.0, 5.0))
    return rows


@contextmanager
def _attack(target: Target, attacker: Sequence[str]) -> Iterator[None]:
    again = f"while True: subprocess.run({[sys.executable, '-m', 'tests.fakes.attackers', attacker[0], f'{target.port}/{SITE}', *attacker[1:]]!r}, stdout=-3)"
    # From now on `target.peak()` is the most since the attack began.
    Path(f"/proc/{target.pid}/clear_refs").write_text("5")
    process = subprocess.Popen([sys.executable, "-c", f"import subprocess\n{again}"], cwd=ROOT, process_group=0)
    try:
        yield
        if process.poll() is not None:
            raise RuntimeError("the bad client ended by itself")
    finally:
        subprocess.run(["kill", "-9", "--", f"-{process.pid}"], check=False)
        process.wait()


def overload(bench: Bench) -> list[Row]:
    """Twice the streams that ours can carry, on both: every token must come, and nobody may wait much longer for the next one than with the relay."""
    count = 2 * most_streams(bench, bench.ours, 200 if bench.quick else 400)
    bench.model.play(f"tokens:{TOKENS}@{RATE}+stamp")

    def endure(target: Target) -> Measured:
        result = visit(target, "endure", conversations=count, ramp=count / 150, window=200.0)
        return result | {"lost": count * TOKENS - result["tokens"]}

    relay, ours = bench.both(endure)
    return [
        Row(
            f"longest gap, {count} streams (twice what ours carries)",
            "ms",
            middle(ours, "longest_gap"),
            middle(relay, "longest_gap"),
            1.5,
            1.0,
            of_relay=True,
        ),
        Row("  tokens lost", "", max(one["lost"] for one in ours), max(one["lost"] for one in relay), 0.0),
        Row("  lag p99", "ms", middle(ours, "lag_p99"), middle(relay, "lag_p99")),
    ]


def soak(bench: Bench) -> list[Row]:
    """200 visitors at any time who come, say something long, hear an answer and go."""
    bench.model.play("tokens:40@40")
    with bench.fresh("ours") as target:
        result = sound(visit(target, "churn", conversations=200, window=bench.minutes * 60), target)
    return soak_rows(result, bench.minutes)


def soak_rows(result: dict[str, Any], minutes: float) -> list[Row]:
    """The first third of the time is the warm-up."""
    samples = result["samples"][len(result["samples"]) // 3 :]
    hours = [(at - samples[0][0]) / 3600 for at, *_ in samples]
    memory = [rss / 1e6 for _, rss, _, _ in samples]
    held = 1.0 if minutes >= 30 else None
    return [
        Row(f"memory slope over {minutes:g} minutes of 200 churning sockets", "MB/h", slope(hours, memory), None, held),
        Row("  visits", "", float(result["visits"])),
        Row("  memory at the end", "MB", memory[-1]),
        Row("  open files more at the end than after the warm-up, median of a minute", "", _rise([fds for _, _, fds, _ in samples])),
        Row("  threads more", "", _rise([threads for *_, threads in samples])),
    ]


def slope(times: Sequence[float], values: Sequence[float]) -> float:
    """Least squares."""
    mean_time, mean_value = sum(times) / len(times), sum(values) / len(values)
    spread = sum((at - mean_time) ** 2 for at in times)
    return sum((at - mean_time) * (value - mean_value) for at, value in zip(times, values, strict=True)) / spread if spread else 0.0


def _rise(counts: Sequence[int]) -> float:
    part = min(60, len(counts) // 2 or 1)
    return float(sorted(counts[-part:])[part // 2] - sorted(counts[:part])[part // 2])
