"""The small pages of our own, as a visitor meets them: the policy the chat links, and the chat that fills a page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.driver import Server
from tests.journeys.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.live]


def test_the_policy_linked_on_another_website_is_a_page_of_ours(shop: Server, page: Page) -> None:
    page.goto(shop.demo_address)
    page.locator("kanal-chat button").first.click()
    link = page.locator("kanal-chat .foot a")
    expect(link).to_have_attribute("href", f"{shop.address}/privacy/demo")
    page.goto(f"{shop.address}/privacy/demo?lang=en")
    expect(page.locator("h1")).to_have_text("Privacy of this chat")


def test_the_hosted_page_opens_the_chat_at_once_in_the_visitors_language(shop: Server, watched_page: Callable[..., Watched]) -> None:
    watched = watched_page(locale="en-GB", viewport={"width": 360, "height": 740})
    watched.page.goto(f"{shop.address}/c/demo")
    expect(watched.page.locator("kanal-chat textarea")).to_be_visible()
    expect(watched.page.locator("kanal-chat .foot")).to_contain_text("automatic assistant")
    assert watched.complaints == []


def test_without_scripts_the_hosted_page_names_other_ways(shop: Server, new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False, locale="en-GB")
    page.goto(f"{shop.address}/c/demo")
    expect(page.locator("a.contact").first).to_have_attribute("href", "https://wa.me/6281200000000")
