"""`python -m tests.promises [ID ...]`: tries every promise at its full count and prints a table. Exit code 1 when one is broken or nothing tries it.

There are two kinds. Trials run on the shipped server of ground.py and count: each module of this folder names its own in a table FULL. Tests marked
`promise("S05")` stand with what they test; here they run once more, with the full number of whatever they try (the fixture `full_count`).
A row that breaks, stumbles or takes longer than it may is a broken row; the others are tried all the same.
"""

import asyncio
import pkgutil
import sys
import tempfile
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests import promises
from tests.promises.ground import Ground
from tests.promises.marked import run_marked
from tests.promises.oracle import Result

# What a row may take, unless its module names another number of seconds in a table PATIENCE.
PATIENCE_SECONDS = 1800.0
HEAD = f"{'id':<5} {'trials':>6} {'lost':>5} {'doubled':>7} {'unansw.':>7} {'wait s':>8}  verdict"


@dataclass(frozen=True)
class Trial:
    """One row: what tries it, how often, on what, and for how long at most."""

    run: Callable[[Ground, int], Awaitable[Result]]
    count: int
    ground: type[Ground]
    patience: float


def full_table() -> dict[str, Trial]:
    """Every trial by its id, as the modules of this folder name them."""
    modules = [import_module(f"tests.promises.{found.name}") for found in pkgutil.iter_modules(promises.__path__) if found.name != "__main__"]
    table: dict[str, Trial] = {}
    for module in modules:
        trials: dict[str, tuple[Callable[[Ground, int], Awaitable[Result]], int]] = getattr(module, "FULL", {})
        if twice := table.keys() & trials.keys():
            raise ValueError(f"{module.__name__} tries {min(twice)}, which another module tries already")
        ground, patience = getattr(module, "GROUND", Ground), getattr(module, "PATIENCE", {})
        table |= {name: Trial(run, count, ground, patience.get(name, PATIENCE_SECONDS)) for name, (run, count) in trials.items()}
    return dict(sorted(table.items()))


def try_all(wanted: Sequence[str]) -> Iterator[tuple[Result, float]]:
    """One result after the other, with the seconds it took."""
    for name, trial in full_table().items():
        if not wanted or name in wanted:
            began = time.monotonic()
            yield try_one(name, trial), time.monotonic() - began
    yield from run_marked(wanted)


def try_one(name: str, trial: Trial) -> Result:
    try:
        return asyncio.run(_on_fresh_ground(trial))
    except TimeoutError:
        return Result(name, "did not come to its end", faults=[_where(f"after {trial.patience:.0f} s, or waiting in vain")])
    except Exception as error:
        return Result(name, "stumbled", faults=[_where(f"{type(error).__name__}: {error}")])


async def _on_fresh_ground(trial: Trial) -> Result:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with asyncio.timeout(trial.patience), trial.ground(Path(folder)) as ground:
            return await trial.run(ground, trial.count)


def _where(what: str) -> str:
    """With the line of ours that it came from."""
    frames = [frame for frame in traceback.extract_tb(sys.exc_info()[2]) if "promises" in frame.filename]
    return f"{what} ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else what


def row(result: Result, seconds: float) -> str:
    counts = f"{result.trials:>6} {result.lost:>5} {result.duplicated:>7} {result.unanswered:>7} {result.longest_wait:>8.1f}"
    verdict = "kept" if result.kept else "BROKEN"
    return f"{result.id:<5} {counts}  {verdict:<6} {result.what}{' (' + result.note + ')' if result.note else ''} [{seconds:.0f} s]"


def main() -> int:
    wanted = sys.argv[1:]
    tried: list[tuple[Result, float]] = []
    print(HEAD)
    for result, seconds in try_all(wanted):
        print(row(result, seconds), flush=True)
        for fault in result.faults[:5]:
            print(f"      {fault}", flush=True)
        tried.append((result, seconds))
    missing = sorted(set(wanted) - {result.id for result, _ in tried})
    if len(tried) > 1:
        # Once more together: the rows above stand hours apart, with their faults between them.
        print("", HEAD, *(row(result, seconds) for result, seconds in tried), sep="\n")
    broken = [result.id for result, _ in tried if not result.kept] + [f"{name} (nothing tries it)" for name in missing]
    print(f"{len(tried)} promises tried in {sum(seconds for _, seconds in tried) / 60:.0f} minutes, broken: {', '.join(broken) or 'none'}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
