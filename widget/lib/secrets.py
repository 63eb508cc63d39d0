"""Secrets that must stand in the database (provider keys, bot tokens) are encrypted with settings.FIELD_KEY, which never stands there.

Called by models that declare an `EncryptedTextField` and by `manage.py rotate_secrets`. Several keys may be given, separated by whitespace: the
first encrypts, all decrypt, so a key is changed by putting the new one in front, rotating, and dropping the old one.
"""

import base64
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NoReturn

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class SecretError(Exception):
    """A secret could not be encrypted or decrypted."""


class WrongKeyError(SecretError):
    """A stored secret was encrypted with another FIELD_KEY. Put the old key back (behind the new one, separated by a space), or enter the secret again."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class MissingKeyError(SecretError):
    """FIELD_KEY is empty, so secrets can neither be stored nor read."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class LostSecret(str):
    """Stands for a stored secret that FIELD_KEY cannot open: empty to whoever uses it, and saved back unchanged, so a key put back heals it."""

    stored: str

    def __new__(cls, stored: str) -> "LostSecret":
        lost = super().__new__(cls, "")
        lost.stored = stored
        return lost


@lru_cache(maxsize=8)
def _cipher(keys: str) -> MultiFernet:
    if not keys.split():
        raise MissingKeyError
    return MultiFernet([Fernet(_derive(key)) for key in keys.split()])


def _derive(key: str) -> bytes:
    """Any string becomes the 32 bytes Fernet wants; the string is expected to be random, so no slow derivation."""
    return base64.urlsafe_b64encode(HKDF(SHA256(), 32, salt=None, info=b"kanal field key 1").derive(key.encode()))


def validate_storable(text: object) -> None:
    """For every form that takes a secret. Raises ValidationError while there is no key to encrypt it with."""
    if text and not settings.FIELD_KEY.split():
        raise ValidationError(
            _(
                "This secret was not saved, because this server has lost the key it encrypts secrets with (field.key is empty). Nothing else is affected. "
                "Whoever runs the server puts the old field.key back, or removes the empty file and restarts Kanal; then enter it here again."
            )
        )


def encrypt(text: str) -> str:
    """Raises MissingKeyError. The empty text stays empty."""
    return _cipher(settings.FIELD_KEY).encrypt(text.encode()).decode() if text else ""


def decrypt(stored: str) -> str:
    """Raises WrongKeyError for what no key opens, and for what was never encrypted."""
    if not stored:
        return ""
    try:
        return _cipher(settings.FIELD_KEY).decrypt(stored).decode()
    except InvalidToken:
        raise WrongKeyError from None


class EncryptedTextField(models.TextField):
    """A text that is plain in Python and encrypted in the database; what cannot be opened arrives as a `LostSecret`. It cannot be searched."""

    default_validators = [validate_storable]

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if not value:
            return value
        try:
            return decrypt(value)
        except SecretError:
            return LostSecret(value)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, LostSecret):
            return value.stored
        prepared = super().get_prep_value(value)
        return encrypt(prepared) if isinstance(prepared, str) else prepared

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else self._refuse(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        self._refuse(lookup_name)

    def _refuse(self, lookup_name: str) -> NoReturn:
        raise FieldError(f"{self.name} is encrypted and cannot be searched by {lookup_name}.")


def encrypted_fields() -> Iterator[tuple[type[models.Model], str]]:
    """Every encrypted column of the installation, for rotation."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field.name


def rotate(model: type[models.Model], name: str) -> tuple[int, int]:
    """Encrypts one column anew with the first key. Returns how many rows were rewritten and how many no key could open."""
    done = lost = 0
    for pk, secret in model._base_manager.values_list("pk", name):
        if isinstance(secret, LostSecret):
            lost += 1
        elif secret:
            done += model._base_manager.filter(pk=pk).update(**{name: secret})
    return done, lost
