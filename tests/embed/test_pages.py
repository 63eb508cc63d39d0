"""The hosted chat and the privacy page: small, strict, in the visitor's language, true."""

from decimal import Decimal

import pytest
from django.test import AsyncClient

from widget.providers import registry
from widget.providers.models import Provider
from widget.sites.models import Site


async def test_the_hosted_chat_is_the_tag_on_an_empty_page(site: Site, async_client: AsyncClient) -> None:
    response = await async_client.get("/c/toko")
    page = response.content.decode()
    assert response.status_code == 200
    assert "<title>Toko &lt;/script&gt; &amp; Saya</title>" in page
    assert '<script async src="/widget.js?site=toko" data-site="toko" data-lang="id" data-full></script>' in page
    assert 'href="https://wa.me/6281200000000"' in page and 'href="mailto:a@toko.test"' in page
    assert "<noscript>" in page


async def test_its_policy_allows_the_chat_and_nothing_else(site: Site, async_client: AsyncClient) -> None:
    policy = (await async_client.get("/c/toko"))["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "connect-src 'self' ws://testserver" in policy
    assert "frame-ancestors 'none'" in policy and "unsafe" not in policy


@pytest.mark.parametrize("path", ["/c/unknown", "/privacy/unknown", "/c/off", "/privacy/off"])
async def test_a_key_that_is_not_on_is_not_found(site: Site, async_client: AsyncClient, path: str) -> None:
    await Site.objects.acreate(key="off", name="Off", active=False)
    assert (await async_client.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("path", "wish", "language"),
    [
        ("/c/toko", "", "id"),
        ("/c/toko", "en-GB,en;q=0.9,id;q=0.5", "en"),
        ("/c/toko", "fr, ms;q=0.5", "id"),
        ("/c/toko", "zh", "id"),
        ("/c/toko?lang=en", "id", "en"),
        ("/c/toko?lang=xx", "en", "en"),
        ("/c/english", "zh", "en"),
    ],
)
async def test_pages_come_in_the_language_of_the_visitor(site: Site, async_client: AsyncClient, path: str, wish: str, language: str) -> None:
    await Site.objects.acreate(key="english", name="English", language="en")
    response = await async_client.get(path, headers={"accept-language": wish})
    assert f'<html lang="{language}">' in response.content.decode()
    assert response["Content-Language"] == language


async def test_the_privacy_page_says_how_long_and_whom_to_ask(site: Site, async_client: AsyncClient) -> None:
    page = (await async_client.get("/privacy/toko?lang=en")).content.decode()
    assert "180 days after their last message" in page
    assert "a@toko.test" in page
    assert "no language model of another company" in page


async def test_the_privacy_page_names_who_writes_the_answers(site: Site, async_client: AsyncClient) -> None:
    await Provider.objects.acreate(name="Any", base_url="https://api.model.example/v1", model="m", price_in=Decimal(0))
    registry.forget()
    page = (await async_client.get("/privacy/toko?lang=en")).content.decode()
    registry.forget()
    assert "sent to api.model.example" in page and "no language model of another company" not in page


async def test_behind_a_proxy_the_public_address_says_whether_it_is_https(site: Site, async_client: AsyncClient, settings: object) -> None:
    settings.PUBLIC_URL = "https://testserver"  # type: ignore[attr-defined]
    assert "connect-src 'self' wss://testserver" in (await async_client.get("/c/toko"))["Content-Security-Policy"]
    assert '"host":"https://testserver"' in (await async_client.get("/widget.js?site=toko")).content.decode()
