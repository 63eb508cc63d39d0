"""The chat on a cheap phone: the whole screen, the page behind held still, the message box above the keyboard, everything big enough for a thumb."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.driver import Server
from tests.journeys.chat import Chat

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LEAST_PX = 44

# A visual viewport that a test can shrink, as a phone's keyboard does: no browser offers that from outside.
KEYBOARD = """
const fake = Object.assign(new EventTarget(), { height: 740, width: 360, offsetTop: 0, offsetLeft: 0, pageTop: 0, scale: 1 });
for (const name of ["resize", "scroll"]) Object.defineProperty(fake, "on" + name, { set(call) { this.addEventListener(name, call); } });
Object.defineProperty(window, "visualViewport", { value: fake });
window.keyboard = (height, top) => { Object.assign(fake, { height, offsetTop: top }); fake.dispatchEvent(new Event("resize")); };
"""


@pytest.fixture
def chat(shop: Server, new_chat: Callable[..., Chat]) -> Chat:
    chat = new_chat(**PHONE)
    chat.page.goto(shop.demo_address)
    return chat


def test_the_chat_fills_the_screen_and_the_page_behind_stays(chat: Chat) -> None:
    session = chat.page.context.new_cdp_session(chat.page)
    gesture = {"x": 120, "yDistance": -300, "speed": 3000}
    session.send("Input.synthesizeScrollGesture", {**gesture, "y": 600})
    before = chat.page.evaluate("scrollY")
    assert before > 0, "the gesture works"
    chat.button.tap()
    expect(chat.box).to_be_visible()
    expect(chat.panel).to_have_js_property("open", True)
    chat.page.wait_for_function("(panel) => panel.getAnimations().length === 0", arg=chat.panel.element_handle())
    assert chat.panel.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}
    for y in (40, 400, 600):
        session.send("Input.synthesizeScrollGesture", {**gesture, "y": y})
        session.send("Input.synthesizeScrollGesture", {**gesture, "y": y, "yDistance": 30})
    assert chat.page.evaluate("scrollY") == before
    chat.close.tap()
    expect(chat.panel).to_be_hidden()
    session.send("Input.synthesizeScrollGesture", {**gesture, "y": 600})
    assert chat.page.evaluate("scrollY") > before, "the page scrolls again"


def test_the_message_box_stays_above_the_keyboard(shop: Server, new_chat: Callable[..., Chat]) -> None:
    chat = new_chat(**PHONE)
    chat.page.add_init_script(KEYBOARD)
    chat.page.goto(shop.demo_address)
    chat.button.tap()
    chat.ask("bisa cod ga kak")
    chat.box.tap()
    for height, top in ((410, 0), (380, 60)):
        chat.page.evaluate("([height, top]) => keyboard(height, top)", [height, top])
        expect(chat.answers.last).to_be_in_viewport()
        box = chat.box.bounding_box()
        assert box and top <= box["y"] and box["y"] + box["height"] <= top + height
    chat.page.evaluate("keyboard(740, 0)")
    box = chat.box.bounding_box()
    assert box and box["y"] > 600


def test_everything_is_big_enough_for_a_thumb_and_no_input_makes_the_phone_zoom(chat: Chat) -> None:
    chat.button.tap()
    chat.ask("kak jual tiket konser dangdut ga")
    expect(chat.contact_way).to_be_visible()
    small = [
        (control.get_attribute("aria-label") or control.get_attribute("title") or control.inner_text(), box)
        for control in (*chat.panel.get_by_role("button").all(), *chat.panel.get_by_role("textbox").all(), chat.whatsapp)
        if (box := control.bounding_box()) and min(box["width"], box["height"]) < LEAST_PX
    ]
    assert small == []
    for box in (chat.box, chat.contact_way, chat.contact_name):
        assert box.evaluate("(box) => parseFloat(getComputedStyle(box).fontSize)") >= 16


def test_no_keyboard_springs_up_and_nothing_is_wider_than_the_screen(chat: Chat) -> None:
    chat.button.tap()
    expect(chat.box).to_be_visible()
    expect(chat.box).not_to_be_focused()
    chat.ask("https://tokobusari.example/" + "sangat-panjang-" * 12)
    assert chat.log.evaluate("(log) => log.scrollWidth <= log.clientWidth")
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= 360
