"""What an operator has written: what is asked before it leaves, and whose it is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.driver import Server
from tests.journeys.chat import Chat
from tests.journeys.conftest import sign_in
from tests.journeys.operator_page import Inbox, card, found_by_axe, write

pytestmark = pytest.mark.browser


def test_what_was_asked_about_other_words_is_asked_no_more_and_the_button_sends_what_stands_in_the_box(
    desk: None, visitor: Callable[..., Chat], inbox: Inbox
) -> None:
    first = visitor("kak ada gayung kuningan Juwana?", "Bu Sumi")
    watched = inbox()
    page = watched.page
    card(page, "Bu Sumi")
    box, alert, send = page.get_by_role("textbox", name="Write to the visitor"), page.get_by_role("alert"), page.get_by_role("button", name="Send", exact=True)
    page.get_by_role("button", name="Note", exact=True).tap()
    page.get_by_role("textbox", name="A note for your team").fill("Pelanggan lama, sabar saja.")
    page.get_by_role("button", name="Save the note").tap()
    expect(page.locator(".row.note")).to_have_count(1)

    # Changing the words takes the question away, and what leaves is what was asked about last.
    box.fill("Ada, Bu. Pelanggan lama, sabar saja. Harganya {harga}.")
    send.tap()
    expect(alert).to_contain_text("This is the text of a note")
    box.fill("Ada, Bu. Harganya {harga}.")
    expect(alert).to_be_hidden()
    send.tap()
    expect(alert).to_contain_text("{harga} was not filled in")
    box.press("End")
    box.press_sequentially(" Mau?")
    expect(alert).to_be_hidden()
    expect(box).to_have_value("Ada, Bu. Harganya {harga}. Mau?")

    # Leaving takes the question away and keeps the words; a second doubt is asked after the first.
    send.tap()
    expect(alert).to_be_visible()
    page.get_by_role("button", name="Back to the list").tap()
    card(page, "Bu Sumi")
    expect(box).to_have_value("Ada, Bu. Harganya {harga}. Mau?")
    expect(alert).to_be_hidden()
    box.fill("Pelanggan lama, sabar saja. {harga}")
    send.tap()
    expect(alert).to_contain_text("This is the text of a note")
    alert.get_by_role("button", name="Send to the visitor").tap()
    expect(alert).to_contain_text("{harga} was not filled in")
    assert found_by_axe(page) == []
    alert.get_by_role("button", name="Send to the visitor").tap()
    expect(page.locator(".row.operator:not(.pending) .bubble")).to_have_text(["Pelanggan lama, sabar saja. {harga}"])
    expect(first.answers).to_have_count(2)
    assert watched.complaints == []


def test_a_refused_reply_that_is_changed_goes_as_it_was_changed(desk: None, visitor: Callable[..., Chat], inbox: Inbox) -> None:
    chat = visitor("kak ada kukusan perunggu Klaten?", "Pak Wiryo")
    rina = inbox(person="rina")
    page = rina.page
    card(page, "Pak Wiryo")
    box, alert, send = page.get_by_role("textbox", name="Write to the visitor"), page.get_by_role("alert"), page.get_by_role("button", name="Send", exact=True)
    box.fill("Saya carikan.")
    expect(box).to_have_value("Saya carikan.")
    sari = inbox()
    card(sari.page, "Pak Wiryo")
    sari.page.get_by_role("button", name="Take over").tap()
    expect(page.locator(".talk-state")).to_contain_text("With Sari")
    send.tap()
    expect(alert).to_contain_text("Sari has taken this conversation over")
    # Words that came in while it was refused are not lost with the ones that went back.
    page.evaluate("document.querySelector('.composer textarea').value += ' Stoknya {n}.'")
    alert.get_by_role("button", name="Take over and send").tap()
    expect(alert).to_contain_text("{n} was not filled in")
    alert.get_by_role("button", name="Send to the visitor").tap()
    expect(page.locator(".row.operator:not(.pending) .bubble")).to_have_text(["Saya carikan. Stoknya {n}."])
    expect(sari.page.locator(".talk-state")).to_contain_text("With Rina")
    expect(chat.answers).to_have_count(2)
    assert rina.complaints == [] == sari.complaints


def sign_out(page: Page) -> None:
    page.evaluate("""async () => {
        const csrf = document.querySelector('#logout-form input').value;
        await fetch('/admin/logout/', { method: 'POST', headers: { 'X-CSRFToken': csrf } });
    }""")


def test_what_one_account_wrote_is_neither_shown_to_nor_sent_by_the_next_in_the_same_tab(
    desk: None, shop: Server, visitor: Callable[..., Chat], inbox: Inbox
) -> None:
    chat = visitor("kak ada sabit baja Pacitan?", "Bu Parti")
    page = inbox().page
    card(page, "Bu Parti")
    box = page.get_by_role("textbox", name="Write to the visitor")
    box.fill("Harga khusus dari Sari")
    sign_out(page)
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
    # Whoever stands there now reads nothing of the visitor either.
    expect(page.locator("#inbox")).not_to_contain_text("Bu Parti")
    assert found_by_axe(page) == []
    page.get_by_role("link", name="Sign in again").tap()
    sign_in(page, "rina")
    expect(page.locator(".talk-head h2")).to_contain_text("Bu Parti")
    expect(box).to_have_value("")
    write(page, "Ada, Bu.")
    sign_out(page)
    page.get_by_role("link", name="Sign in again").tap()
    sign_in(page)
    expect(box).to_have_value("Harga khusus dari Sari")
    assert chat.texts("operator") == ["Ada, Bu."]


def test_a_page_left_open_while_another_account_signed_in_sends_nothing_as_that_one(
    desk: None, shop: Server, visitor: Callable[..., Chat], inbox: Inbox
) -> None:
    chat = visitor("kak ada lumpang granit Selo?", "Bu Giyem")
    page = inbox().page
    card(page, "Bu Giyem")
    box = page.get_by_role("textbox", name="Write to the visitor")
    box.fill("Dari Sari saja")
    # It sleeps through both, as a phone does.
    page.route("**/ticket/", lambda route: route.abort())
    other = page.context.new_page()
    other.goto(f"{shop.address}/admin/inbox/")
    sign_out(other)
    other.goto(f"{shop.address}/admin/login/?next=/admin/inbox/")
    sign_in(other, "rina")
    page.unroute("**/ticket/")
    expect(page.locator(".line-bar")).to_contain_text("You are signed in as Rina now")
    expect(page.locator("#inbox")).not_to_contain_text("Bu Giyem")
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Reload").tap()
    expect(page.locator(".talk-head h2")).to_contain_text("Bu Giyem")
    expect(box).to_have_value("")
    # Signing in as the same person elsewhere makes a new token, and the page goes on by itself.
    box.fill("Dari Rina")
    other.goto(f"{shop.address}/admin/inbox/")
    page.route("**/ticket/", lambda route: route.abort())
    sign_out(other)
    other.goto(f"{shop.address}/admin/login/?next=/admin/inbox/")
    sign_in(other, "rina")
    page.unroute("**/ticket/")
    write(page, "Dari Rina sendiri")
    assert chat.texts("operator") == ["Dari Rina sendiri"]
