"""What can keep an installation from serving. The docstring of each is the sentence the operator reads."""


class ServeError(Exception):
    """Kanal could not start."""

    def __init__(self, **details: object) -> None:
        super().__init__(" ".join((type(self).__doc__ or "").split()).format(**details))
        self.details = details


class PortTakenError(ServeError):
    """Port {port} on {host} is in use by another program. Stop that program or choose another port, for example: make run PORT={other}"""


class AddressUnusableError(ServeError):
    """Kanal cannot listen on {host} port {port}: {reason}."""


class AlreadyServingError(ServeError):
    """Kanal already serves from {folder}{process}. Only one process can use this SQLite database: stop that one, or set another DATA_DIR."""


class FolderUnusableError(ServeError):
    """Kanal cannot write {path}: {reason}. Make room on the disk, or let this user write there, then start again."""


class DatabaseUnusableError(ServeError):
    """Kanal cannot use its database. {trouble} Nothing was changed; once that is mended, start again."""


class DatabaseUnreachableError(ServeError):
    """PostgreSQL on {where} cannot be reached: {reason}. Nothing was changed: start it, or correct DATABASE_URL, then start again."""


class DatabaseLoginError(ServeError):
    """PostgreSQL on {where} does not let {user} in. Nothing was changed: correct the name or the password in DATABASE_URL, then start again."""


class DatabaseMissingError(ServeError):
    """PostgreSQL on {where} has no database {name}. Make it (createdb {name}) and run `manage.py migrate`, or correct DATABASE_URL, then start again."""


class DatabaseTooOldError(ServeError):
    """PostgreSQL on {where} is version {version}; Kanal needs {oldest} or newer. Nothing was changed: update PostgreSQL, then start again."""


class NewerDatabaseError(ServeError):
    """The database is of a newer version of Kanal (migration {migration}). Nothing was changed: update Kanal, or restore a backup made by this version."""


class OtherKeysError(ServeError):
    """Another process uses this database with another {settings}, so neither would know what the other signed or encrypted. Nothing was changed: copy
    {files} from its DATA_DIR or set {settings} alike for both, or stop it first if the new key replaces the old one, then start again.
    """


class OlderDatabaseError(ServeError):
    """The database is not prepared for this version of Kanal. Run `manage.py migrate` once (`make run` and `make update` do so), then start again."""
