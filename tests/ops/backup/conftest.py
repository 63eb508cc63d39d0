"""An installation in a folder of its own, whose database is the test's: committed rows, two keys, one upload."""

from pathlib import Path
from typing import Any

import pytest

from widget.lib import secrets
from widget.providers.models import Provider
from widget.sites.models import Site

PASSPHRASE = "kuda-benar-baterai"


@pytest.fixture
def installed(transactional_db: None, settings: Any, tmp_path: Path) -> Path:
    """DATA_DIR."""
    folder = tmp_path / "data"
    (folder / "uploads" / "2026").mkdir(parents=True)
    (folder / "uploads" / "2026" / "foto.jpg").write_bytes(b"CANARY-upload" * 1000)
    (folder / "static").mkdir()
    (folder / "static" / "made-anew.css").write_text("CANARY-static")
    settings.DATA_DIR = folder
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS, settings.FIELD_KEY = "CANARY-secret-key", ["CANARY-older-key"], "CANARY-field-key"
    for name, key in (("secret.key", "CANARY-secret-key CANARY-older-key"), ("field.key", "CANARY-field-key")):
        (folder / name).write_text(key)
    secrets._cipher.cache_clear()
    Site.objects.create(key="toko", name="CANARY-site")
    provider = Provider(name="Satu", base_url="https://model.example/v1", model="m")
    provider.give_key("CANARY-provider-key")
    provider.save()
    return folder


@pytest.fixture
def passphrase_file(tmp_path: Path) -> str:
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE + "\n")
    return str(file)
