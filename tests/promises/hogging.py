"""The shipped server with two handlers that hog it (R26) and one that is broken (R51). Run by faults.py through altered_server.py.

A `page.set` whose title is `slow` asks the database for two seconds, `busy` computes for two seconds on one of its threads, `broken` raises.
"""

import time
from importlib import import_module
from typing import Any

SECONDS = 2.0
_ENDLESS = "WITH RECURSIVE counted(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted) SELECT count(*) FROM counted WHERE number < 0 LIMIT 1"


def alter() -> None:
    visitor, database = import_module("widget.realtime.visitor"), import_module("widget.lib.database")
    plain = visitor.HANDLERS["page.set"]

    async def set_page(connection: Any, site: Any, seen: Any) -> None:
        title = seen.text("title")
        if title == "broken":
            raise ZeroDivisionError("injected by the test")
        if title in ("slow", "busy"):
            await database.read(_query if title == "slow" else _compute)
        await plain(connection, site, seen)

    visitor.HANDLERS["page.set"] = set_page


def _query() -> None:
    """A query that the database works on for so long: PostgreSQL can be asked to, SQLite is interrupted."""
    connection = import_module("django.db").connection
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [SECONDS])
        return
    until = time.monotonic() + SECONDS
    with connection.cursor() as cursor:
        connection.connection.set_progress_handler(lambda: time.monotonic() > until, 100_000)
        try:
            cursor.execute(_ENDLESS)
        except import_module("django.db").OperationalError:
            return
        finally:
            connection.connection.set_progress_handler(None, 0)


def _compute() -> None:
    until, number = time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        number += 1
