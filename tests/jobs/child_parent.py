"""A process with a child, for test_child.py to kill: prints the child's id and waits for its end."""

import django

django.setup()

from widget.jobs.child import run_child  # noqa: E402

run_child("tests.jobs.child_program", ["hang"], 600, 2**30, lambda step: print(step["pid"], flush=True))
