"""Limits hold over several processes while they hear each other, and shrink to a share when they do not (S61)."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from widget.lib.peers import Peers, Shared
from widget.lib.ratelimit import TELL_SECONDS, RateLimit

Clock = list[float]


@dataclass
class Town:
    """Two processes in one: each limit has its own picture, and `pass_on` is the doorbell between them."""

    mine: RateLimit
    other: RateLimit
    clock: Clock

    def pass_on(self) -> None:
        for one, two in ((self.mine, self.other), (self.other, self.mine)):
            told = one.to_tell()
            two.heard("peer", told)
            one.settled(told)

    def admitted(self, attempts: int) -> int:
        """Of so many attempts by the same visitor, in turns at both processes, with a bell between any two of them."""
        passed = 0
        for number in range(attempts):
            passed += (self.mine, self.other)[number % 2].take("budi") == 0.0
            self.pass_on()
        return passed


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Peers:
    known = Peers()
    known.count, known.together = 2, True
    monkeypatch.setattr("widget.lib.ratelimit.peers", known)
    return known


@pytest.fixture
def town(two: Peers) -> Town:
    clock = [1000.0]
    return Town(RateLimit(20, lambda: clock[0], "messages"), RateLimit(20, lambda: clock[0], "messages"), clock)


@pytest.fixture
def alone() -> Iterator[RateLimit]:
    yield RateLimit(3, lambda: 5.0)


def test_one_process_lets_the_limit_pass_and_says_when_the_next_would(alone: RateLimit) -> None:
    assert [alone.take("budi") for _ in range(4)] == [0.0, 0.0, 0.0, 20.0]
    assert alone.take("sari") == 0.0


def test_the_limit_is_the_same_over_two_processes_that_hear_each_other(town: Town) -> None:
    assert 20 <= town.admitted(100) <= 22
    town.clock[0] += 30
    assert 10 <= town.admitted(100) <= 12


def test_a_visitor_of_one_process_has_the_whole_limit_there(town: Town) -> None:
    passed = 0
    for _ in range(40):
        passed += town.mine.take("budi") == 0.0
        town.pass_on()
    assert passed == 20


def test_whoever_used_it_up_at_one_process_finds_it_used_up_at_the_other(town: Town) -> None:
    while not town.mine.take("budi"):
        town.pass_on()
    assert sum(town.other.take("budi") == 0.0 for _ in range(10)) <= 2


def test_what_was_not_told_yet_is_bounded_by_the_share(town: Town) -> None:
    """A flood at both processes within one round of the bell."""
    waits = [limit.take("budi") for limit in (town.mine, town.other) for _ in range(50)]
    assert waits.count(0.0) == 20 and set(waits) == {0.0, TELL_SECONDS}
    town.pass_on()
    assert town.mine.take("budi") > 1


@pytest.mark.promise("S61")
def test_without_the_bell_each_process_keeps_to_its_share(town: Town, two: Peers) -> None:
    two.together = False
    for limit in (town.mine, town.other):
        waits = [limit.take("budi") for _ in range(30)]
        assert waits.count(0.0) == 10 and waits[-1] == 6.0
    town.clock[0] += 60
    assert sum(town.mine.take("budi") == 0.0 for _ in range(30)) == 10


@pytest.mark.promise("S61")
def test_the_share_is_at_least_one(two: Peers) -> None:
    two.count, two.together = 50, False
    limit = RateLimit(3, lambda: 5.0, "rare")
    assert [limit.take("budi") for _ in range(2)] == [0.0, 60.0]


def test_what_was_on_its_way_when_the_bell_fell_silent_is_told_again(town: Town) -> None:
    for _ in range(6):
        town.mine.take("budi")
    assert town.mine.to_tell() and not town.mine.to_tell()
    town.mine.lost()
    assert town.mine.to_tell() == [("budi", 6)]


def test_visitors_who_keep_far_from_the_limit_are_not_told_about(two: Peers) -> None:
    limit = RateLimit(240, lambda: 5.0, "frames")
    for number in range(500):
        limit.take(f"visitor {number}")
    assert not limit.to_tell()


def test_request_threads_and_the_loop_may_ask_at_once(two: Peers) -> None:
    limit = RateLimit(1000, lambda: 5.0, "logins")
    passed: list[int] = []

    def ask() -> None:
        count = 0
        for _ in range(1000):
            count += limit.take("address") == 0.0
            limit.settled(limit.to_tell())
        passed.append(count)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 1000


def test_a_limit_with_a_name_is_one_that_the_bell_knows(two: Peers) -> None:
    limit: Shared = RateLimit(5, name="known")
    assert two.shared["known"] is limit and RateLimit(5) not in two.shared.values()


def test_what_is_full_again_is_forgotten_and_nothing_else() -> None:
    now = 0.0
    limit = RateLimit(10, clock=lambda: now)
    for number in range(1000):
        limit.take(f"visitor {number}")
    for step in range(1200):
        now = 100 + step / 20
        limit.take(f"later {step % 10}")
        limit.take("busy")
    assert len(limit._buckets) == 10 + 1
    assert limit.take("visitor 1") == 0.0 and [limit.take("visitor 1") > 0 for _ in range(10)] == [False] * 9 + [True]
