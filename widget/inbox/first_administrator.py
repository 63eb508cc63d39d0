"""The administrator a new installation begins with: a superuser whose random password lies in a file until it is changed.

Made by the commands set_up_demo and prepare_server; later ones are made in the admin.
"""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model

ADMIN = "admin"
# Without the characters that are mistaken for one another when typed from a screen into a phone.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def make_administrator() -> None:
    """A superuser with a random password kept in `password_file()`, unless there is a superuser already."""
    users = get_user_model()
    if users.objects.filter(is_superuser=True).exists():
        return
    password = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    file = password_file()
    file.unlink(missing_ok=True)
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as kept:
        kept.write(password + "\n")
    users.objects.create_superuser(ADMIN, password=password)


def password_file() -> Path:
    return Path(settings.DATA_DIR) / "admin-password.txt"
