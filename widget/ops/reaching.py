"""Whether the database server can be used at all, said in one sentence before anything is served. Called by `manage.py serve`; SQLite is always in reach."""

from django.db import OperationalError, connection

from widget.ops.errors import DatabaseLoginError, DatabaseMissingError, DatabaseTooOldError, DatabaseUnreachableError

OLDEST = 15


def reach_database() -> None:
    """Raises a ServeError. Changes nothing."""
    if connection.vendor != "postgresql":
        return
    told = connection.settings_dict
    where = f"{told['HOST'] or 'this machine'}{':' if told['PORT'] else ''}{told['PORT']}"
    try:
        connection.ensure_connection()
    except OperationalError as error:
        # What the server says comes last; a connection that was refused has no code to go by.
        told_last = str(error).rpartition("FATAL:")[2].strip().splitlines() or [""]
        reason = told_last[0].rpartition(" failed: ")[2].strip()
        if "does not exist" in reason and reason.startswith("database"):
            raise DatabaseMissingError(name=told["NAME"], where=where) from None
        if "authentication failed" in reason or reason.startswith("role") or "no password supplied" in reason:
            raise DatabaseLoginError(user=told["USER"] or "this user", where=where) from None
        raise DatabaseUnreachableError(where=where, reason=reason.rstrip(".")) from None
    version = connection.pg_version // 10_000  # type: ignore[attr-defined]
    if version < OLDEST:
        raise DatabaseTooOldError(where=where, version=version, oldest=OLDEST)
