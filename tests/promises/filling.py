"""The shipped server with a storage that can be full (R22). Run by storage.py through altered_server.py.

While the file `full` lies in DATA_DIR, every connection is told by SQLite's own limit that no page may be added: its writes end in
"database or disk is full", exactly as on a disk without room.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

ORDER = "full"
_NO_LIMIT = 2_000_000_000


def alter() -> None:
    wrapper = import_module("django.db.backends.sqlite3.base").DatabaseWrapper
    begin, order = wrapper._start_transaction_under_autocommit, Path(import_module("django.conf").settings.DATA_DIR) / ORDER

    def limited(self: Any) -> None:
        pages = self.connection.execute("PRAGMA page_count").fetchone()[0] if order.exists() else _NO_LIMIT
        self.connection.execute(f"PRAGMA max_page_count={pages}")
        begin(self)

    wrapper._start_transaction_under_autocommit = limited
