"""Which processes of this installation live, and whether they hold the same keys (PostgreSQL only; SQLite is served by one process).

Each process holds shared advisory locks on connections it has anyway: one for itself, one for each of its keys. The server takes them back the moment
a connection ends, so a killed process is gone at once, nothing is written, and any role may ask. Announced by ops/keys.py at a start, then every few
seconds by the serving process (wiring.py) and by `manage.py db_worker`; what is seen goes to lib/peers.py.
"""

import hmac
import logging
import secrets
from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection

from widget.lib import database
from widget.lib.peers import peers
from widget.lib.periodic import Periodic

log = logging.getLogger(__name__)
LOOK_EVERY_SECONDS = 5.0
# The first half of a lock's name says what it stands for, the second which one. ("kan" in ASCII, so that it can be told from another program's.)
_PROCESS, _SECRET_KEY, _FIELD_KEY = 0x6B616E01, 0x6B616E02, 0x6B616E03
_KEYS = {_SECRET_KEY: "SECRET_KEY", _FIELD_KEY: "FIELD_KEY"}
_HELD = """
SELECT pid, classid::bigint, objid::bigint, pid = pg_backend_pid() FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted
AND classid::bigint BETWEEN %s AND %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
# A killed process closes its connections, a machine without power does not: the server is to ask after ten seconds instead of two hours.
_NOTICE_A_LOST_MACHINE = """
SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '3', false), set_config('tcp_keepalives_count', '3', false)
"""
Lock = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Living:
    """`serving`: processes that serve. `strangers`: settings of which some process, serving or working, holds keys and none of ours."""

    serving: int = 0
    strangers: tuple[str, ...] = ()


class Presence:
    """One per process."""

    def __init__(self) -> None:
        self._number = secrets.randbits(31)
        self._strange_rounds = 0
        self.looks = Periodic("processes of this installation", LOOK_EVERY_SECONDS, self.look)

    def announce(self, serving: bool = True) -> Living:
        """Holds this process's locks on the connection of this thread and says who lives, us among them. A fraction of a millisecond."""
        if connection.vendor != "postgresql":
            return Living(int(serving))
        ours = [*([(_PROCESS, self._number)] if serving else []), *_locks_of_keys()]
        with connection.cursor() as cursor:
            cursor.execute(_HELD, [_PROCESS, _FIELD_KEY])
            found = cursor.fetchall()
            held: dict[int, set[Lock]] = defaultdict(set)
            for pid, kind, number, _own in found:
                held[pid].add((kind, number))
            own = {(kind, number) for _pid, kind, number, own in found if own}
            if missing := [lock for lock in ours if lock not in own]:
                cursor.execute(f"SELECT {', '.join(['pg_try_advisory_lock_shared(%s, %s)'] * len(missing))}", [half for lock in missing for half in lock])
                cursor.execute(_NOTICE_A_LOST_MACHINE)
        return _judge(held, ours)

    async def start(self) -> None:
        """So that the others hear of us before we serve; a database that is away now is asked again by the rounds."""
        try:
            await self.look()
        except DatabaseError as error:
            log.warning("Other processes could not be counted yet: %s", type(error).__name__)
        await self.looks.start()

    async def stop(self) -> None:
        await self.looks.stop()
        peers.count = 1

    async def look(self) -> None:
        living = await database.read(self.announce)
        peers.count = max(1, living.serving)
        self._strange_rounds = self._strange_rounds + 1 if living.strangers else 0
        # One that is just being refused is there for a moment only.
        if self._strange_rounds == 2:
            log.error("Another process uses this database with another %s. Stop one of them and give both the same.", " and ".join(living.strangers))


def _judge(held: dict[int, set[Lock]], ours: list[Lock]) -> Living:
    serving = {lock for locks in held.values() for lock in locks if lock[0] == _PROCESS} | {lock for lock in ours if lock[0] == _PROCESS}
    known = set(ours)
    strange = []
    for kind, name in _KEYS.items():
        theirs = [{lock for lock in locks if lock[0] == kind} for locks in held.values()]
        if any(locks and not locks & known for locks in theirs):
            strange.append(name)
    return Living(len(serving), tuple(strange))


def _locks_of_keys() -> list[Lock]:
    given = {_SECRET_KEY: [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS], _FIELD_KEY: settings.FIELD_KEY.split()}
    return [(kind, _mark(kind, key)) for kind, keys in given.items() for key in keys]


def _mark(kind: int, key: str) -> int:
    """31 bits of what a key leads to: enough to tell two apart, far too few to find one, and never on a disk."""
    return int.from_bytes(hmac.digest(key.encode(), f"kanal presence 1 {_KEYS[kind]}".encode(), "sha256")[:4]) >> 1


presence = Presence()
