"""The manifest, the icons and the worker: fetched by browsers without signing in, and nothing of anybody in them."""

import json
import struct
import zlib

import pytest
from django.test import Client

from tests.inbox.push.icons import FOLDER, ICONS, draw

pytestmark = pytest.mark.django_db


def pixels(png: bytes) -> tuple[bytes, bytes]:
    """Header and raw rows; compressors differ in what they make of them."""
    length = struct.unpack(">I", png[33:37])[0]
    assert png[37:41] == b"IDAT"
    return png[16:29], zlib.decompress(png[41 : 41 + length])


@pytest.mark.parametrize("icon", ICONS, ids=lambda icon: icon.name)
def test_the_icons_are_what_the_code_draws(icon: object) -> None:
    assert pixels((FOLDER / icon.name).read_bytes()) == pixels(draw(icon))  # type: ignore[attr-defined, arg-type]


def test_the_manifest_makes_the_admin_installable() -> None:
    answer = Client().get("/admin/app.webmanifest", headers={"accept-language": "en"})
    manifest = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (manifest["scope"], manifest["display"], manifest["lang"]) == ("/admin/", "standalone", "en")
    assert manifest["start_url"].startswith(manifest["scope"])
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    assert "maskable" in [icon.get("purpose") for icon in manifest["icons"]]


def test_the_worker_comes_from_the_admins_folder_and_keeps_no_page() -> None:
    answer = Client().get("/admin/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Content-Security-Policy"] == "default-src 'self'"
    text = answer.content.decode()
    assert "caches" not in text
    assert '"fetch"' not in text


def test_neither_answers_a_form() -> None:
    assert [Client().post(path).status_code for path in ("/admin/app.webmanifest", "/admin/worker.js")] == [405, 405]
