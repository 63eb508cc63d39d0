"""The short form of R10; `make promises` runs the long one by TWO_WORKERS_EXAMPLES."""

import os

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conversations.two_workers import TwoWorkers

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("TWO_WORKERS_EXAMPLES", "12"))
STEPS = 50
WANTED = int(os.environ.get("TWO_WORKERS_STEPS", "0"))


def test_of_two_workers_that_crash_and_wake_at_any_moment_one_answers_each_question_once() -> None:
    TwoWorkers.steps = 0
    phases = (Phase.generate,)  # A failure is shown as it came: shrinking it would take minutes.
    run_state_machine_as_test(TwoWorkers, settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, database=None, phases=phases))
    assert TwoWorkers.steps >= WANTED, f"only {TwoWorkers.steps} steps"
