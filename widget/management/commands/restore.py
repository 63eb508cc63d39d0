"""`manage.py restore FILE`: puts a backup in the place of what is there, which is kept. Kanal must stand still. Calls ops/backup/restoring.py."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from widget.ops.backup.errors import BackupError
from widget.ops.backup.passphrase import passphrase
from widget.ops.backup.restoring import restore_backup


class Command(BaseCommand):
    help = "Restores a backup: checks all of it first, then swaps it with what is there; the former state is kept in DATA_DIR."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--passphrase-file", default="", help="a file that holds the passphrase (default: BACKUP_PASSPHRASE_FILE, else it is asked for)")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"].expanduser().absolute()
        try:
            restored = restore_backup(file, passphrase(options["passphrase_file"], "Passphrase of this backup: "))
        except BackupError as error:
            raise CommandError(str(error)) from None
        call_command("migrate", verbosity=0, interactive=False)
        call_command("rebuild_search", "--if-stale")
        rows = sum(restored.manifest.counts.values())
        self.stdout.write(f"Restored {rows} rows as of {restored.manifest.made_at}. The former state is kept in {restored.former}; remove it when all is well.")
        if restored.former_database:
            self.stdout.write(f'The former database is {restored.former_database}; in psql: DROP DATABASE "{restored.former_database}";')
        for key in restored.other_keys:
            name, place = key.replace(".key", "_key").upper(), restored.former.parent / key
            self.stderr.write(f"{name} comes from the environment and is not the backup's, which lies in {place} now: put that value there.")
