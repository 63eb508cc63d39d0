"""`make test-scaled`: what a real PostgreSQL and Redis can change, on both. Arguments go to pytest and stand in the place of all tests.

Left out is what proves the same a second time: the browser's part, tests that ask for no database, and SAME_ANYWHERE. What holds only on SQLite is marked
`sqlite` and left out too; what holds only here is marked `postgres` and left out of `make test` (conftest.py).
"""

import os
import sys
from pathlib import Path

import pytest

from tests import engines, parts
from tests.source_tree import ROOT

# Tests that start servers or other programs and try what ends before the application or knows nothing of an installation's data. Beginnings of their names.
SAME_ANYWHERE = {
    "tests/deploy/": "files for systemd, nginx and Caddy, and slow requests that those cut off; what updates and restores is marked sqlite",
    "tests/jobs/test_child.py": "a child process and its limits",
    "tests/ops/test_access_log.py": "ids of requests",
    "tests/ops/test_error_reports.py": "whether a package is loaded",
    "tests/ops/test_held_bodies.py": "bodies are held before the application",
    "tests/ops/test_serve.py::test_a_body_over": "bodies are refused before the application",
    "tests/ops/test_serve.py::test_a_host_that": "an address to listen on",
    "tests/ops/test_serve.py::test_a_port_beyond": "a port to listen on",
    "tests/ops/test_serve.py::test_an_occupied_port": "the same",
    "tests/ops/test_socket_guard.py": "frames are weighed before the application",
    "tests/ops/test_systemd.py": "sockets that systemd opened",
    "tests/promises/test_attacks.py::test_attacks_are_refused": "heads, bodies, frames and unread answers are weighed before or after the application",
    "tests/promises/test_faults.py::test_dead_lines": "heartbeats, and frames that are none",
    "tests/setup/test_engines.py": "the engines of the tests themselves",
}
# Django's test client answers on threads that end with their event loop, and PostgreSQL minds a connection that nobody closed; servers close theirs.
LEFT_BY_CLIENTS = ["-W", "ignore:<psycopg.Connection object:ResourceWarning", "-W", "ignore:Error when trying to teardown test databases"]
_ONLY_WHAT_DIFFERS = ["-p", "tests.scaled"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Only in a run of everything, which loads this module as a plug-in."""
    kept = [item for item in items if _differs(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _differs(item: pytest.Item) -> bool:
    if item.get_closest_marker("postgres"):
        return True
    if item.get_closest_marker("live"):
        return not item.nodeid.startswith(tuple(SAME_ANYWHERE))
    return item.get_closest_marker("django_db") is not None or not {"db", "transactional_db"}.isdisjoint(getattr(item, "fixturenames", ()))


def _is_there(path: str, test: str = "") -> bool:
    place = Path(ROOT, path)
    return place.exists() and (not test or f"def {test}" in place.read_text("utf-8"))


def main(arguments: list[str]) -> int:
    if gone := [name for name in SAME_ANYWHERE if not _is_there(*name.split("::"))]:
        sys.exit(f"SAME_ANYWHERE of tests/scaled.py names what is not there: {', '.join(gone)}")
    with engines.postgres() as database, engines.redis() as redis:
        environment = os.environ | {"DATABASE_URL": database, "REDIS_URL": redis.url}
        if arguments:
            return parts.run([arguments], LEFT_BY_CLIENTS, environment)
        # One after the other: on a busy machine R15 and R41 find tabs that missed a sign of what was read, which nothing repeats yet.
        return parts.run([parts.FAST, [*parts.TOLD, "-m", "live and not browser"]], [*LEFT_BY_CLIENTS, *_ONLY_WHAT_DIFFERS], environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
