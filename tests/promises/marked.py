"""The promises that are plain tests: those marked `promise("S05", ...)`, run at full count by `make promises` and counted by id. Called by __main__.py.

Twice: what runs on SQLite, and what runs only on PostgreSQL and Redis.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from tests import engines
from tests.driver import ROOT
from tests.promises.oracle import Result
from tests.scaled import LEFT_BY_CLIENTS

# What tests/conftest.py reads: whether to try the full number, and which promises alone (all where it is empty).
FULL_COUNTS, WANTED = "FULL_COUNTS", "WANTED_PROMISES"
# What one test may take then (conftest.py), and all of them together.
TEST_SECONDS, ALL_SECONDS = 900, 3 * 3600
_NOTHING_COLLECTED = 5
Found = dict[str, tuple[Result, float]]


def run_marked(wanted: Sequence[str]) -> list[tuple[Result, float]]:
    """One result per id; its trials are what its tests counted, one each where they did not."""
    files = [file for file in sorted((ROOT / "tests").rglob("test_*.py")) if _may_hold(file.read_text(), wanted)]
    found: Found = {}
    if files:
        _run("promise and not postgres", files, {}, wanted, found)
    if scaled := [file for file in files if "mark.postgres" in file.read_text()]:
        try:
            with engines.postgres() as database, engines.redis() as redis:
                _run("promise and postgres", [*LEFT_BY_CLIENTS, *scaled], {"DATABASE_URL": database, "REDIS_URL": redis.url}, wanted, found)
        except (engines.EngineError, subprocess.SubprocessError, OSError) as error:
            found["scaled"] = (Result("scaled", "tests on PostgreSQL and Redis", faults=[str(error)]), 0.0)
    return [found[name] for name in sorted(found)]


def _may_hold(source: str, wanted: Sequence[str]) -> bool:
    return "mark.promise(" in source and (not wanted or any(f'"{name}"' in source for name in wanted))


def _run(marks: str, what: Sequence[str | Path], environment: Mapping[str, str], wanted: Sequence[str], found: Found) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "junit_family=xunit1", f"--junit-xml={report}", "-m", marks]
        env = os.environ | environment | {FULL_COUNTS: "1", WANTED: " ".join(wanted)}
        began = time.monotonic()
        try:
            ran = subprocess.run([*command, *what], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=ALL_SECONDS)
            said = "" if ran.returncode in (0, 1, _NOTHING_COLLECTED) else (ran.stdout + ran.stderr)[-2000:]
        except subprocess.TimeoutExpired:
            said = f"not done after {ALL_SECONDS} s"
        if report.exists():
            _count(report, wanted, found)
        if said or not report.exists():
            found[marks] = (Result(marks, "tests marked as promises", faults=[said or "no report"]), time.monotonic() - began)


def _count(report: Path, wanted: Sequence[str], found: Found) -> None:
    for case in ElementTree.parse(report).iter("testcase"):
        told = [(one.get("name"), one.get("value", "")) for one in case.iter("property")]
        counted = sum(int(value) for name, value in told if name == "trials")
        for promise in (value for name, value in told if name == "promise" and (not wanted or value in wanted)):
            result, seconds = found.setdefault(promise, (Result(promise, ""), 0.0))
            result.trials += counted or 1
            result.what = result.what or str(case.get("name", "")).removeprefix("test_").replace("_", " ")
            result.faults += [f"{case.get('name')}: {problem.get('message', '')[:300]}" for problem in case if problem.tag in ("failure", "error", "skipped")]
            found[promise] = (result, seconds + float(case.get("time", 0)))
