"""The promises that are plain tests: those marked `promise("S05", ...)`, run at full count by `make promises` and counted by id. Called by __main__.py."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from tests.driver import ROOT
from tests.promises.oracle import Result

# What tests/conftest.py reads: whether to try the full number, and which promises alone (all where it is empty).
FULL_COUNTS, WANTED = "FULL_COUNTS", "WANTED_PROMISES"


def run_marked(wanted: Sequence[str]) -> list[tuple[Result, float]]:
    """One result per id; its trials are what its tests counted, one each where they did not."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-m", "promise", "-p", "no:cacheprovider", "-o", "junit_family=xunit1", f"--junit-xml={report}"]
        began = time.monotonic()
        ran = subprocess.run(command, cwd=ROOT, env=os.environ | {FULL_COUNTS: "1", WANTED: " ".join(wanted)}, capture_output=True, text=True, check=False)
        if not report.exists():
            return [(Result("marked", "tests marked as promises", faults=[(ran.stdout + ran.stderr)[-2000:]]), time.monotonic() - began)]
        return [found for found in _by_id(report) if not wanted or found[0].id in wanted]


def _by_id(report: Path) -> list[tuple[Result, float]]:
    results: dict[str, tuple[Result, float]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        told = [(one.get("name"), one.get("value", "")) for one in case.iter("property")]
        counted = sum(int(value) for name, value in told if name == "trials")
        for promise in (value for name, value in told if name == "promise"):
            result, seconds = results.setdefault(promise, (Result(promise, ""), 0.0))
            result.trials += counted or 1
            result.what = result.what or str(case.get("name", "")).removeprefix("test_").replace("_", " ")
            result.faults += [f"{case.get('name')}: {problem.get('message', '')[:300]}" for problem in case if problem.tag in ("failure", "error", "skipped")]
            results[promise] = (result, seconds + float(case.get("time", 0)))
    return [results[name] for name in sorted(results)]
