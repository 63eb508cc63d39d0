"""A network that refuses WebSockets, in a real browser: the chat goes on over plain requests, and whoever talks does not notice."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.driver import Server
from tests.fakes.chaos_proxy import ChaosProxy
from tests.fakes.model_server import ModelServer
from tests.journeys.chat import Chat
from tests.journeys.shop import MODEL, stored
from tests.journeys.website import Website, tag

pytestmark = pytest.mark.browser


@pytest.fixture
def proxy(shop: Server) -> Iterator[ChaosProxy]:
    with ChaosProxy.in_thread("127.0.0.1", shop.port) as between:
        between.refusing_upgrades = True
        yield between


def test_where_sockets_are_refused_an_answer_comes_within_seconds(
    proxy: ChaosProxy, shop: Server, website: Website, new_chat: Callable[..., Chat], model_server: ModelServer
) -> None:
    model_server.set(MODEL, "tokens:30@30")
    chat = new_chat()
    chat.page.goto(website.page(tag(f"http://{proxy.host_port}", "model")))
    chat.button.click()
    chat.say("ada tas rotan?")
    lengths = chat.record_lengths()
    expect(chat.writing).not_to_be_empty(timeout=5_000)
    expect(chat.answers).to_have_count(1)
    assert proxy.refused_upgrades >= 2
    expect(chat.panel.locator(".bar")).to_be_hidden()
    assert len(lengths()) > 5, "word by word, not all at once"
    assert chat.texts() == [row["text"] for row in stored(shop, "model")]
    chat.ask("ongkir ke bandung?")
    assert chat.texts() == [row["text"] for row in stored(shop, "model")]


def test_cuts_in_mid_answer_end_in_the_very_text(
    proxy: ChaosProxy, shop: Server, website: Website, new_chat: Callable[..., Chat], model_server: ModelServer
) -> None:
    model_server.set(MODEL, "tokens:150@25+split-utf8")
    chat = new_chat().visit(website.page(tag(f"http://{proxy.host_port}", "model")))
    chat.say("ceritakan soal rotan")
    for number in range(3):
        length = len(chat.log.inner_text())
        chat.page.wait_for_function("([log, length]) => log.innerText.length > length + 9", arg=[chat.log.element_handle(), length])
        (proxy.reset if number % 2 else proxy.cut)()
    expect(chat.answers).to_have_count(1, timeout=40_000)
    assert chat.texts("assistant") == [row["text"] for row in stored(shop, "model")][1:]


def test_where_streams_are_held_back_too_it_asks_again_and_again(proxy: ChaosProxy, shop: Server, website: Website, new_chat: Callable[..., Chat]) -> None:
    proxy.holding_back = True
    chat = new_chat().visit(website.page(tag(f"http://{proxy.host_port}", "demo")))
    first = chat.ask("bisa cod ga kak", seconds=30)
    second = chat.ask("harga tas rotan?", seconds=10)
    assert [first.text, second.text] == [row["text"] for row in stored(shop) if row["author"] == "assistant"]
    assert chat.texts("visitor") == ["bisa cod ga kak", "harga tas rotan?"]


def test_two_tabs_meet_in_one_conversation(proxy: ChaosProxy, shop: Server, website: Website, new_page: Callable[..., Any]) -> None:
    first = Chat(new_page(locale="id-ID"))
    second = Chat(first.page.context.new_page())
    address = website.page(tag(f"http://{proxy.host_port}", "demo"))
    for chat in (first, second):
        chat.visit(address)
    first.say("bisa cod?")
    for chat in (first, second):
        expect(chat.answers).to_have_count(1, timeout=20_000)
    second.say("ongkir ke bali?")
    for chat in (first, second):
        expect(chat.answers).to_have_count(2, timeout=20_000)
    assert first.said() == second.said()
    assert first.texts() == [row["text"] for row in stored(shop)]
