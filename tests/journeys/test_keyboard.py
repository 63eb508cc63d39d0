"""The chat without a mouse and without eyes: the way in and out by keys, focus that stays where it is, and an announcer that says each thing once."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.driver import Server
from tests.fakes.model_server import ModelServer
from tests.journeys.chat import Chat
from tests.journeys.shop import MODEL

pytestmark = pytest.mark.browser

INPUT = '<label>Cari <input id="cari"></label>'


def test_tab_enter_and_escape_lead_in_and_out(tagged: Callable[..., str], new_chat: Callable[..., Chat]) -> None:
    chat = new_chat()
    page = chat.page
    page.goto(tagged())
    expect(chat.button).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Produk")).to_be_focused()
    page.keyboard.press("Tab")
    expect(chat.button).to_be_focused()
    expect(chat.button).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(chat.box).to_be_focused()
    expect(chat.button).to_have_attribute("aria-expanded", "true")
    page.keyboard.type("bisa cod ga kak")
    page.keyboard.press("Enter")
    expect(chat.answers).to_have_count(1)
    expect(chat.box).to_be_focused()
    page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.button).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.box).to_be_focused()


def test_an_arriving_answer_moves_no_focus(tagged: Callable[..., str], new_chat: Callable[..., Chat], model_server: ModelServer) -> None:
    model_server.set(MODEL, "tokens:40@20")
    chat = new_chat().visit(tagged("model", body=INPUT))
    chat.say("ada tas rotan?")
    search = chat.page.get_by_label("Cari")
    search.press_sequentially("tas")
    expect(chat.writing).to_contain_text("yang sabar")
    search.press_sequentially(" rotan")
    expect(chat.answers).to_have_count(1)
    expect(search).to_be_focused()
    expect(search).to_have_value("tas rotan")


def test_the_announcer_says_that_an_answer_comes_and_then_the_answer_once_each(
    tagged: Callable[..., str], new_chat: Callable[..., Chat], model_server: ModelServer
) -> None:
    model_server.set(MODEL, "tokens:0@30+text:Ada Kak, **tas rotan bulat** harganya Rp189.000 dan masih ready stok, silakan dipesan ya.")
    chat = new_chat().visit(tagged("model"))
    expect(chat.log).to_have_attribute("aria-live", "off")
    chat.panel.get_by_role("status").evaluate(
        """(node) => {
            const heard = (window.heard = []);
            new MutationObserver((records) => records.forEach((record) => record.addedNodes.forEach((added) => heard.push(added.textContent))))
                .observe(node, { childList: true, subtree: true, characterData: true });
        }"""
    )
    chat.ask("ada tas rotan?")
    assert chat.page.evaluate("heard") == ["Sedang menjawab…", "Ada Kak, tas rotan bulat harganya Rp189.000 dan masih ready stok, silakan dipesan ya."]
    chat.ask("yang kotak ada?")
    assert len(chat.page.evaluate("heard")) == 4


@pytest.mark.parametrize(("scheme", "width", "height"), [("light", 1280, 800), ("dark", 360, 740)])
def test_nothing_is_found_by_axe_in_any_state(shop: Server, new_chat: Callable[..., Chat], scheme: str, width: int, height: int) -> None:
    chat = new_chat(color_scheme=scheme, viewport={"width": width, "height": height})
    chat.page.goto(shop.demo_address)
    expect(chat.button).to_be_visible()
    assert _found(chat) == []
    chat.open()
    chat.ask("bisa cod ga kak")
    assert _found(chat) == []
    chat.person.click()
    expect(chat.contact_way).to_be_visible()
    assert _found(chat) == []


def _found(chat: Chat) -> list[str]:
    violations = Axe().run(chat.page, context={"include": [["kanal-chat"]]}, options={"preload": False}).response["violations"]
    return [f"{violation['id']}: {[(node['target'], node['failureSummary']) for node in violation['nodes']][:3]}" for violation in violations]
