"""The chat as a page of its own, for a link in a bio, and the page that says what is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.driver import Server
from tests.journeys.chat import Chat
from tests.journeys.conftest import Watched
from tests.journeys.test_phone import PHONE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("options", [PHONE, {"viewport": {"width": 1280, "height": 800}}], ids=["phone", "desktop"])
def test_the_hosted_chat_is_open_at_once_and_answers(shop: Server, watched_page: Callable[..., Watched], options: dict[str, Any]) -> None:
    watched = watched_page(locale="id-ID", **options)
    chat = Chat(watched.page)
    watched.page.goto(f"{shop.address}/c/demo")
    expect(chat.box).to_be_visible()
    expect(chat.close).to_have_count(0)
    expect(chat.button).to_have_count(0)
    assert "COD 3 persen" in chat.ask("bisa cod ga kak").text
    chat.box.focus()
    expect(chat.panel.get_by_text("Dijawab asisten otomatis")).not_to_have_css("font-size", "0px")
    watched.page.keyboard.press("Escape")
    expect(chat.box).to_be_in_viewport(ratio=1)
    box = chat.panel.bounding_box()
    assert box and round(box["height"]) == options["viewport"]["height"]
    assert watched.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert watched.complaints == []


def test_the_policy_is_one_tap_away_and_says_how_long_chats_are_kept(shop: Server, watched_page: Callable[..., Watched]) -> None:
    watched = watched_page(locale="id-ID", **PHONE)
    chat = Chat(watched.page).visit(shop.demo_address)
    with watched.page.expect_popup() as popup:
        chat.panel.get_by_role("link", name="Kebijakan privasi").tap()
    policy = popup.value
    assert policy.url == f"{shop.address}/privacy/demo"
    expect(policy.get_by_role("heading", level=1)).to_be_visible()
    expect(policy.locator("body")).to_contain_text("180")
    assert policy.evaluate("document.documentElement.scrollWidth") <= 360
    assert watched.complaints == []


def test_a_key_that_is_not_known_has_no_page(shop: Server, watched_page: Callable[..., Watched]) -> None:
    for path in ("c", "privacy"):
        response = watched_page().page.goto(f"{shop.address}/{path}/tidak-ada")
        assert response and response.status == 404
