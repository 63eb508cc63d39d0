"""`make test-scaled`: the whole suite but the browser's part on a real PostgreSQL and Redis. Arguments go to pytest and stand in the place of all tests.

What holds only on SQLite is marked `sqlite` and left out here, what holds only here is marked `postgres` and left out of `make test` (conftest.py).
"""

import os
import subprocess
import sys

from tests import engines
from tests.driver import ROOT

FAST = ["-n", "2", "--dist", "loadfile", "-m", "not browser and not live"]
LIVE = ["-m", "live and not browser"]
# Django's test client answers on threads that end with their event loop, and PostgreSQL minds a connection that nobody closed; servers close theirs.
LEFT_BY_CLIENTS = ["-W", "ignore:<psycopg.Connection object:ResourceWarning", "-W", "ignore:Error when trying to teardown test databases"]


def main(arguments: list[str]) -> int:
    with engines.postgres() as database, engines.redis() as redis:
        environment = os.environ | {"DATABASE_URL": database, "REDIS_URL": redis.url}
        runs = [arguments] if arguments else [FAST, LIVE]
        return max(
            subprocess.run([sys.executable, "-m", "pytest", "-q", *LEFT_BY_CLIENTS, *run], cwd=ROOT, env=environment, check=False).returncode for run in runs
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
