"""lib/secrets.py keeps secrets out of the database's files, and says so when a key does not fit."""

from typing import Any

import pytest
from django.core.exceptions import FieldError
from hypothesis import given
from hypothesis import strategies as st

from widget.lib import secrets
from widget.lib.secrets import EncryptedTextField, LostSecret


@given(st.text())
def test_what_is_encrypted_comes_back(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    stored = secrets.encrypt(text)
    assert secrets.decrypt(stored) == text
    assert not text or len(text) < 3 or text not in stored


@pytest.mark.parametrize("key", ["x", "rahasia toko", "k" * 500, "ключ"])
def test_any_string_is_a_key(settings: Any, key: str) -> None:
    settings.FIELD_KEY = key
    assert secrets.decrypt(secrets.encrypt("sk-1")) == "sk-1"


def test_another_key_does_not_open_it(settings: Any) -> None:
    settings.FIELD_KEY = "old"
    stored = secrets.encrypt("sk-1")
    settings.FIELD_KEY = "new"
    with pytest.raises(secrets.WrongKeyError, match="another FIELD_KEY"):
        secrets.decrypt(stored)
    with pytest.raises(secrets.WrongKeyError):
        secrets.decrypt("sk-plain")


def test_the_first_key_encrypts_and_all_decrypt(settings: Any) -> None:
    settings.FIELD_KEY = "old"
    stored = secrets.encrypt("sk-1")
    settings.FIELD_KEY = "new\told"
    assert secrets.decrypt(stored) == "sk-1"
    renewed = secrets.encrypt("sk-1")
    settings.FIELD_KEY = "new"
    assert secrets.decrypt(renewed) == "sk-1"


def test_without_a_key_nothing_is_stored(settings: Any) -> None:
    settings.FIELD_KEY = "  "
    with pytest.raises(secrets.MissingKeyError):
        secrets.encrypt("sk-1")


def test_what_cannot_be_opened_arrives_empty_and_goes_back_unchanged(settings: Any) -> None:
    field = EncryptedTextField()
    settings.FIELD_KEY = "old"
    stored = field.get_prep_value("sk-1")
    settings.FIELD_KEY = "new"
    lost = field.from_db_value(stored, None, None)
    assert isinstance(lost, LostSecret) and lost == "" and field.get_prep_value(lost) == stored


def test_an_encrypted_column_cannot_be_searched() -> None:
    with pytest.raises(FieldError):
        EncryptedTextField(name="key").get_lookup("exact")
