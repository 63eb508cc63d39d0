"""A child process is limited, heard, and gone when it should be: by its own end, by its limits, when it is stopped and when its parent dies."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.waiting import eventually
from widget.jobs.child import End, Outcome, Step, end_all, run_child

ROOT = Path(__file__).parents[2]
PLENTY = 2**30


def run(what: str, seconds: float = 60, memory: int = PLENTY, should_stop: Callable[[], bool] = lambda: False) -> tuple[Outcome, list[Step]]:
    said: list[Step] = []
    return run_child("tests.jobs.child_program", [what, "two words"], seconds, memory, said.append, should_stop), said


def is_gone(pid: int) -> bool:
    """Or a zombie that nobody in this container collects."""
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_child_says_its_steps_and_prints_apart() -> None:
    outcome, said = run("talk")
    assert (outcome.end, outcome.code, outcome.output) == (End.DONE, 0, "printed\n")
    assert said[0]["arguments"] == ["talk", "two words"]


def test_a_child_steps_back_and_has_a_group_of_its_own() -> None:
    _, said = run("talk")
    assert said[0]["nice"] == min(os.nice(0) + 10, 19) and said[0]["group"] == said[0]["pid"]


def test_a_child_that_fails_says_so() -> None:
    outcome, _ = run("fail")
    assert outcome.end is End.FAILED and "it went wrong" in outcome.output


def test_a_child_that_hangs_is_ended_in_time() -> None:
    outcome, said = run("hang", seconds=1.5)
    assert outcome.end is End.OVERTIME and is_gone(int(str(said[0]["pid"])))


def test_a_child_that_takes_too_much_memory_is_ended() -> None:
    outcome, said = run("eat", memory=300_000_000)
    assert outcome.end is End.OUT_OF_MEMORY and len(said) == 1


def test_a_child_is_stopped_with_whatever_it_started() -> None:
    said: list[Step] = []
    outcome = run_child("tests.jobs.child_program", ["grandchild"], 60, PLENTY, said.append, lambda: len(said) == 2)
    assert outcome.end is End.STOPPED
    eventually(lambda: is_gone(int(str(said[1]["grandchild"]))))


def test_a_child_that_is_killed_from_outside_is_lost() -> None:
    outcome = run_child("tests.jobs.child_program", ["hang"], 60, PLENTY, lambda step: os.kill(int(str(step["pid"])), 9))
    assert (outcome.end, outcome.code) == (End.LOST, -9)


def test_a_server_that_stops_ends_its_children_at_once() -> None:
    outcome = run_child("tests.jobs.child_program", ["compute"], 60, PLENTY, lambda step: end_all())
    assert outcome.end is End.ENDING


def test_what_the_listener_raises_ends_the_child() -> None:
    pids: list[int] = []

    def refuse(step: Step) -> None:
        pids.append(int(str(step["pid"])))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run_child("tests.jobs.child_program", ["hang"], 60, PLENTY, refuse)
    assert is_gone(pids[0])


@pytest.mark.live
def test_a_child_ends_with_its_parent_even_by_kill_9() -> None:
    parent = subprocess.Popen([sys.executable, "-m", "tests.jobs.child_parent"], cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert not is_gone(child)
    parent.kill()
    parent.communicate()
    eventually(lambda: is_gone(child))
