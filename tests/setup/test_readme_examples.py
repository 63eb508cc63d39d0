"""The README's examples of signing a customer in are run as they stand there (S10). The one for Node is tried in static/widget/test."""

import re
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from tests.websites import SECRET
from widget.conversations.identity import read_identity

pytestmark = pytest.mark.promise("S10")
USER = SimpleNamespace(id=4711, name="Siti Nurhaliza ✓ Ünal", email="siti@example.com")


def example(readme: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?kanal_?identity.*?)```", (Path(settings.BASE_DIR) / readme).read_text("utf-8"), re.S | re.I)
    assert found
    return found[1].rsplit(f"```{language}\n", 1)[-1]


@pytest.mark.parametrize("readme", ["README.md", "README.id.md"])
def test_what_the_python_example_signs_is_taken(readme: str) -> None:
    space: dict[str, Any] = {"KANAL_SECRET": SECRET}
    exec(example(readme, "python"), space)
    claims = read_identity(space["kanal_identity"](USER), SECRET, "toko", time.time())
    assert (claims.sub, claims.name, claims.email) == ("4711", "Siti Nurhaliza Ünal", "siti@example.com")


@pytest.mark.parametrize("language", ["python", "php", "js"])
def test_both_readmes_give_the_same_example(language: str) -> None:
    assert example("README.md", language) == example("README.id.md", language)
