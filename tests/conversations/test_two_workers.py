"""The short form of R10; `make promises` runs the long one."""

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conversations.two_workers import TwoWorkers

pytestmark = pytest.mark.django_db


def test_of_two_workers_that_crash_and_wake_at_any_moment_one_answers_each_question_once() -> None:
    phases = (Phase.generate,)  # A failure is shown as it came: shrinking it would take minutes.
    run_state_machine_as_test(TwoWorkers, settings=settings(max_examples=12, stateful_step_count=50, deadline=None, database=None, phases=phases))
