"""The shipped server with a storage that can be full (R22). Run by storage.py in the place of manage.py.

While the file `full` lies in DATA_DIR, every connection is told by SQLite's own limit that no page may be added: its writes end in
"database or disk is full", exactly as on a disk without room.
"""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

ORDER = "full"
_NO_LIMIT = 2_000_000_000


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    # By name, since none of it can be imported before the settings are named above.
    import_module("django").setup()
    _limit_pages()
    import_module("django.core.management").execute_from_command_line(sys.argv)


def _limit_pages() -> None:
    wrapper = import_module("django.db.backends.sqlite3.base").DatabaseWrapper
    begin, order = wrapper._start_transaction_under_autocommit, Path(import_module("django.conf").settings.DATA_DIR) / ORDER

    def limited(self: Any) -> None:
        pages = self.connection.execute("PRAGMA page_count").fetchone()[0] if order.exists() else _NO_LIMIT
        self.connection.execute(f"PRAGMA max_page_count={pages}")
        begin(self)

    wrapper._start_transaction_under_autocommit = limited


if __name__ == "__main__":
    main()
