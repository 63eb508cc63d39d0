"""`manage.py rebuild_search`: makes the search index anew from the knowledge entries, after an upgrade or a restored backup."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from widget.knowledge.index.indexing import is_stale
from widget.knowledge.rebuild import rebuild, rebuild_from_nothing


class Command(BaseCommand):
    help = "Makes the search index anew from the knowledge entries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-stale", action="store_true", help="only when the index was made by an older version")

        parser.add_argument("--from-nothing", action="store_true", help="empty a damaged index first, all in one go: stop the server before")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_stale"] and not is_stale():
            return
        number = rebuild_from_nothing() if options["from_nothing"] else rebuild()
        self.stdout.write(f"{number} entries are in the search index.")
