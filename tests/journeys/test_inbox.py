"""A visitor and an operator, each in a browser of their own: the operator on a phone of 360 px, over the live inbox."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.driver import Server
from tests.fakes.model_server import ModelServer
from tests.journeys.chat import Chat
from tests.journeys.conftest import Watched, sign_in
from tests.journeys.operator_page import NO_SOCKETS, card, found_by_axe, write
from tests.journeys.shop import MODEL, stored
from tests.waiting import eventually

pytestmark = pytest.mark.browser

NOTE = "Pelanggan lama, kasih ongkir gratis."


def test_who_waits_is_answered_from_a_phone_with_a_note_that_only_the_team_sees(
    tagged: Callable[..., str], new_chat: Callable[..., Chat], inbox: Callable[..., Watched]
) -> None:
    watched = inbox()
    page = watched.page
    chat = new_chat().visit(tagged())
    chat.ask("kak bisa pesan gerobak ukir buat Bekasi?")
    chat.contact_way.fill("0812-3456-7890")
    chat.contact_name.fill("Bu Ratna")
    chat.contact_save.click()
    # It comes by itself, while one looks at the list.
    waiting = page.locator(".talk-card").filter(has_text="Bu Ratna")
    page.get_by_role("button", name=re.compile("^Waiting")).tap()
    expect(waiting.locator(".badge.waiting")).to_contain_text("Waiting")
    assert page.title().startswith("("), "the page's title counts"
    assert found_by_axe(page) == []

    card(page, "Bu Ratna")
    expect(page.locator(".row.visitor .bubble")).to_have_text("kak bisa pesan gerobak ukir buat Bekasi?")
    place, size = page.get_by_role("button", name="Take over").bounding_box(), page.viewport_size
    assert place and size and place["y"] > 0.6 * size["height"], "within reach of the thumb"
    page.get_by_role("button", name="Take over").tap()
    expect(page.get_by_role("button", name="To the assistant")).to_be_visible()
    page.get_by_role("button", name="Note", exact=True).tap()
    page.get_by_role("textbox", name=re.compile("A note for your team")).fill(NOTE)
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Save the note").tap()
    expect(page.locator(".row.note .bubble")).to_have_text(NOTE)
    expect(page.get_by_role("button", name="Reply", exact=True)).to_have_attribute("aria-pressed", "true")

    write(page, "Bisa Bu, gerobaknya kami buatkan.")
    expect(chat.answers).to_have_count(2)
    assert chat.said()[-1].author == "operator" and chat.said()[-1].text == "Bisa Bu, gerobaknya kami buatkan."
    chat.say("siap, makasih kak")
    expect(page.locator(".row.visitor .bubble").last).to_have_text("siap, makasih kak")
    # A note pasted as a reply is asked about first.
    page.get_by_role("textbox", name="Write to the visitor").fill(NOTE)
    page.get_by_role("button", name="Send", exact=True).tap()
    expect(page.get_by_role("alert")).to_contain_text("This is the text of a note")
    page.get_by_role("alert").get_by_role("button", name="Cancel").tap()
    assert found_by_axe(page) == []

    page.get_by_role("button", name="Close", exact=True).tap()
    page.get_by_role("button", name="Undo").tap()
    expect(page.get_by_role("button", name="To the assistant")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).tap()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    expect(chat.log).not_to_contain_text("ongkir gratis")
    assert NOTE not in chat.page.content()
    assert watched.complaints == []


def test_taking_over_silences_the_assistant_in_mid_answer_and_giving_back_wakes_it(
    shop: Server, tagged: Callable[..., str], new_chat: Callable[..., Chat], inbox: Callable[..., Watched], model_server: ModelServer
) -> None:
    model_server.set(MODEL, "tokens:4000@30")
    watched = inbox()
    page = watched.page
    chat = new_chat().visit(tagged("model"))
    chat.say("kalau pesan dua ratus tas rotan bisa?")
    expect(chat.writing).to_contain_text("yang sabar")
    page.get_by_role("button", name=re.compile("^Assistant")).tap()
    card(page, "dua ratus tas")
    streamed = page.locator(".row.under-way .bubble")
    expect(streamed).to_contain_text("yang sabar")
    page.get_by_role("button", name="Take over").tap()
    expect(streamed).to_have_count(0)
    expect(chat.log).not_to_contain_text("yang sabar")
    # It does not go without a word, and the line below says who answers.
    expect(chat.log.locator(".row.system .bubble")).to_contain_text("Sari ")
    expect(chat.panel.locator(".foot")).to_contain_text("Dijawab Sari.")
    eventually(lambda: model_server.streaming == 0)

    # What is written stays over a reload, and so does the open conversation.
    box = page.get_by_role("textbox", name="Write to the visitor")
    box.fill("Bisa Kak, saya hitungkan")
    page.reload()
    expect(box).to_have_value("Bisa Kak, saya hitungkan")
    write(page, "Bisa Kak, saya hitungkan dulu.")
    expect(chat.answers).to_have_count(1)
    model_server.set(MODEL, "text:Siap Kak.")
    chat.say("berapa totalnya?")
    expect(page.locator(".row.visitor .bubble").last).to_have_text("berapa totalnya?")
    page.get_by_role("button", name="To the assistant").tap()
    expect(chat.answers).to_have_count(2)
    expect(page.locator(".row.assistant:not(.under-way) .bubble").last).to_have_text("Siap Kak.")
    expect(chat.panel.locator(".foot")).to_contain_text("Dijawab asisten otomatis.")
    assert [row["author"] for row in stored(shop, "model")] == ["visitor", "operator", "visitor", "assistant"]
    page.get_by_role("button", name="Back to the list").tap()
    expect(page.locator("#inbox .view-tabs")).to_be_visible()
    expect(page).to_have_url(f"{shop.address}/admin/inbox/")
    assert watched.complaints == []


def test_saved_replies_keys_and_the_visitor_beside_the_talk_on_a_desktop(
    shop: Server, tagged: Callable[..., str], new_chat: Callable[..., Chat], inbox: Callable[..., Watched]
) -> None:
    shop.python("from widget.models import CannedReply\nCannedReply.objects.create(shortcut='salam', title='Salam', text='Halo {name}, saya {me}. {diskon}')")
    chat = new_chat().visit(tagged())
    chat.ask("apa saja metode pembayaran di toko ini kak?")
    watched = inbox("id", viewport={"width": 1280, "height": 800}, has_touch=False, is_mobile=False, color_scheme="dark")
    page = watched.page
    page.evaluate("localStorage.setItem('kanal:inbox:settings', JSON.stringify({ hold: true }))")
    page.reload()
    expect(page.locator(".talk-card").first).to_be_visible()
    page.keyboard.press("4")
    page.locator(".talk-card").filter(has_text="Pengunjung").first.click()
    expect(page.locator(".about")).to_contain_text("Toko Bu Sari")
    # Where the window is narrow the visitor is behind a button, beside the others and not over them.
    page.set_viewport_size({"width": 960, "height": 700})
    places = "() => ['.talk-acts', '.talk-head > .sign-button:last-child'].map((one) => document.querySelector(one).getBoundingClientRect())"
    acts, about = page.evaluate(places)
    assert acts["width"] > 100 and acts["right"] <= about["left"]
    page.set_viewport_size({"width": 1280, "height": 800})
    walk_by_keyboard(page)
    page.keyboard.press("r")
    page.keyboard.type("/sal")
    expect(page.get_by_role("option")).to_contain_text("Salam")
    assert found_by_axe(page) == []
    page.keyboard.press("Enter")
    box = page.get_by_role("textbox", name="Tulis ke pengunjung")
    expect(box).to_have_value("Halo, saya Sari. {diskon}")
    # What nothing filled is asked about; whoever wants to can take a reply back for five seconds.
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("{diskon} belum terisi")
    page.get_by_role("button", name="Kirim ke pengunjung").click()
    expect(box).to_have_value("")
    page.get_by_role("button", name="Urungkan").click()
    expect(box).to_have_value("Halo, saya Sari. {diskon}")
    assert chat.texts("operator") == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Pintasan keyboard")
    assert found_by_axe(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert watched.complaints == []


def walk_by_keyboard(page: Page) -> None:
    # Why the answer was given, by one key and away again from the keyboard.
    page.keyboard.press("w")
    expect(page.locator(".story li").first).to_be_visible()
    expect(page.get_by_role("button", name="Kenapa dijawab begini?").last).to_be_focused()
    assert found_by_axe(page) == []
    page.keyboard.press("Enter")
    expect(page.locator(".story:visible")).to_have_count(0)
    # From the list on: the head's buttons, the messages, the text box with what belongs to it, the visitor.
    page.locator(".talk-card").last.focus()
    order = []
    for _ in range(40):
        page.keyboard.press("Tab")
        part = page.evaluate("['.talk-head', '.log-scroll', '.dock', '.about'].find((one) => document.activeElement.closest(one))")
        if part and part not in order:
            order.append(part)
    assert order == [".talk-head", ".log-scroll", ".dock", ".about"]


def test_where_sockets_are_blocked_the_inbox_works_over_plain_requests(
    tagged: Callable[..., str], new_chat: Callable[..., Chat], inbox: Callable[..., Watched]
) -> None:
    chat = new_chat().visit(tagged())
    chat.ask("kak bisa pesan perahu bambu?")
    chat.contact_way.fill("0812-3456-7891")
    chat.contact_name.fill("Pak Slamet")
    chat.contact_save.click()
    watched = inbox(script=NO_SOCKETS)
    page = watched.page
    card(page, "Pak Slamet")
    write(page, "Perahunya habis, Pak.")
    expect(chat.answers).to_have_count(2)
    chat.say("kapan ada lagi?")
    expect(page.locator(".row.visitor .bubble").last).to_have_text("kapan ada lagi?")
    assert watched.complaints == []


def test_a_session_that_ends_while_one_writes_says_so_and_the_words_are_there_after_signing_in(
    tagged: Callable[..., str], new_chat: Callable[..., Chat], inbox: Callable[..., Watched]
) -> None:
    chat = new_chat().visit(tagged())
    chat.ask("kak bisa pesan kentongan?")
    chat.contact_way.fill("0812-3456-7892")
    chat.contact_name.fill("Bu Tutik")
    chat.contact_save.click()
    page = inbox().page
    card(page, "Bu Tutik")
    page.get_by_role("textbox", name="Write to the visitor").fill("Kentongannya ada, Bu")
    page.evaluate("""async () => {
        const csrf = document.querySelector('#logout-form input').value;
        await fetch('/admin/logout/', { method: 'POST', headers: { 'X-CSRFToken': csrf } });
    }""")
    page.get_by_role("link", name="Sign in again").tap(timeout=10_000)
    sign_in(page)
    expect(page.get_by_role("textbox", name="Write to the visitor")).to_have_value("Kentongannya ada, Bu")
    expect(chat.answers).to_have_count(1)
