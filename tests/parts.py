"""The parts of the suite and how each is run: `python -m tests.parts fast` or `served` (`make test-fast`, `make test`); tests/scaled.py runs the same two.

What needs no server of its own and what starts one both run on two workers, a file at a time on either. What is marked `alone` comes after, by itself: it
weighs what an attack does to a neighbour, and would be a bad neighbour to all others.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from tests.source_tree import ROOT

# In the order of conftest.py, which puts the browser last, and not the files with most tests first.
_ON_TWO = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
TOLD = ["--durations=12", "--durations-min=8"]
FAST = [*_ON_TWO, "-m", "not browser and not live"]


def served(what: str) -> list[list[str]]:
    """The runs of tests with such marks that start servers."""
    return [[*_ON_TWO, *TOLD, "-m", f"({what}) and not alone"], [*TOLD, "-m", f"({what}) and alone"]]


PARTS = {"fast": [FAST], "served": served("browser or live")}


def run(runs: Sequence[Sequence[str]], more: Sequence[str] = (), environment: Mapping[str, str] = os.environ) -> int:
    """Every one of them, whatever becomes of the others; the worst exit code."""
    return max(subprocess.run([sys.executable, "-m", "pytest", "-q", *more, *one], cwd=ROOT, env=environment, check=False).returncode for one in runs)


if __name__ == "__main__":
    sys.exit(run(PARTS[sys.argv[1]]))
