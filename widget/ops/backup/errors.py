"""What can keep a backup from being made or put back. The docstring of each is the sentence the operator reads."""


class BackupError(Exception):
    """The backup failed. Nothing was left behind."""

    def __init__(self, **details: object) -> None:
        super().__init__((type(self).__doc__ or "").format(**details))


class WeakPassphraseError(BackupError):
    """A passphrase needs at least {least} characters: the backup holds your customers' chats and your keys. No backup was made."""


class PassphraseUnreadableError(BackupError):
    """The passphrase file {file} cannot be read: {reason}."""


class NoTerminalError(BackupError):
    """There is no terminal to ask for the passphrase at. Set BACKUP_PASSPHRASE_FILE to a file that holds it, or use --passphrase-file. Nothing was changed."""


class NoRoomError(BackupError):
    """A backup needs up to {needed:.0f} MB on the disk of {folder}, where {free:.0f} MB are free. None was begun; free some space or name another disk."""


class TargetTakenError(BackupError):
    """{file} exists already and was left alone. Choose another name for the backup."""


class NotWrittenError(BackupError):
    """The backup could not be written to {file}: {reason}. Nothing was left behind; free some space or choose another folder."""


class UnsoundDatabaseError(BackupError):
    """The database's own check found it damaged ({reason}). No backup was made; keep the older ones and restore the last good one."""


class ToolMissingError(BackupError):
    """{tool} is not installed. On Debian or Ubuntu: apt install postgresql-client. Nothing was changed."""


class ToolFailedError(BackupError):
    """{tool} failed: {reason}. Nothing was changed."""


class SourceUnreadableError(BackupError):
    """{file} cannot be read: {reason}. Nothing was changed."""


class NotABackupError(BackupError):
    """{file} is not a backup of Kanal. Nothing was changed."""


class WrongPassphraseError(BackupError):
    """The passphrase does not open {file}. Nothing was changed; try again with the passphrase of the day the backup was made."""


class BrokenBackupError(BackupError):
    """{file} is damaged or was cut short ({reason}). Nothing was changed; take an older backup, or copy this one again."""


class NewerBackupError(BackupError):
    """{file} was made by a newer version of Kanal ({version}, migration {migration}). Nothing was changed; update Kanal first, then restore."""


class OtherEngineError(BackupError):
    """{file} holds a {theirs} database and this installation uses {ours}. Nothing was changed; set DATABASE_URL to match the backup first."""


class RunningError(BackupError):
    """Kanal is running on this data{who}. Nothing was changed; stop it first (on a server: systemctl stop kanal.socket kanal), then restore."""


class NotRestoredError(BackupError):
    """The backup could not be put in place: {reason}. Everything was left as it was."""
