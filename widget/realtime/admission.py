"""How many sockets an address and a visitor may hold at once, over all serving processes. Asked by consumer.py and visitor.py.

Phones share addresses by the thousand, so the tight limit counts only sockets that have not shown a valid token.
"""

from django.conf import settings

from widget.lib.occupancy import Occupancy

_all = Occupancy("sockets of an address")
_without_token = Occupancy("sockets of an address without a token")
_visitors = Occupancy("sockets of a visitor")


class Seat:
    """One socket's place. `leave` gives it back; `prove` moves it out of the tight limit, `sit` counts it for its visitor."""

    __slots__ = ("_proven", "_visitor", "address")

    def __init__(self, address: str) -> None:
        self.address = address
        self._proven = False
        self._visitor = ""

    def prove(self) -> None:
        if not self._proven:
            self._proven = True
            _without_token.give_back(self.address)

    def sit(self, conversation: str) -> bool:
        """False when the visitor has too many sockets."""
        if not _visitors.take(conversation, settings.SOCKETS_PER_VISITOR):
            return False
        self._visitor = conversation
        return True

    def leave(self) -> None:
        self.prove()
        _all.give_back(self.address)
        if self._visitor:
            _visitors.give_back(self._visitor)


def take_seat(address: str) -> Seat | None:
    """None when the address holds too many."""
    if not _all.take(address, settings.SOCKETS_PER_ADDRESS):
        return None
    if not _without_token.take(address, settings.SOCKETS_PER_ADDRESS_WITHOUT_TOKEN):
        _all.give_back(address)
        return None
    return Seat(address)
