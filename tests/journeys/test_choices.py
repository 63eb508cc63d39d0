"""On a cheap phone the list with which the assistant asks back is tapped; typing its number still works, also where the buttons never came."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.driver import Server
from tests.journeys.chat import Chat
from tests.journeys.shop import stored

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LEAST_PX = 44
ASKED = "perawatan"
FIRST = "Bagaimana cara mencuci dan merawat batik?"
SECOND = "Cara merawat anyaman supaya tidak berjamur"
ANSWER = "Simpan di tempat kering"


@pytest.fixture
def chat(shop: Server, new_chat: Callable[..., Chat]) -> Chat:
    """Somebody who was asked back which of three they mean."""
    chat = new_chat(**PHONE).visit(shop.demo_address)
    chat.ask(ASKED)
    expect(choices(chat)).to_have_count(3)
    return chat


def choices(chat: Chat) -> Locator:
    return chat.log.get_by_role("listitem").get_by_role("button")


def choice(chat: Chat, title: str) -> Locator:
    return chat.log.get_by_role("button", name=title)


@pytest.mark.parametrize("press", [Locator.tap, Locator.click])
def test_a_tap_sends_the_title_and_gets_its_answer(chat: Chat, shop: Server, press: Callable[[Locator], None]) -> None:
    for button in choices(chat).all():
        box = button.bounding_box()
        assert box and box["height"] >= LEAST_PX and box["x"] + box["width"] <= 360
        expect(button).to_be_in_viewport(ratio=1)
    assert [chat.log.get_by_text(title).count() for title in (FIRST, SECOND)] == [1, 1], "nothing is there twice"
    expect(chat.box).to_be_focused()
    press(choice(chat, SECOND))
    expect(chat.answers).to_have_count(2)
    expect(choices(chat)).to_have_count(0)
    expect(chat.answers.last).to_contain_text(ANSWER)
    expect(chat.log.get_by_role("listitem").filter(has_text=FIRST)).to_be_attached()
    assert [row["text"] for row in stored(shop) if row["author"] == "visitor"] == [ASKED, SECOND]


def test_a_reload_keeps_them_and_typing_something_else_takes_them_away(chat: Chat) -> None:
    chat.page.reload()
    chat.open()
    expect(choices(chat)).to_have_count(3)
    chat.ask("bisa cod ga kak")
    expect(choices(chat)).to_have_count(0)
    expect(chat.log.get_by_role("listitem").filter(has_text=SECOND)).to_be_attached()


def test_a_tap_without_network_leaves_once_it_is_back(chat: Chat) -> None:
    chat.page.context.set_offline(True)
    choice(chat, SECOND).tap()
    expect(choices(chat)).to_have_count(0)
    expect(chat.log.get_by_text("Menunggu dikirim")).to_be_visible()
    chat.page.context.set_offline(False)
    expect(chat.answers.last).to_contain_text(ANSWER)


def test_they_are_reached_and_pressed_by_keyboard_and_a_drop_keeps_the_focus(shop: Server, new_chat: Callable[..., Chat]) -> None:
    chat = new_chat(viewport={"width": 1280, "height": 800})
    chat.page.add_init_script("window.sockets = []; window.WebSocket = class extends WebSocket { constructor(...all) { super(...all); sockets.push(this); } };")
    chat.visit(shop.demo_address).ask(ASKED)
    expect(choices(chat)).to_have_count(3)
    chat.log.focus()
    for _ in range(2):
        chat.page.keyboard.press("Tab")
    expect(choice(chat, SECOND)).to_be_focused()
    with chat.page.expect_websocket() as again:
        chat.page.evaluate("sockets[0].close()")
    again.value.wait_for_event("framereceived")
    chat.page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    expect(choice(chat, SECOND)).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(chat.answers.last).to_contain_text(ANSWER)
    expect(chat.box).to_be_focused()


def test_where_the_buttons_do_not_come_the_number_is_typed(shop: Server, new_chat: Callable[..., Chat]) -> None:
    chat = new_chat(**PHONE)
    chat.page.route(re.compile("module-choices"), lambda route: route.abort())
    chat.visit(shop.demo_address)
    asked = chat.ask(ASKED)
    assert all(title in asked.text for title in (FIRST, SECOND))
    expect(choices(chat)).to_have_count(0)
    assert ANSWER in chat.ask("yang kedua").text
