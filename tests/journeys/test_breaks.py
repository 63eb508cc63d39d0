"""Everything that tears a conversation: a killed server, a cut line, no network, a reload, two tabs. Nothing is lost, nothing is doubled."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.driver import Server
from tests.fakes.chaos_proxy import ChaosProxy
from tests.fakes.model_server import ModelServer
from tests.journeys.chat import Chat
from tests.journeys.shop import MODEL, stored
from tests.journeys.website import Website, tag

pytestmark = pytest.mark.browser

CUTS = 10


def test_a_server_killed_in_mid_answer_goes_on_by_itself_and_answers_once(
    mortal_shop: Server, website: Website, new_chat: Callable[..., Chat], model_server: ModelServer
) -> None:
    model_server.set(MODEL, "tokens:60@15")
    chat = new_chat().visit(website.page(tag(mortal_shop.address, "model")))
    chat.say("ada tas rotan?")
    expect(chat.writing).to_contain_text("yang sabar")
    mortal_shop.restart()
    expect(chat.answers).to_have_count(1, timeout=40_000)
    rows = stored(mortal_shop, "model")
    assert [row["author"] for row in rows] == ["visitor", "assistant"]
    assert chat.texts("assistant") == [rows[1]["text"]]
    assert rows[1]["text"].count("Halo Kak") == 6, "one whole answer, not parts of two"


def test_a_line_cut_ten_times_in_one_answer_ends_with_the_very_text(
    shop: Server, website: Website, new_chat: Callable[..., Chat], model_server: ModelServer
) -> None:
    model_server.set(MODEL, "tokens:300@25+split-utf8")
    with ChaosProxy.in_thread("127.0.0.1", shop.port) as proxy:
        chat = new_chat().visit(website.page(tag(f"http://{proxy.host_port}", "model")))
        chat.say("ceritakan soal rotan")
        length = 0
        for number in range(CUTS):
            chat.page.wait_for_function("([log, length]) => log.innerText.length > length", arg=[chat.log.element_handle(), length])
            length = len(chat.log.inner_text())
            (proxy.reset if number % 2 else proxy.cut)()
            # What a phone does when its network comes back: the page need not wait for its next try.
            chat.page.context.set_offline(True)
            chat.page.context.set_offline(False)
        # After so many drops the page waits up to 30 s for its next try, where the network came back before it saw the last one.
        expect(chat.answers).to_have_count(1, timeout=90_000)
        assert proxy.accepted > CUTS
        said = chat.texts("assistant")
    assert said == [row["text"] for row in stored(shop, "model")][1:]
    assert said[0].count("Siap") == 30


def test_a_part_of_the_panel_that_did_not_come_is_fetched_again(tagged: Callable[..., str], new_chat: Callable[..., Chat]) -> None:
    chat, asked = new_chat(), list[str]()

    def fail_once(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_() if len(asked) > 1 else route.abort()

    chat.page.route("**/module-detail-*.js*", fail_once)
    assert chat.visit(tagged()).ask("bisa cod ga kak").label.startswith("Dari info kami")
    assert len(asked) == 2


def test_a_page_of_before_an_update_still_opens_the_chat(tagged: Callable[..., str], new_chat: Callable[..., Chat]) -> None:
    chat, older = new_chat(), list[str]()

    def as_built_before(route: Route) -> None:
        older.append(route.request.url)
        route.fulfill(
            body=re.sub(r"-[0-9a-f]{6}\.js", "-0a1b2c.js", route.fetch().text()), content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"}
        )

    chat.page.route(re.compile(r"/(widget|panel-[^/]*)\.js"), as_built_before)
    assert chat.visit(tagged()).ask("bisa cod ga kak").label.startswith("Dari info kami")
    assert len(older) == 2 and older[1].partition("#")[0].endswith("-0a1b2c.js")


def test_what_is_written_while_the_server_is_down_survives_a_reload_and_is_sent_once_in_order(
    mortal_shop: Server, website: Website, new_chat: Callable[..., Chat]
) -> None:
    chat = new_chat().visit(website.page(tag(mortal_shop.address, "demo")))
    chat.ask("bisa cod ga kak")
    mortal_shop.kill()
    written = ["kalau dua daster", "warna biru satu merah satu", "ongkir ke bandung berapa"]
    for text in written:
        chat.say(text)
    expect(chat.log.get_by_text("Menunggu dikirim")).to_have_count(3)
    chat.page.reload()
    chat.open()
    expect(chat.log.get_by_text("Menunggu dikirim")).to_have_count(3)
    chat.say("makasih kak")
    mortal_shop.start()
    expect(chat.log.get_by_text("Menunggu dikirim")).to_have_count(0, timeout=40_000)
    expect(chat.answers).to_have_count(5, timeout=40_000)
    rows = stored(mortal_shop)
    assert [row["text"] for row in rows if row["author"] == "visitor"] == ["bisa cod ga kak", *written, "makasih kak"]
    assert chat.texts("visitor") == ["bisa cod ga kak", *written, "makasih kak"]


def test_two_tabs_are_one_conversation_in_one_order(shop: Server, tagged: Callable[..., str], new_page: Callable[..., Page]) -> None:
    first = Chat(new_page(locale="id-ID"))
    second = Chat(first.page.context.new_page())
    for chat in (first, second):
        chat.page.goto(tagged())
    for chat in (first, second):
        chat.button.click()
    for chat in (first, second):
        expect(chat.box).to_be_visible()
    for number, (chat, text) in enumerate([(first, "bisa cod?"), (second, "harga tas rotan?"), (first, "ongkir ke bali?")], 1):
        chat.say(text)
        for tab in (first, second):
            expect(tab.answers).to_have_count(number)
    assert first.said() == second.said()
    assert first.texts() == [row["text"] for row in stored(shop)]
    assert first.texts("visitor") == ["bisa cod?", "harga tas rotan?", "ongkir ke bali?"]
    kept = first.page.evaluate("JSON.stringify(localStorage)")
    assert list(json.loads(kept)) == ["kanal:demo:token"], "one token, and nothing left in the outbox"


def test_what_is_said_of_a_message_that_could_not_be_stored_stands_below_it_with_a_way_out(tagged: Callable[..., str], new_page: Callable[..., Page]) -> None:
    """As on a full disk. The line is the real one but for the answer to this frame, which has the shape that widget/README.md gives it."""
    page = new_page(locale="id-ID", viewport={"width": 360, "height": 640})
    refusal = {"type": "error", "code": "retry", "message": "Belum terkirim. Kalau mendesak: https://wa.me/6281234567890", "retry_after": 60}

    def refuse(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        line.on_message(lambda sent: line.send(json.dumps(refusal)) if '"message.send"' in str(sent) else server.send(sent))

    page.route_web_socket(re.compile("/ws/chat/"), refuse)
    chat = Chat(page).visit(tagged())
    chat.say("Kak, saya mau tanya banyak. " * 60)
    notice = chat.log.locator("div.row.system")
    link = notice.get_by_role("link", name="https://wa.me/6281234567890")
    expect(link).to_be_in_viewport()
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    assert notice.evaluate("(row) => row.compareDocumentPosition(row.parentNode.querySelector('.visitor.pending')) & Node.DOCUMENT_POSITION_PRECEDING")
