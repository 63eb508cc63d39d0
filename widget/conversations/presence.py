"""When each person of the team was last at the desk. Written by the operator's line every WRITE_SECONDS at most and by whatever a person does; read by
waits.py and whoever shows who is there. Calls nothing but its table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from widget.conversations.models import Presence

# How often a line that stays open says so, and after how many such silences its person counts as gone.
WRITE_SECONDS = 20
ONLINE_SECONDS = 3 * WRITE_SECONDS


@dataclass(frozen=True, slots=True)
class Seen:
    """A person as last seen. `online`: not longer ago than ONLINE_SECONDS and not `left`, whether `away` or not."""

    user_id: int
    at: datetime
    away: bool
    left: bool

    @property
    def online(self) -> bool:
        return not self.left and self.at > timezone.now() - timedelta(seconds=ONLINE_SECONDS)


def seen(user_id: int, away: bool | None = None) -> None:
    """The person is here now. `away` is kept where it is not given. Outside of a request it is called on a database thread."""
    changed = {"seen_at": timezone.now(), "left": False} | ({} if away is None else {"away": away})
    if not Presence.objects.filter(user_id=user_id).update(**changed):
        Presence.objects.update_or_create(user_id=user_id, defaults=changed)


def left(user_id: int) -> None:
    """Their last line was closed. Colleagues see it at once; how long they are gone counts from now, since a phone may only have lost its network."""
    Presence.objects.filter(user_id=user_id).update(seen_at=timezone.now(), left=True)


def of(user_ids: Iterable[int]) -> dict[int, Seen]:
    """Those of them who were ever seen."""
    return {row.user_id: Seen(row.user_id, row.seen_at, row.away, row.left) for row in Presence.objects.filter(user_id__in=list(user_ids))}
