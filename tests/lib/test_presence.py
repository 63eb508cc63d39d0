"""Processes count each other and compare their keys by what they hold in the database server: nothing is stored, and who ends is gone at once (S61)."""

import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from widget.lib import database
from widget.lib.peers import peers
from widget.lib.presence import Living, Presence

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


class OtherProcess:
    """A presence on a connection of its own, held by a thread that stands for the process."""

    def __init__(self, serving: bool = True) -> None:
        self._announced, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._live, args=(serving,))
        self._thread.start()
        assert self._announced.wait(5)

    def _live(self, serving: bool) -> None:
        Presence().announce(serving)
        self.backend = connection.connection.info.backend_pid
        self._announced.set()
        self._end.wait(30)
        connection.close()

    def end(self) -> None:
        self._end.set()
        self._thread.join(5)


@pytest.fixture
def other_process() -> Iterator[Callable[..., OtherProcess]]:
    made: list[OtherProcess] = []

    def make(serving: bool = True) -> OtherProcess:
        made.append(OtherProcess(serving))
        return made[-1]

    yield make
    for one in made:
        one.end()
    connection.close()


def test_serving_processes_are_counted_once_each_and_workers_not_at_all(other_process: Callable[..., OtherProcess]) -> None:
    ours = Presence()
    assert ours.announce() == Living(1)
    first, _second, _worker = other_process(), other_process(), other_process(serving=False)
    assert [ours.announce() for _ in range(3)] == [Living(3)] * 3
    first.end()
    assert ours.announce() == Living(2)


def test_who_was_killed_is_gone_at_once(other_process: Callable[..., OtherProcess]) -> None:
    killed = other_process()
    ours = Presence()
    assert ours.announce() == Living(2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [killed.backend])
    assert ours.announce() == Living(1)


def test_a_process_counts_once_however_many_connections_it_has() -> None:
    ours = Presence()
    found: list[Living] = []

    def announce() -> None:
        found.append(ours.announce())
        connection.close()

    ours.announce()
    elsewhere = threading.Thread(target=announce)
    elsewhere.start()
    elsewhere.join(5)
    assert found == [Living(1)]
    connection.close()


@pytest.mark.parametrize(
    ("theirs", "ours", "strangers"),
    [
        (("old", "field"), ("old", "field"), ()),
        (("old", "field"), ("new", "field"), ("SECRET_KEY",)),
        (("old", "field"), ("old", "other"), ("FIELD_KEY",)),
        (("old", "field"), ("new", "other"), ("SECRET_KEY", "FIELD_KEY")),
        (("old", "field"), ("new old", "other field"), ()),
        (("new old", "other field"), ("new", "other"), ()),
        (("new old", "field"), ("newer", "field"), ("SECRET_KEY",)),
        (("old", "field"), ("old", ""), ("FIELD_KEY",)),
        (("old", ""), ("old", "field"), ()),
        (("same", "x"), ("x", "same"), ("SECRET_KEY", "FIELD_KEY")),
    ],
    ids=[
        "alike",
        "another signing key",
        "another field key",
        "both others",
        "rotating",
        "rotated",
        "neither of two",
        "emptied here",
        "emptied there",
        "exchanged",
    ],
)
def test_who_shares_no_key_with_a_living_process_is_a_stranger(
    other_process: Callable[..., OtherProcess], settings: Settings, theirs: tuple[str, str], ours: tuple[str, str], strangers: tuple[str, ...]
) -> None:
    take_keys(settings, *theirs)
    other = other_process(serving=False)
    take_keys(settings, *ours)
    assert Presence().announce().strangers == strangers
    connection.close()
    other.end()
    assert Presence().announce().strangers == ()


def take_keys(settings: Settings, signing: str, field: str) -> None:
    settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS = signing.split()
    settings.FIELD_KEY = field


def test_nothing_another_database_holds_is_counted(other_process: Callable[..., OtherProcess]) -> None:
    told = connection.settings_dict
    with psycopg.connect(host=told["HOST"], port=told["PORT"], user=told["USER"], password=told["PASSWORD"], dbname="template1") as elsewhere:
        elsewhere.execute("SELECT pg_try_advisory_lock_shared(%s, 7), pg_try_advisory_lock_shared(%s, 8)", [0x6B616E01, 0x6B616E02])
        assert Presence().announce() == Living(1)


async def test_a_stranger_is_named_in_the_log_once_and_not_while_it_is_being_refused(
    other_process: Callable[..., OtherProcess], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    ours = Presence()
    kept, settings.SECRET_KEY = settings.SECRET_KEY, "of somebody else"
    stranger = other_process()
    settings.SECRET_KEY = kept
    try:
        await ours.look()
        assert not caplog.records
        await ours.look()
        await ours.look()
        assert [record.getMessage() for record in caplog.records] == [
            "Another process uses this database with another SECRET_KEY. Stop one of them and give both the same."
        ]
        stranger.end()
        await ours.look()
        assert len(caplog.records) == 1
    finally:
        await ours.stop()
        database.close()


async def test_the_rounds_tell_the_limits_how_many_share_them(other_process: Callable[..., OtherProcess]) -> None:
    ours = Presence()
    other_process()
    await ours.start()
    try:
        assert peers.count == 2 and peers.share(12) == 6
    finally:
        await ours.stop()
        database.close()
    assert peers.count == 1
