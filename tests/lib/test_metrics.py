"""What Prometheus reads: the text format 0.0.4, and counting from several threads at once."""

import threading
import time
from collections.abc import Iterator

import pytest

from widget.lib import metrics


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Series of a test are gone after it."""
    monkeypatch.setattr(metrics, "_registry", {})
    yield


def test_a_counter_shows_its_help_its_kind_and_a_zero() -> None:
    metrics.counter("kanal_test_total", "Things that happened.")
    assert metrics.render() == "# HELP kanal_test_total Things that happened.\n# TYPE kanal_test_total counter\nkanal_test_total 0\n"


def test_label_values_and_helps_are_escaped() -> None:
    counted = metrics.counter("kanal_test_total", "One\nline with a \\ in it.", ["name"])
    counted.inc('a "quoted" back\\slash\nin two lines')
    assert "# HELP kanal_test_total One\\nline with a \\\\ in it.\n" in metrics.render()
    assert 'kanal_test_total{name="a \\"quoted\\" back\\\\slash\\nin two lines"} 1\n' in metrics.render()


def test_a_histogram_counts_upwards_through_its_buckets() -> None:
    waits = metrics.histogram("kanal_test_seconds", "Waits.", [0.5, 0.1, 2], ["kind"])
    for value in (0.1, 0.2, 0.2, 9):
        waits.observe(value, "read")
    assert metrics.render().splitlines()[2:] == [
        'kanal_test_seconds_bucket{kind="read",le="0.1"} 1',
        'kanal_test_seconds_bucket{kind="read",le="0.5"} 3',
        'kanal_test_seconds_bucket{kind="read",le="2"} 3',
        'kanal_test_seconds_bucket{kind="read",le="+Inf"} 4',
        'kanal_test_seconds_sum{kind="read"} 9.5',
        'kanal_test_seconds_count{kind="read"} 4',
    ]
    assert waits.count("read") == 4


def test_a_gauge_is_read_when_somebody_looks() -> None:
    level = {"a": 1.5}
    metrics.gauge("kanal_test_level", "Levels.", lambda: level, ["name"])
    metrics.gauge("kanal_test_age", "An age.", lambda: float("inf"))
    level["b"] = float("nan")
    assert 'kanal_test_level{name="a"} 1.5\nkanal_test_level{name="b"} NaN\n' in metrics.render()
    assert "kanal_test_age +Inf\n" in metrics.render()


def test_a_gauge_that_breaks_leaves_the_others_standing() -> None:
    metrics.gauge("kanal_test_broken", "Divides.", lambda: 1 / 0)
    metrics.counter("kanal_test_total", "Things.").inc()
    assert "kanal_test_total 1\n" in metrics.render()


def test_the_number_of_combinations_is_bounded() -> None:
    counted = metrics.counter("kanal_test_total", "Things.", ["name"])
    for number in range(metrics.SERIES_KEPT + 50):
        counted.inc(str(number))
    assert counted.value("other") == 50
    assert len(metrics.render().splitlines()) == 2 + metrics.SERIES_KEPT + 1


def test_a_wrong_number_of_labels_and_a_name_taken_twice_are_mistakes() -> None:
    counted = metrics.counter("kanal_test_total", "Things.", ["name"])
    with pytest.raises(ValueError, match="labels"):
        counted.inc()
    with pytest.raises(ValueError, match="Two series"):
        metrics.counter("kanal_test_total", "Things.")


def test_nothing_is_miscounted_by_threads_that_count_at_once() -> None:
    counted = metrics.counter("kanal_test_total", "Things.", ["name"])
    waits = metrics.histogram("kanal_test_seconds", "Waits.", [1])

    def count() -> None:
        for _ in range(20_000):
            counted.inc("same")
            waits.observe(0.5)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted.value("same") == waits.count() == 80_000


def test_counting_costs_less_than_a_microsecond() -> None:
    counted = metrics.counter("kanal_test_total", "Things.", ["name"])

    def seconds_each(count: int = 20_000) -> float:
        began = time.thread_time()
        for _ in range(count):
            counted.inc("same")
        return (time.thread_time() - began) / count

    # The best of several, since another program may hold the machine meanwhile.
    assert min(seconds_each() for _ in range(5)) < 1e-6
