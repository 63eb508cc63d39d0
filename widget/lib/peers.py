"""What this process knows of the other serving processes of its installation: how many live, and what is counted over all of them.

How many is counted by lib/presence.py, in the database; what is told comes by realtime/doorbell.py, where Redis is there. Asked by lib/ratelimit.py
and lib/occupancy.py. With one process it stays as it is here, and nothing else in these files does anything.
"""

from collections.abc import Sequence
from typing import Protocol

Told = Sequence[tuple[str, int]]


class Shared(Protocol):
    """Something counted over all processes. What is told is (key, number); any thread may count, the doorbell calls from the event loop."""

    def to_tell(self) -> Told:
        """What the others should know by now. Not given again until it is settled or lost."""
        ...

    def settled(self, told: Told) -> None:
        """It came round: whoever lives has heard it, and we have heard all that was told before."""
        ...

    def lost(self) -> None:
        """What was told and not settled may have been heard or not."""
        ...

    def heard(self, peer: str, told: Told) -> None: ...

    def joined(self) -> None:
        """Somebody is here who has heard nothing yet."""
        ...

    def left(self, peer: str) -> None: ...


class Peers:
    """`count`: serving processes last seen alive, this one among them. `together`: what is told now is heard at once."""

    __slots__ = ("count", "shared", "together")

    def __init__(self) -> None:
        self.count = 1
        self.together = False
        self.shared: dict[str, Shared] = {}

    def share(self, limit: float) -> float:
        """This process's part of a limit while nobody can be told anything; at least 1."""
        return max(1.0, limit / self.count)


peers = Peers()
