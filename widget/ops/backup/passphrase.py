"""Where the passphrase of a backup comes from: a file named on the command line or by BACKUP_PASSPHRASE_FILE, else the keyboard. Called by both commands."""

import getpass
from pathlib import Path

from django.conf import settings

from widget.ops.backup.errors import PassphraseUnreadableError


def passphrase(named: str, ask: str) -> str:
    """Raises PassphraseUnreadableError. A line break at the end of the file does not belong to it."""
    path = named or settings.BACKUP_PASSPHRASE_FILE
    if not path:
        return getpass.getpass(ask)
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise PassphraseUnreadableError(file=path, reason=getattr(error, "strerror", None) or "it is no text") from None
