"""The private engines of the tests come up as a normal role, survive a restart with what was written, and leave nothing behind."""

import psycopg
import pytest

from tests.engines import EngineError, Redis, new_database, postgres_server, redis

pytestmark = pytest.mark.live


def test_postgresql_keeps_what_was_written_over_a_crash_and_ends_connections_on_demand() -> None:
    with postgres_server() as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
            found = connection.execute("SELECT rolsuper, current_setting('fsync') FROM pg_roles WHERE rolname = current_user").fetchone()
            assert found == (False, "on")
            assert server.connections() == 1 and server.terminate_connections() == 1
        server.restart("immediate")
        with new_database(server.url, template="kanal") as copy, psycopg.connect(copy) as connection:
            assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_redis_comes_back_empty_on_the_same_port() -> None:
    with redis() as server:
        server.kill()
        server.start()
        server.freeze()
        server.thaw()
    with pytest.raises(EngineError, match="not ours to end"):
        Redis("redis://127.0.0.1:6379/0").kill()
