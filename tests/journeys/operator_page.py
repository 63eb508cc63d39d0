"""The live inbox as an operator uses it: found by roles and names, in English. Shared by the journeys through it."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Watched

Inbox = Callable[..., Watched]
# As a network that lets no WebSocket through: the handshake fails each time.
NO_SOCKETS = """
window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.({ code: 1006 }), 10); } send() {} close() {} };
"""


def found_by_axe(page: Page) -> list[str]:
    violations = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{violation['id']}: {[node['target'] for node in violation['nodes']][:3]}" for violation in violations]


def card(page: Page, words: str) -> None:
    """Opens the conversation in whose card these words stand."""
    page.locator(".talk-card").filter(has_text=words).first.tap()
    expect(page.locator(".talk-head h2")).to_be_visible()


def write(page: Page, words: str) -> None:
    page.get_by_role("textbox", name="Write to the visitor").fill(words)
    send(page, words)


def send(page: Page, words: str) -> None:
    page.get_by_role("button", name="Send", exact=True).tap()
    expect(page.locator(".row.operator:not(.pending) .bubble").last).to_have_text(words)


def choose(page: Page, *names: str | re.Pattern[str]) -> None:
    """Goes through the menu "More" and what it asks, one tap each."""
    page.get_by_role("button", name="More", exact=True).tap()
    for name in names:
        page.get_by_role("dialog").get_by_role("button", name=name).tap()
