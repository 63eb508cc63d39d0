"""Looks every few seconds for rows this process was not told of, and brings its open connections up to date.

Another process may have written them: one that took over an answer while this one was frozen, or a management command.
Started and ended by wiring.py through the lifecycle, called at once by doorbell.py when something was missed; an indexed query or two per look,
however many connections are open.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from widget.conversations.models import Conversation
from widget.conversations.waits import UNTOLD
from widget.lib import database
from widget.lib.periodic import Periodic
from widget.realtime.desk import desks
from widget.realtime.hub import Hub, hub

LOOK_EVERY_SECONDS = 5.0
# Rows become visible at their commit, a little after the time they carry.
OVERLAP = timedelta(seconds=30)
HANDLERS_AT_ONCE = 500
PEOPLE = ("waiting", "human")


class Watermark:
    """One per process."""

    def __init__(self, connections: Hub) -> None:
        self._hub = connections
        self._looked_at: datetime | None = None
        self.looks = Periodic("rows of other processes", LOOK_EVERY_SECONDS, self.look)

    async def look(self) -> None:
        """Everything since the last look that succeeded, so a process that slept for an hour misses nothing."""
        now, known = timezone.now(), self._hub.not_with_assistant()
        moved, handlers = await database.read(_moved_since, (self._looked_at or now) - OVERLAP, list(known)[:HANDLERS_AT_ONCE])
        for conversation, seq in moved:
            if self._hub.is_behind(conversation, seq):
                self._hub.rung(conversation, None, changed=True)
        for conversation, handler, overdue in handlers:
            # Handing back, closing and a wait nobody ends leave no row.
            if overdue or handler != known[conversation]:
                self._hub.rung(conversation, None, changed=True)
        if len(desks):
            desks.moved(dict(moved), await database.read(_with_people))
        self._looked_at = now


def _moved_since(moment: datetime, with_people: list[str]) -> tuple[list[tuple[str, int]], list[tuple[str, str, bool]]]:
    moved = list(Conversation.objects.filter(last_at__gte=moment).values_list("public_id", "seq"))
    if not with_people:
        return moved, []
    return moved, list(Conversation.objects.filter(public_id__in=with_people).annotate(untold=UNTOLD).values_list("public_id", "handler", "untold"))


def _with_people() -> dict[str, tuple[str, int | None]]:
    """Who has or waits for a person, for operators: handing back and closing leave no row. Each half has an index of its own."""
    halves = [Conversation.objects.filter(handler=handler, closed_at=None).order_by().values_list("public_id", "handler", "operator_id") for handler in PEOPLE]
    return {name: (handler, operator) for half in halves for name, handler, operator in half[:HANDLERS_AT_ONCE]}


watermark = Watermark(hub)
