"""`python -m tests.promises [ID ...]`: tries every promise at its full count and prints a table. Exit code 1 when one is broken.

There are two kinds. Trials run on the shipped server of ground.py and count: each module of this folder names its own in a table FULL. Tests marked
`promise("S05")` stand with what they test; here they run once more, with the full number of whatever they try (the fixture `full_count`).
"""

import asyncio
import pkgutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path

from tests import promises
from tests.promises.ground import Ground
from tests.promises.marked import run_marked
from tests.promises.oracle import Result

Trial = Callable[[Ground, int], Awaitable[Result]]


def full_table() -> dict[str, tuple[Trial, int, type[Ground]]]:
    """Every trial by its id, with its full count and what it is tried on, as the modules of this folder name them."""
    modules = [import_module(f"tests.promises.{found.name}") for found in pkgutil.iter_modules(promises.__path__) if found.name != "__main__"]
    table: dict[str, tuple[Trial, int, type[Ground]]] = {}
    for module in modules:
        trials: dict[str, tuple[Trial, int]] = getattr(module, "FULL", {})
        if twice := table.keys() & trials.keys():
            raise ValueError(f"{module.__name__} tries {min(twice)}, which another module tries already")
        table |= {promise: (trial, count, getattr(module, "GROUND", Ground)) for promise, (trial, count) in trials.items()}
    return dict(sorted(table.items()))


async def try_all(wanted: list[str]) -> list[Result]:
    results = []
    for promise, (trial, count, kind) in full_table().items():
        if wanted and promise not in wanted:
            continue
        with tempfile.TemporaryDirectory() as folder:
            began = time.monotonic()
            async with kind(Path(folder)) as ground:
                result = await trial(ground, count)
            print(row(result, time.monotonic() - began), flush=True)
            for fault in result.faults[:5]:
                print(f"      {fault}", flush=True)
            results.append(result)
    return results


def row(result: Result, seconds: float) -> str:
    counts = f"{result.trials:>6} {result.lost:>5} {result.duplicated:>7} {result.unanswered:>7} {result.longest_wait:>8.1f}"
    verdict = "kept" if result.kept else "BROKEN"
    return f"{result.id:<5} {counts}  {verdict:<6} {result.what}{' (' + result.note + ')' if result.note else ''} [{seconds:.0f} s]"


def main() -> int:
    wanted = sys.argv[1:]
    print(f"{'id':<5} {'trials':>6} {'lost':>5} {'doubled':>7} {'unansw.':>7} {'wait s':>8}  verdict")
    results = asyncio.run(try_all(wanted))
    for result, seconds in run_marked(wanted):
        print(row(result, seconds), flush=True)
        results.append(result)
    broken = [result.id for result in results if not result.kept]
    print(f"{len(results)} promises tried, broken: {', '.join(broken) or 'none'}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
