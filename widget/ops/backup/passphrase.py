"""Where the passphrase of a backup comes from: a file named on the command line or by BACKUP_PASSPHRASE_FILE, else the keyboard. Called by both commands."""

import getpass
import warnings
from pathlib import Path

from django.conf import settings

from widget.ops.backup.errors import NoTerminalError, PassphraseUnreadableError


def passphrase(named: str, ask: str) -> str:
    """Raises PassphraseUnreadableError or NoTerminalError. A line break at the end of the file does not belong to it."""
    path = named or settings.BACKUP_PASSPHRASE_FILE
    if not path:
        return _asked(ask)
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise PassphraseUnreadableError(file=path, reason=getattr(error, "strerror", None) or "it is no text") from None


def _asked(ask: str) -> str:
    try:
        with warnings.catch_warnings():
            # How getpass says that there is no terminal, before it reads what a pipe or a timer's empty input holds.
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(ask)
    except (EOFError, getpass.GetPassWarning):
        raise NoTerminalError from None
