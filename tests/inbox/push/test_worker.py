"""The worker in a real Chromium: what it shows of a push, and of garbage."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.driver import Server
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.live]
REGISTER = "async () => { await navigator.serviceWorker.register('/admin/worker.js'); return (await navigator.serviceWorker.ready).scope; }"
ACTIVE = """async () => { const { active } = await navigator.serviceWorker.ready;
    await new Promise((done) => active.state === "activated" ? done() : active.addEventListener("statechange", done)); }"""
SHOWN = "async () => (await (await navigator.serviceWorker.ready).getNotifications()).map((one) => [one.title, one.body, one.tag, one.data.path])"


def delivered(page: Page, server: Server, text: str) -> list[Any]:
    """What stands on the screen after this push."""
    session = page.context.new_cdp_session(page)
    seen: list[str] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: seen.extend(one["registrationId"] for one in event["registrations"]))
    session.send("ServiceWorker.enable")
    assert page.evaluate(REGISTER) == f"{server.address}/admin/"
    # The browser tells of the registration when it likes, and events are taken only while something is asked.
    eventually(lambda: page.evaluate(ACTIVE) or seen, 10)
    push = {"origin": server.address, "registrationId": seen[-1], "data": text}

    def shown_after_a_push() -> bool:
        # The developer's door of the browser drops a push now and then when the registration is new; each of the same tag takes the place of the last.
        session.send("ServiceWorker.deliverPushMessage", push)
        page.wait_for_timeout(500)
        return bool(page.evaluate(SHOWN))

    eventually(shown_after_a_push, 10)
    shown: list[Any] = page.evaluate(SHOWN)
    return shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            json.dumps({"title": "A visitor waits", "body": "Tap to answer.", "tag": "talk-1", "path": "/admin/inbox/1/"}),
            ["A visitor waits", "Tap to answer.", "talk-1", "/admin/inbox/1/"],
        ),
        ("no json", ["Kanal", "", "kanal", "/admin/"]),
        ('{"title": 7, "path": ["x"]}', ["Kanal", "", "kanal", "/admin/"]),
    ],
)
def test_every_push_becomes_a_notice(text: str, expected: list[str], server: Server, new_page: Callable[..., Page]) -> None:
    page = new_page(permissions=["notifications"])
    page.goto(f"{server.address}/admin/login/")
    assert delivered(page, server, text) == [expected]
