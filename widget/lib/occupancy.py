"""How many places each key holds at the same time, over all serving processes. Used by realtime/admission.py for sockets.

Works as lib/ratelimit.py does, but what is told is a state and not a step: "so many are mine". A process that dies takes its places with it,
one that is new is told everything, and what is told twice does no harm. Keys with few places are not told at all, so that thousands of visitors
with one socket each cost nothing; a limit may be passed by that little for each further process.
"""

from widget.lib.peers import Told, peers

# A key is told about from this part of a process's share on, and never for a single place.
TOLD_PARTS = 4
LEAST_TOLD = 2


class Occupancy:
    """On the event loop only. `name` is how the processes know that they mean the same."""

    def __init__(self, name: str) -> None:
        self._own: dict[str, int] = {}
        self._others: dict[str, dict[str, int]] = {}
        # What the others know of ours; zeros too, until they have heard them.
        self._known: dict[str, int] = {}
        self._untold: set[str] = set()
        self._telling: dict[str, int] = {}
        peers.shared[name] = self

    def __len__(self) -> int:
        """Keys that hold a place in this process."""
        return len(self._own)

    def held(self, key: str) -> int:
        """Places of the key in this process."""
        return self._own.get(key, 0)

    def take(self, key: str, limit: int) -> bool:
        """False when the key holds `limit` places already, or so many new ones that the others must hear of them first."""
        own = self._own.get(key, 0)
        if peers.count > 1:
            if not self._allows(key, own, limit):
                return False
            if key in self._known or ((own + 1) * TOLD_PARTS >= peers.share(limit) and own + 1 >= LEAST_TOLD):
                self._untold.add(key)
        elif own >= limit:
            return False
        self._own[key] = own + 1
        return True

    def give_back(self, key: str) -> None:
        own = self._own.get(key, 0) - 1
        if own > 0:
            self._own[key] = own
        else:
            self._own.pop(key, None)
        if key in self._known:
            self._untold.add(key)

    def _allows(self, key: str, own: int, limit: int) -> bool:
        if not peers.together:
            return own < int(peers.share(limit))
        free = limit - own - sum(held.get(key, 0) for held in self._others.values())
        new = own - self._known.get(key, 0)
        if free > 0 and new >= peers.share(free + new):
            self._untold.add(key)
            return False
        return free > 0

    # -- what the doorbell asks and brings (lib/peers.py) ---------------------------------------------------------------
    def to_tell(self) -> Told:
        told = [(key, self._own.get(key, 0)) for key in self._untold if key not in self._telling]
        self._untold.intersection_update(self._telling)
        self._telling.update(told)
        return told

    def settled(self, told: Told) -> None:
        for key, own in told:
            self._telling.pop(key, None)
            if own:
                self._known[key] = own
            else:
                self._known.pop(key, None)
            if self._own.get(key, 0) != own:
                self._untold.add(key)

    def lost(self) -> None:
        """Nobody knows who heard what: everything is told anew."""
        self._known.update(self._telling)
        self._telling.clear()
        self._untold.update(self._known)

    def heard(self, peer: str, told: Told) -> None:
        held = self._others.setdefault(peer, {})
        for key, count in told:
            if count > 0:
                held[key] = count
            else:
                held.pop(key, None)

    def joined(self) -> None:
        self._untold.update(self._known, self._telling)

    def left(self, peer: str) -> None:
        self._others.pop(peer, None)
