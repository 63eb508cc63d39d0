"""/widget.js carries a site's look, in the smallest form the browser takes; the built files may be kept for a year."""

import gzip
import json
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.test import AsyncClient

from widget.lib.compression import accepted_encoding
from widget.sites.models import Site

DIST = Path(settings.BASE_DIR) / "static" / "widget" / "dist"


async def test_the_loader_carries_the_look_of_its_site(site: Site, async_client: AsyncClient) -> None:
    response = await async_client.get("/widget.js?site=toko")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=300, stale-while-revalidate=604800"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Accept-Encoding" in response["Vary"]
    text = response.content.decode()
    assert "__KANAL_SITE__" not in text and "</script>" not in text
    look = json.JSONDecoder().raw_decode(text, text.index('{"key":'))[0]
    panel = look.pop("panel")
    assert look == {
        "key": "toko", "host": "http://testserver", "language": "id", "name": "Toko </script> & Saya", "accent": "#123abc", "greeting": "Halo Kak!",
    }  # fmt: skip
    assert set(panel) == {"id", "en"} and all(re.fullmatch(r"/panel-\w\w-\w+\.js", name) for name in panel.values())


@pytest.mark.parametrize("query", ["", "?site=", "?site=unknown", "?site=" + "x" * 100, "?site=off"])
async def test_without_a_site_that_is_on_the_loader_draws_nothing(site: Site, async_client: AsyncClient, query: str) -> None:
    await Site.objects.acreate(key="off", name="Off", active=False)
    response = await async_client.get(f"/widget.js{query}")
    assert response.status_code == 200
    assert '"host"' not in response.content.decode() and "__KANAL_SITE__" not in response.content.decode()


async def test_a_foreign_host_header_cannot_be_put_in_the_script(site: Site, async_client: AsyncClient) -> None:
    response = await async_client.get("/widget.js?site=toko", headers={"host": "evil.test"})
    assert response.status_code == 400


async def test_each_browser_gets_the_smallest_form_it_takes(site: Site, async_client: AsyncClient) -> None:
    plain = (await async_client.get("/widget.js?site=toko")).content
    gzipped = await async_client.get("/widget.js?site=toko", headers={"accept-encoding": "gzip, deflate"})
    small = await async_client.get("/widget.js?site=toko", headers={"accept-encoding": "gzip, deflate, br, zstd"})
    assert gzipped["Content-Encoding"] == "gzip" and gzip.decompress(gzipped.content) == plain
    assert small["Content-Encoding"] == "br" and brotli.decompress(small.content) == plain
    assert len(small.content) < len(gzipped.content) < len(plain)


async def test_every_built_file_is_served_for_a_year_to_any_website(site: Site, async_client: AsyncClient) -> None:
    names = {path.name for path in DIST.iterdir()} - {"loader.js", "manifest.json"}
    assert len(names) >= 20
    for name in names:
        response = await async_client.get(f"/{name}")
        assert response.content.decode() == (DIST / name).read_text("utf-8"), name
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("kind", ["panel-id", "panel-en", "module-contact-id", "module-identity-en"])
async def test_a_page_of_before_an_update_gets_the_files_of_today(site: Site, async_client: AsyncClient, kind: str) -> None:
    today = next(DIST.glob(f"{kind}-*.js"))
    older = await async_client.get(f"/{kind}-0a1b2c.js")
    assert older.content.decode() == today.read_text("utf-8")
    assert older["Cache-Control"] == "public, max-age=60", "the process that answers next may have the very file"


@pytest.mark.parametrize(
    "name",
    [
        "panel-id-0000000000.js",
        "panel-jv-0a1b2c.js",
        "module-nothing-id-0a1b2c.js",
        "panel-id-0a1b2c.map",
        "panel-..-x.js",
        "module-%2e%2e%2fmanifest-1.js",
        "panel-manifest.json",
        "loader.js",
        "manifest.json",
    ],
)
async def test_what_was_not_built_is_not_found(site: Site, async_client: AsyncClient, name: str) -> None:
    assert (await async_client.get(f"/{name}")).status_code == 404


async def test_only_reading_is_possible(site: Site, async_client: AsyncClient) -> None:
    assert (await async_client.post("/widget.js?site=toko")).status_code == 405


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("", ""),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("*", "br"),
        ("identity", ""),
        ("br;q=nonsense, gzip", "gzip"),
        ("BR ; Q=0.5", "br"),
        ("*;q=0", ""),
        ("gzip, *;q=0", "gzip"),
    ],
)
def test_the_accept_encoding_header_is_obeyed(header: str, encoding: str) -> None:
    assert accepted_encoding(header) == encoding
