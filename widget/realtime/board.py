"""What the operators' line needs of the inbox, which it may not import: filled in by wiring.py with functions of inbox/, all sync, for database threads.

The shapes here are what both sides hold to. `fields` of each is what goes out, ready for JSON.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from widget.sites.members import Access

Fields = dict[str, Any]


class Item(Protocol):
    """A conversation as a row of the list."""

    @property
    def conversation(self) -> str: ...
    @property
    def site_id(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def fields(self) -> Fields: ...


class Talk(Item, Protocol):
    """A conversation as its page: the item's fields and more, and its notes."""

    @property
    def pk(self) -> int: ...
    @property
    def notes(self) -> Sequence[Fields]: ...


class Round(Protocol):
    """What a round found: the conversations that were asked for, and in detail those that somebody has open, by public id."""

    @property
    def items(self) -> Sequence[Item]: ...
    @property
    def talks(self) -> Mapping[str, Talk]: ...
    def counts(self, access: Access) -> Fields: ...


def _unfilled(*_: Any) -> Any:
    raise NotImplementedError("wiring.py fills the board")


@dataclass(slots=True)
class Board:
    """issue: key of a session -> a ticket for it, empty for one that lets nobody in; a write.
    admit: (key of the session, ticket) -> who that is, used up by asking; a write. standing: who the sessions still belong to.
    ready: fields of the first frame. round: (conversations, those of them to be read in detail). talk: one, None where it may not be seen.
    opened: (user, conversation) somebody reads it, for the audit log; a write.
    """

    issue: Callable[[str], str] = _unfilled
    admit: Callable[[str, str], Access | None] = _unfilled
    standing: Callable[[Sequence[str]], Mapping[str, Access]] = _unfilled
    ready: Callable[[Access], Fields] = _unfilled
    round: Callable[[Sequence[str], Sequence[str]], Round] = _unfilled
    talk: Callable[[Access, str], Talk | None] = _unfilled
    opened: Callable[[int, int], None] = _unfilled


board = Board()
