"""`manage.py backup FILE`: one encrypted file with database, uploads and keys, made while Kanal runs. Calls ops/backup/making.py."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from widget.ops.backup import freshness
from widget.ops.backup.errors import BackupError
from widget.ops.backup.making import make_backup
from widget.ops.backup.passphrase import passphrase

_BY_TIME = re.compile(r"(?P<kind>.*-)\d{8}-\d{6}\.kanal")


class Command(BaseCommand):
    help = "Writes database, uploads and keys into one file, encrypted under a passphrase. Kanal goes on serving meanwhile."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the new file, or a folder in which one named by day and time is made")
        parser.add_argument("--passphrase-file", default="", help="a file that holds the passphrase (default: BACKUP_PASSPHRASE_FILE, else it is asked for)")
        parser.add_argument(
            "--keep",
            type=int,
            default=0,
            metavar="N",
            help="then removes all but the newest N backups in the folder whose name is this one with another day and time",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"].expanduser().absolute()
        if file.is_dir():
            file = file / f"kanal-{timezone.localtime():%Y%m%d-%H%M%S}.kanal"
        try:
            with freshness.noted(file.parent):
                manifest = make_backup(file, passphrase(options["passphrase_file"], "Passphrase for this backup (write it down): "))
        except BackupError as error:
            raise CommandError(str(error)) from None
        rows = sum(manifest.counts.values())
        self.stdout.write(f"{file} holds {rows} rows of {len(manifest.counts)} tables, the uploads and the keys, checked and encrypted ({_size(file)}).")
        if options["keep"]:
            self._remove_old(file, options["keep"])

    def _remove_old(self, file: Path, keep: int) -> None:
        named = _BY_TIME.fullmatch(file.name)
        if named is None:
            return
        # Only what was named by day and time, as this one: what a person called otherwise is kept for a reason.
        alike = (path for path in file.parent.iterdir() if (found := _BY_TIME.fullmatch(path.name)) and found["kind"] == named["kind"])
        backups = sorted(alike, key=lambda path: path.stat().st_mtime, reverse=True)
        for old in backups[keep:]:
            old.unlink()
            self.stdout.write(f"Removed {old.name}.")


def _size(file: Path) -> str:
    size = file.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.0f} kB"
