"""Which visitors have their chat open, in whatever process. Asked by desk.py; told by visitor.py and consumer.py when a visitor of a stored conversation
comes or goes, and by the doorbell what other processes say (lib/peers.py).

As long as no operator is at a desk anywhere, nothing is kept and nothing is told. The key "" stands for "somebody here wants to know".
"""

from collections.abc import Callable

from widget.lib.peers import Told, peers
from widget.realtime.hub import hub

ASKING = ""


class Online:
    """One per process, on the event loop only. `touched` are called with a conversation whose visitor came or went (filled by wiring.py)."""

    def __init__(self) -> None:
        self.touched: list[Callable[[str], None]] = []
        self._asking = False
        self._asked: set[str] = set()
        self._others: dict[str, set[str]] = {}
        self._untold: dict[str, int] = {}
        peers.shared["online visitors"] = self

    def has(self, conversation: str) -> bool:
        return hub.count(conversation) > 0 or any(conversation in held for held in self._others.values())

    def changed(self, conversation: str) -> None:
        """Its visitor opened a socket here, or closed one."""
        for touch in self.touched:
            touch(conversation)
        if self._asked and peers.count > 1:
            self._untold[conversation] = int(hub.count(conversation) > 0)

    def ask(self, wanted: bool) -> None:
        """Whether an operator is at a desk in this process."""
        if wanted != self._asking:
            self._asking = wanted
            self._untold[ASKING] = int(wanted)
            if not wanted:
                self._others.clear()

    # -- what the doorbell asks and brings (lib/peers.py) ---------------------------------------------------------------
    def to_tell(self) -> Told:
        told, self._untold = list(self._untold.items()), {}
        return told

    def settled(self, told: Told) -> None:
        return None

    def lost(self) -> None:
        self.joined()

    def heard(self, peer: str, told: Told) -> None:
        for key, there in told:
            if key == ASKING:
                self._heard_asking(peer, bool(there))
            elif self._asking:
                held = self._others.setdefault(peer, set())
                held.add(key) if there else held.discard(key)
                for touch in self.touched:
                    touch(key)

    def joined(self) -> None:
        self._untold[ASKING] = int(self._asking)
        if self._asked:
            self._tell_all()

    def left(self, peer: str) -> None:
        self._asked.discard(peer)
        for conversation in self._others.pop(peer, set()):
            for touch in self.touched:
                touch(conversation)

    def _heard_asking(self, peer: str, wanted: bool) -> None:
        if not wanted:
            self._asked.discard(peer)
        elif peer not in self._asked:
            self._asked.add(peer)
            self._tell_all()

    def _tell_all(self) -> None:
        self._untold |= {one.conversation: 1 for one in hub.connections() if one.conversation_id}


online = Online()
