"""Places are counted over all processes; a process that dies takes its own with it."""

import pytest

from widget.lib.occupancy import Occupancy
from widget.lib.peers import Peers


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Peers:
    known = Peers()
    known.count, known.together = 2, True
    monkeypatch.setattr("widget.lib.occupancy.peers", known)
    return known


@pytest.fixture
def town(two: Peers) -> tuple[Occupancy, Occupancy]:
    return Occupancy("sockets"), Occupancy("sockets")


def pass_on(one: Occupancy, two: Occupancy) -> None:
    for mine, other, name in ((one, two, "one"), (two, one, "two")):
        told = mine.to_tell()
        other.heard(name, told)
        mine.settled(told)


def test_one_process_gives_so_many_places_and_takes_them_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("widget.lib.occupancy.peers", Peers())
    places = Occupancy("sockets")
    assert [places.take("budi", 2) for _ in range(3)] == [True, True, False]
    places.give_back("budi")
    assert places.take("budi", 2)
    places.give_back("budi")
    places.give_back("budi")
    assert len(places) == 0 and not places.to_tell()


@pytest.mark.parametrize("limit", [10, 20, 500])
def test_two_processes_give_no_more_places_than_one(town: tuple[Occupancy, Occupancy], limit: int) -> None:
    one, other = town
    taken = 0
    for number in range(3 * limit):
        taken += (one, other)[number % 2].take("budi", limit)
        pass_on(one, other)
    assert taken == limit


@pytest.mark.parametrize("limit", [10, 20, 500])
def test_all_at_one_process_are_the_whole_limit_and_hardly_any_are_left_at_the_other(town: tuple[Occupancy, Occupancy], limit: int) -> None:
    one, other = town
    taken = 0
    for _ in range(3 * limit):
        taken += one.take("budi", limit)
        pass_on(one, other)
    assert taken == limit
    assert not other.take("budi", limit)


def test_a_flood_at_both_within_one_round_of_the_bell_stays_within_the_limit(town: tuple[Occupancy, Occupancy]) -> None:
    assert sum(places.take("budi", 20) for places in town for _ in range(50)) == 20


def test_places_given_back_are_free_for_the_other(town: tuple[Occupancy, Occupancy]) -> None:
    one, other = town
    for _ in range(10):
        one.take("budi", 10)
        pass_on(one, other)
    assert not other.take("budi", 10)
    for _ in range(10):
        one.give_back("budi")
    pass_on(one, other)
    assert sum(other.take("budi", 10) for _ in range(10)) == 5


def test_a_dead_process_takes_its_places_with_it(town: tuple[Occupancy, Occupancy]) -> None:
    one, other = town
    for _ in range(10):
        one.take("budi", 10)
        pass_on(one, other)
    assert not other.take("budi", 10)
    other.left("one")
    assert other.take("budi", 10)


def test_a_new_process_is_told_what_is_held(town: tuple[Occupancy, Occupancy]) -> None:
    one, other = town
    for _ in range(10):
        one.take("budi", 10)
        pass_on(one, other)
    late = Occupancy("sockets")
    one.joined()
    late.heard("one", one.to_tell())
    assert not late.take("budi", 10)


@pytest.mark.promise("S61")
def test_without_the_bell_each_process_keeps_to_its_share(town: tuple[Occupancy, Occupancy], two: Peers) -> None:
    two.together = False
    assert [sum(places.take("budi", 20) for _ in range(50)) for places in town] == [10, 10]
    assert town[0].take("sari", 1) and not town[0].take("sari", 1)


def test_thousands_with_one_socket_each_are_not_told_about(town: tuple[Occupancy, Occupancy]) -> None:
    assert all(town[0].take(f"visitor {number}", 10) for number in range(2000))
    assert not town[0].to_tell()
