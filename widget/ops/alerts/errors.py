"""What can go wrong when the owner is told. The text of each is a whole sentence for the owner, shown at the alert and in its test.

It never holds a token, a secret or an address with one in it. `retryable` and `retry_after` are read by jobs/retries.py.
"""


class AlertError(Exception):
    """An alert could not be delivered."""

    retryable = False
    retry_after: float | None = None


class NotSetUpError(AlertError):
    """Something must be filled in first."""


class RefusedError(AlertError):
    """The other side said no, and would say no again."""


class TryLaterError(AlertError):
    """The other side is away or busy."""

    retryable = True

    def __init__(self, text: str, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after
