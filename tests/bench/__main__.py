"""`python -m tests.bench [--quick] [NAME ...]`: measures, prints the table of DESIGN section 7 and writes it to DATA_DIR/bench.json."""

import argparse
import json
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.bench import attacked, beside, browser, fallback, finding, inbox, machine, scaled, scenarios
from tests.bench.processes import Installation, Model, data_folder, start_relay
from tests.bench.report import Row, as_json, table
from tests.bench.scenarios import Bench

SCENARIOS: dict[str, Callable[[Bench], list[Row]]] = {
    "bytes": browser.widget_bytes,
    "page": browser.page_cost,
    "tokens": scenarios.tokens,
    "streams": scenarios.streams,
    "first": scenarios.first_token,
    "replies": scenarios.replies,
    "idle": scenarios.idle,
    "crowd": scenarios.crowd,
    "fallback": fallback.fallback,
    "small": scenarios.small,
    "start": scenarios.start,
    "search": beside.search,
    "finding": finding.finding,
    "reading": beside.reading,
    "badclient": attacked.bad_client,
    "overload": attacked.overload,
    "soak": attacked.soak,
    "redis": scaled.redis,
    "processes": scaled.processes,
    "inbox": inbox.inbox,
    "listing": inbox.listing,
}


def main() -> int:
    chosen = read_arguments(sys.argv[1:])
    # Told to stop, it still ends the programs it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    before = machine.look()
    folder = data_folder() / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        rows = measure(folder, chosen.names or list(SCENARIOS), chosen.quick, chosen.minutes or (3.0 if chosen.quick else 30.0))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    state = machine.describe(before, machine.look())
    print(f"\n{table(rows)}\n\n{_machine(state)}")
    result = data_folder() / "bench.json"
    result.write_text(json.dumps({"at": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "quick": chosen.quick, "machine": state, "rows": as_json(rows)}, indent=1))
    print(f"Written to {result}")
    return 1 if any(row.met == "NO" for row in rows) else 0


def read_arguments(given: Sequence[str]) -> argparse.Namespace:
    arguments = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="short windows and one round: for development, not for comparing")
    names = f"one of {', '.join(SCENARIOS)}; all when none is named"
    arguments.add_argument("names", nargs="*", type=_known, metavar="NAME", help=names)
    arguments.add_argument("--minutes", type=float, help="how long the soak lasts (30, with --quick 3)")
    return arguments.parse_args(given)


def _known(name: str) -> str:
    # Not by `choices`: Python 3.11 looks for the empty list among them when no name is given.
    if name not in SCENARIOS:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(SCENARIOS)}")
    return name


def measure(folder: Path, names: list[str], quick: bool, minutes: float) -> list[Row]:
    commit_ms = machine.commit_milliseconds(folder)
    rows = [Row("one commit of this disk (fsync), p50", "ms", commit_ms)]
    with ExitStack() as started:
        model = Model()
        started.callback(model.program.stop)
        program, relay = start_relay(model)
        started.callback(program.stop)
        template = Installation(folder / "template", None)
        running = Installation(folder / "running", model, template)
        ours = started.enter_context(running.started())
        bench = Bench(model, relay, ours, folder, template, running.server, 1 if quick else 3, quick, commit_ms, minutes)
        for name in names:
            began = time.monotonic()
            print(f"{name} ...", flush=True)
            found = SCENARIOS[name](bench)
            print(f"{table(found)}\n  ({time.monotonic() - began:.0f} s)", flush=True)
            rows += found
    return rows


def _machine(state: dict[str, float]) -> str:
    shares = ("busy", "used_by_others", "stolen", "a_task_waited_for_a_cpu")
    told = ", ".join(f"{name.replace('_', ' ')} {state[name]:.0%}" for name in shares)
    return f"The machine: {state['cores']:.0f} cores, load {state['load_average']:.1f}, {state['minutes']:.1f} minutes, {told}."


if __name__ == "__main__":
    sys.exit(main())
