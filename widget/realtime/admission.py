"""How many sockets an address and a visitor may hold at once, in this process. Asked by consumer.py and visitor.py.

Phones share addresses by the thousand, so the tight limit counts only sockets that have not shown a valid token.
"""

from collections import Counter

from django.conf import settings

_all: Counter[str] = Counter()
_without_token: Counter[str] = Counter()


class Seat:
    """One socket's place. `leave` gives it back; `prove` moves it out of the tight limit."""

    __slots__ = ("_proven", "address")

    def __init__(self, address: str) -> None:
        self.address = address
        self._proven = False

    def prove(self) -> None:
        if not self._proven:
            self._proven = True
            _lower(_without_token, self.address)

    def leave(self) -> None:
        self.prove()
        _lower(_all, self.address)


def take_seat(address: str) -> Seat | None:
    """None when the address holds too many."""
    if _all[address] >= settings.SOCKETS_PER_ADDRESS or _without_token[address] >= settings.SOCKETS_PER_ADDRESS_WITHOUT_TOKEN:
        return None
    _all[address] += 1
    _without_token[address] += 1
    return Seat(address)


def _lower(counter: Counter[str], key: str) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
