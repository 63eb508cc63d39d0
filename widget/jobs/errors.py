"""What can go wrong with background work. An error of any job may carry two attributes that retries.py reads:

`retryable` (default True: try again with back-off) and `retry_after` (seconds, where the other side said when to come back).
"""


class JobError(Exception):
    """Background work could not be done."""

    retryable = True
    retry_after: float | None = None


class UnknownJobError(JobError):
    """No job of this name is registered in this version."""

    retryable = False


class DuplicateJobError(JobError):
    """Two different functions were registered under one job name."""

    retryable = False


class WorkerLostError(JobError):
    """The process that ran this job ended in the middle of it."""


class OvertimeError(JobError):
    """The job ran longer than its time limit and was given up."""
