#!/usr/bin/env python
"""Runs Django's commands for this project: `python manage.py serve`, `migrate`, `create_site` and the rest."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    # What is written here are customers' words and keys: for this user only.
    os.umask(0o077)
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db.utils import DatabaseError, OperationalError
    except ImportError:
        sys.exit("Django is not installed for this Python. Run `make run` once, or `pip install -e .` in a virtual environment.")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Kanal cannot start: {error}")
    except (DatabaseError, OperationalError) as error:
        # Other kinds are mistakes of ours, which need their traceback.
        if "--traceback" in sys.argv or type(error) not in (DatabaseError, OperationalError):
            raise
        said = str(error).splitlines()[0].rstrip(".")
        sys.exit(f"Kanal cannot use its database: {said}. {_advice()} Then run the same command again.")


def _advice() -> str:
    from django.db import connection

    if connection.vendor == "sqlite":
        return "Look at the room on the disk and at who may write to DATA_DIR."
    return "Look whether PostgreSQL runs and DATABASE_URL names it rightly."


if __name__ == "__main__":
    main()
