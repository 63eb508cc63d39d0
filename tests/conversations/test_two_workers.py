"""R10: runs the state machine of two_workers.py, a few hundred steps in every test run and 10,000 in `make promises`."""

from collections.abc import Callable

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conversations.two_workers import TwoWorkers

pytestmark = pytest.mark.django_db
MOST_STEPS = 50
# Hypothesis ends some examples early, so more of them than a division by MOST_STEPS would give.
STEPS_EACH = 42


@pytest.mark.promise("R10")
def test_of_two_workers_that_crash_and_wake_at_any_moment_one_answers_each_question_once(full_count: Callable[[int, int], int]) -> None:
    TwoWorkers.steps, steps = 0, full_count(300, 10_000)
    # Where there are few examples, one that ends early weighs more. A failure is shown as it came: shrinking it would take minutes.
    examples, phases = max(12, steps // STEPS_EACH), (Phase.generate,)
    run_state_machine_as_test(TwoWorkers, settings=settings(max_examples=examples, stateful_step_count=MOST_STEPS, deadline=None, database=None, phases=phases))
    assert TwoWorkers.steps >= steps, f"only {TwoWorkers.steps} steps"
