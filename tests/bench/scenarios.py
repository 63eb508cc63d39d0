"""What is measured on the server: each function is one scenario, runs relay and ours in turns on the same fake model, and returns rows of the table.

Called by __main__.py with a Bench. A round measures both sides right after each other; what is reported is the median over the rounds.
"""

import shutil
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.processes import Installation, Model, Program, Target, first_answer, start_relay, visit
from tests.bench.report import Row, middle
from tests.driver import Server
from tests.ports import free_port

LAG_LIMIT_MS = 250
Measured = dict[str, Any]
Measure = Callable[[Target], Measured]


@dataclass(slots=True)
class Bench:
    """What all scenarios share. `rounds`: how often each measurement is repeated; `quick`: short windows, for development."""

    model: Model
    relay: Target
    ours: Target
    folder: Path
    template: Installation
    running: Server
    rounds: int
    quick: bool
    commit_ms: float
    minutes: float = 30.0

    def seconds(self, window: float) -> float:
        return window / 3 if self.quick else window

    def both(self, measure: Measure, rounds: int = 0) -> tuple[list[Measured], list[Measured]]:
        """Relay's and our results, measured in turns; who begins changes."""
        seen: dict[str, list[Measured]] = {"relay": [], "ours": []}
        for number in range(rounds or self.rounds):
            for target in (self.relay, self.ours) if number % 2 == 0 else (self.ours, self.relay):
                seen[target.name].append(sound(measure(target), target))
        return seen["relay"], seen["ours"]

    @contextmanager
    def fresh(self, name: str, with_model: bool = True) -> Any:
        """A server of its own just started, for what depends on its past: ("relay" | "ours", and for ours with a provider or without)."""
        if name == "relay":
            program, target = start_relay(self.model)
            try:
                yield target
            finally:
                program.stop()
            return
        installation = self.installation("fresh", with_model)
        try:
            with installation.started() as target:
                yield target
        finally:
            shutil.rmtree(installation.folder)

    def installation(self, name: str, with_model: bool) -> Installation:
        shutil.rmtree(self.folder / name, ignore_errors=True)
        return Installation(self.folder / name, self.model if with_model else None, self.template)


def sound(result: Measured, target: Target) -> Measured:
    """A measurement in which visitors had trouble measures something else."""
    if result.get("trouble"):
        raise RuntimeError(f"{target.name}: {result['trouble']} visitors had trouble: {result['examples']}")
    if result.get("by_others"):
        raise RuntimeError(f"{target.name}: {result['by_others']} answers did not come from the model")
    return result


def listen(bench: Bench, count: int, rate: int, window: float, **wishes: Any) -> Measure:
    """Visitors who listen to long answers; their first moments are not counted."""
    ramp = wishes.setdefault("ramp", 1.0)
    settle = wishes.setdefault("settle", 1.0)
    bench.model.play(f"tokens:{int((ramp + settle + window + 6) * rate)}@{rate}+stamp")

    def measure(target: Target) -> Measured:
        result = visit(target, "stream", conversations=count, window=window, **wishes)
        result["cost"] = result["cpu"] / max(1, result["tokens"]) * 1e6
        result["arrived"] = result["tokens"] / (count * rate * result["seconds"])
        result["frames_per_token"] = result["frames"] / max(1, result["tokens"])
        return result

    return measure


def tokens(bench: Bench) -> list[Row]:
    rows = []
    for count, rate, goal, stretch in ((30, 30, 1.6, 1.2), (10, 100, 0.8, 0.6)):
        relay, ours = bench.both(listen(bench, count, rate, bench.seconds(8)))
        name = f"{count} x {rate} tokens/s"
        rows.append(Row(f"CPU per 1000 tokens, {name}", "ms", middle(ours, "cost"), middle(relay, "cost"), goal, stretch, of_relay=True))
        rows.append(Row(f"  lag p50, {name}", "ms", middle(ours, "lag_p50"), middle(relay, "lag_p50")))
        rows.append(Row(f"  lag p99, {name}", "ms", middle(ours, "lag_p99"), middle(relay, "lag_p99")))
        rows.append(Row(f"  frames per token, {name}", "", middle(ours, "frames_per_token"), middle(relay, "frames_per_token")))
    return rows


def streams(bench: Bench) -> list[Row]:
    """The most conversations at 30 tokens/s with p99 lag below the limit and nothing held back."""
    found = {"relay": 700.0 if not bench.quick else 500.0, "ours": 450.0 if not bench.quick else 300.0}

    def measure(target: Target) -> Measured:
        found[target.name] = most_streams(bench, target, int(found[target.name]))
        return {"most": found[target.name]}

    relay, ours = bench.both(measure, rounds=1 if bench.quick else 2)
    what = f"most streams at 30 tokens/s, p99 lag < {LAG_LIMIT_MS} ms"
    return [Row(what, "", middle(ours, "most"), middle(relay, "most"), 0.5, 0.75, of_relay=True, more_is_better=True)]


def most_streams(bench: Bench, target: Target, guess: int) -> int:
    """Steps of a quarter up or down from the guess, then two halvings of the gap."""
    carried, failed = 0, 0
    count = guess
    while not (carried and failed):
        if _carries(bench, target, count):
            carried, count = count, int(count * 1.25)
        else:
            failed, count = count, int(count / 1.25)
        if count < 10:
            return 0
    for _ in range(1 if bench.quick else 2):
        count = (carried + failed) // 2
        carried, failed = (count, failed) if _carries(bench, target, count) else (carried, count)
    return carried


def _carries(bench: Bench, target: Target, count: int) -> bool:
    """A failed trial gets a second one: a machine shared with others stumbles now and then."""
    for _ in range(1 if bench.quick else 2):
        measure = listen(bench, count, 30, 2.0 if bench.quick else 4.0, ramp=count / 150, settle=1.5)
        result = measure(target)
        seen = f"p99 {result['lag_p99']:.0f} ms, {result['arrived']:.0%} arrived, the visitors' own CPU {result['load']:.0%}"
        print(f"    {target.name} {count}: {seen}", flush=True)
        if 0 <= result["lag_p99"] < LAG_LIMIT_MS and result["arrived"] > 0.97 and not result["trouble"]:
            return True
    return False


def first_token(bench: Bench) -> list[Row]:
    """From the question to its first word, which the model sends at once: all of it is added by the server."""
    rows = []
    for count, script, every in ((1, "tokens:5@30+stamp", 0.25), (50, "tokens:20@30+stamp", 4.0), (200, "tokens:20@30+stamp", 4.0)):
        bench.model.play(script)
        relay, ours = bench.both(
            lambda target, count=count, every=every: visit(target, "ask", conversations=count, every=every, settle=3.0, window=bench.seconds(10))
        )
        held = {"goal": 3.0, "stretch": 2.0, "of_relay": True, "allowance": bench.commit_ms} if count == 200 else {}
        rows.append(Row(f"first token added p50, {count} conversations", "ms", middle(ours, "first_p50"), middle(relay, "first_p50"), **held))
        rows.append(Row("  p99", "ms", middle(ours, "first_p99"), middle(relay, "first_p99")))
    return rows


def replies(bench: Bench) -> list[Row]:
    """Short answers one after another: what a whole message costs. Ours stores both, reads the talk so far and searches the demo shop's knowledge."""
    bench.model.play("tokens:5")

    def measure(target: Target) -> Measured:
        result = visit(target, "ask", conversations=50, settle=2.0, window=bench.seconds(8))
        return result | {"per_second": result["answers"] / result["seconds"], "cost": result["cpu"] * 1000 / max(1, result["answers"])}

    relay, ours = bench.both(measure)
    what = "5-token replies per second, 50 conversations, both messages committed"
    return [
        Row(what, "1/s", middle(ours, "per_second"), middle(relay, "per_second"), 0.2, 0.3, of_relay=True, more_is_better=True),
        Row("  CPU per reply", "ms", middle(ours, "cost"), middle(relay, "cost")),
        Row("  acknowledged p50", "ms", middle(ours, "acknowledged_p50"), middle(relay, "acknowledged_p50")),
    ]


def idle(bench: Bench) -> list[Row]:
    steps = (200, 1000) if bench.quick else (1000, 5000)
    seen: dict[str, Measured] = {}
    for name in ("relay", "ours"):
        with bench.fresh(name) as target:
            seen[name] = sound(visit(target, "idle", steps=steps, window=bench.seconds(10)), target)
    rows = []
    for place, step in enumerate(steps, 1):
        held = {"goal": 24.0, "stretch": 20.0} if step == 5000 else {}
        rows.append(Row(f"memory per idle visitor at {step}", "KiB", each(seen["ours"], place), each(seen["relay"], place), **held))
    busy = {name: result["cpu"] / result["seconds"] * 100 for name, result in seen.items()}
    rows.append(Row(f"  CPU while {steps[-1]} are idle", "%", busy["ours"], busy["relay"]))
    return rows


def each(result: Measured, place: int) -> float:
    (_, before), (count, after) = result["memory"][0], result["memory"][place]
    return float((after - before) / count / 1024)


def crowd(bench: Bench) -> list[Row]:
    """The path of a token while thousands of others are connected and silent; what their being there costs by itself is taken off."""
    count = 1000 if bench.quick else 5000
    alone: list[Measured] = []
    among: list[Measured] = []
    with bench.fresh("ours") as target:
        silent = visit(target, "stream", idle=count, conversations=1, window=bench.seconds(8))
        for _ in range(bench.rounds):
            alone.append(listen(bench, 30, 30, bench.seconds(8))(target))
            among.append(listen(bench, 30, 30, bench.seconds(8), idle=count)(target))
    for result in among:
        result["cost"] = (result["cpu"] - silent["cpu"] / silent["seconds"] * result["seconds"]) / max(1, result["tokens"]) * 1e6
    share = middle(among, "cost") / middle(alone, "cost")
    return [
        Row(f"CPU per 1000 tokens with {count} idle others, against none", "x", share, None, 1.1),
        Row("  lag p99 with them", "ms", middle(among, "lag_p99"), None),
    ]


def small(bench: Bench) -> list[Row]:
    """The whole product on the smallest machine: one process with its jobs and the model's client, 200 visitors who all read an answer at once."""
    with bench.fresh("ours") as target:
        sound(listen(bench, 200, 30, bench.seconds(12), ramp=4.0)(target), target)
        return [Row("most memory with 200 visitors who all read an answer", "MiB", target.peak() / 2**20, None, 256.0)]


def start(bench: Bench) -> list[Row]:
    """From the command to the first visitor's first answer, and the memory then."""
    seen: dict[str, list[Measured]] = {"relay": [], "without": [], "with": []}
    bench.model.play("tokens:5")
    for _ in range(2 if bench.quick else 5):
        seen["relay"].append(_start_relay(bench))
        for name, with_model in (("without", False), ("with", True)):
            seen[name].append(_start_ours(bench, with_model))
    answered, relay = "cold start to the first answer", middle(seen["relay"], "answered")
    return [
        Row("memory after start, no provider", "MiB", middle(seen["without"], "rss"), middle(seen["relay"], "rss"), 90.0, 75.0),
        Row("  after the first answer, no provider", "MiB", middle(seen["without"], "rss_after"), None),
        Row("  with a provider, after the first answer", "MiB", middle(seen["with"], "rss_after"), None),
        Row(f"{answered}, no provider", "s", middle(seen["without"], "answered"), relay, 2.0, 1.0),
        Row(f"{answered}, with a provider", "s", middle(seen["with"], "answered"), relay, 2.0, 1.0),
    ]


def _start_relay(bench: Bench) -> Measured:
    port, started = free_port(), list[tuple[Program, Target]]()
    try:
        result: Measured = dict(first_answer(port, "/", lambda: started.append(start_relay(bench.model, port))))
        return result | {"rss": started[0][1].rss() / 2**20}
    finally:
        for program, _ in started:
            program.stop()


def _start_ours(bench: Bench, with_model: bool) -> Measured:
    installation = bench.installation("cold", with_model)
    port = installation.server.port = free_port()
    try:
        with installation.started() as target:
            memory = target.rss()
        result: Measured = dict(first_answer(port, target.path, installation.start))
        return result | {"rss": memory / 2**20, "rss_after": installation.target().rss() / 2**20}
    finally:
        installation.stop()
