"""`manage.py rotate_secrets`: encrypts every stored secret with the first key of FIELD_KEY, so that the keys behind it can be dropped. Calls lib/secrets.py."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from widget.lib import secrets


class Command(BaseCommand):
    help = "Encrypt every stored secret with the first key of FIELD_KEY (new key first, old keys behind it, separated by spaces)."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        counts = [secrets.rotate(model, name) for model, name in secrets.encrypted_fields()]
        done, lost = sum(count[0] for count in counts), sum(count[1] for count in counts)
        self.stdout.write(f"{done} secrets are encrypted with the first key now.")
        if lost:
            raise CommandError(f"{lost} secrets could be opened by no key of FIELD_KEY and were left as they are.", returncode=2)
