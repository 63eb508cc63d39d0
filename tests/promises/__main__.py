"""`python -m tests.promises [ID ...]`: tries every promise at its full count on the shipped server and prints a table. Exit code 1 when one is broken."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.driver import ROOT
from tests.promises import kills, lines, resends
from tests.promises.ground import Ground
from tests.promises.oracle import Result

Trial = Callable[[Ground, int], Awaitable[Result]]
FULL: dict[str, tuple[Trial, int]] = {
    "R01": (resends.lose_acknowledgements, 500),
    "R02": (resends.reuse_ids, 200),
    "R03": (resends.resend_in_parallel, 1000),
    "R04": (resends.open_two_tabs, 500),
    "R05": (kills.kill_before_model, 1000),
    "R06": (kills.kill_mid_stream, 1000),
    "R07": (kills.kill_at_the_end, 300),
    "R09": (kills.freeze_past_lease, 200),
    "R11": (lines.reload_mid_stream, 200),
    "R12": (lines.cut_frames, 1000),
    "R13": (lines.come_back_late, 3),
    "cuts": (lines.cut_sockets, 400),
}
# R10 is a state machine over the record itself, not over a server: 10,000 steps.
R10_TEST = "tests/conversations/test_two_workers.py"
# Hypothesis ends some examples early, so more of them than a division would give; the test itself counts the steps.
R10_STEPS, R10_STEPS_EACH = 10_000, 42


async def try_all(wanted: list[str]) -> list[Result]:
    results = []
    for promise, (trial, count) in FULL.items():
        if wanted and promise not in wanted:
            continue
        with tempfile.TemporaryDirectory() as folder:
            began = time.monotonic()
            async with Ground(Path(folder)) as ground:
                result = await trial(ground, count)
            print(row(result, time.monotonic() - began), flush=True)
            for fault in result.faults[:5]:
                print(f"      {fault}", flush=True)
            results.append(result)
    return results


def try_two_workers() -> Result:
    """R10: one answer and at most one holder, whatever two workers, their crashes and a person do."""
    environment = os.environ | {"TWO_WORKERS_EXAMPLES": str(R10_STEPS // R10_STEPS_EACH), "TWO_WORKERS_STEPS": str(R10_STEPS)}
    ran = subprocess.run([sys.executable, "-m", "pytest", "-q", R10_TEST], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    result = Result("R10", "two workers and one duty in any order (steps of a state machine)", trials=R10_STEPS)
    if ran.returncode:
        result.faults.append(ran.stdout[-2000:])
    return result


def row(result: Result, seconds: float) -> str:
    counts = f"{result.trials:>6} {result.lost:>5} {result.duplicated:>7} {result.unanswered:>7} {result.longest_wait:>8.1f}"
    verdict = "kept" if result.kept else "BROKEN"
    return f"{result.id:<5} {counts}  {verdict:<6} {result.what}{' (' + result.note + ')' if result.note else ''} [{seconds:.0f} s]"


def main() -> int:
    wanted = sys.argv[1:]
    print(f"{'id':<5} {'trials':>6} {'lost':>5} {'doubled':>7} {'unansw.':>7} {'wait s':>8}  verdict")
    results = asyncio.run(try_all(wanted))
    broken = [result.id for result in results if not result.kept]
    if not wanted or "R10" in wanted:
        result = try_two_workers()
        print(row(result, 0), flush=True)
        results.append(result)
        broken += [] if result.kept else ["R10"]
    print(f"{len(results)} promises tried, broken: {', '.join(broken) or 'none'}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
