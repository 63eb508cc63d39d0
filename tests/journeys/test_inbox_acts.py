"""Everything an operator does with a conversation, by a thumb at 360 px beside the visitor who sees it, over sockets and where sockets are blocked."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.driver import Server
from tests.journeys.chat import Chat
from tests.journeys.operator_page import NO_SOCKETS, Inbox, card, choose, found_by_axe, send, write
from tests.journeys.shop import copy
from tests.journeys.website import Website, tag
from tests.ports import free_port

pytestmark = pytest.mark.browser


def toast(page: Page, words: str) -> None:
    expect(page.locator(".toast")).to_contain_text(words)


def undo(page: Page) -> None:
    page.locator(".toast").get_by_role("button", name="Undo").tap()


@pytest.mark.parametrize("script", ["", NO_SOCKETS], ids=["sockets", "blocked"])
def test_everything_an_operator_does_is_a_tap_and_can_be_taken_back(
    desk: None, visitor: Callable[..., Chat], inbox: Inbox, tagged: Callable[..., str], new_chat: Callable[..., Chat], script: str
) -> None:
    thing, town, name = ("kelambu sutra", "Boyolali", "Bu Wati") if script else ("tenda pramuka", "Wates", "Bu Lastri")
    watched = inbox(script=script)
    page = watched.page
    chat = visitor(f"kak jual {thing} buatan {town}?", name, script)
    card(page, name)
    page.get_by_role("button", name="Take over").tap()
    state = page.locator(".talk-state .badge").first
    expect(state).to_have_text("With you")

    read_why(page)
    snooze(page, chat)
    tag_and_untag(page)

    page.get_by_role("button", name="Note", exact=True).tap()
    page.get_by_role("textbox", name=re.compile("A note for your team")).fill("Anaknya pak lurah, sabar saja.")
    page.get_by_role("button", name="Save the note").tap()
    expect(page.locator(".row.note .bubble")).to_have_text("Anaknya pak lurah, sabar saja.")

    saved_replies(page, chat, name)
    make_knowledge(page, thing, town)
    new = new_chat().visit(tagged())
    assert f"{town}, mulai Rp150.000" in new.ask(f"apa jual {thing}?", seconds=30).text

    choose(page, "Assign to…", "Rina")
    expect(state).to_have_text("With Rina")
    toast(page, "Assigned")
    undo(page)
    expect(state).to_have_text("With you")

    page.get_by_role("button", name="Close", exact=True).tap()
    undo(page)
    expect(state).to_have_text("With you")
    page.get_by_role("button", name="Close", exact=True).tap()
    expect(state).to_have_text("Closed")
    chat.log.get_by_role("button", name="Membantu", exact=True).last.click()
    expect(page.locator(".row .rating.good")).to_have_attribute("title", "The visitor found this helpful")
    assert found_by_axe(page) == []
    assert "pak lurah" not in chat.page.content()
    assert watched.complaints == []


def read_why(page: Page) -> None:
    why = page.get_by_role("button", name="Why this answer?").first
    why.tap()
    expect(page.locator(".story li").first).to_have_text("No rule fitted.")
    expect(why).to_have_attribute("aria-expanded", "true")
    assert found_by_axe(page) == []
    why.tap()
    expect(page.locator(".story:visible")).to_have_count(0)


def snooze(page: Page, chat: Chat) -> None:
    """Taken back by the button, ended by the visitor who writes."""
    choose(page, "Snooze…", re.compile("In one hour"))
    toast(page, "Snoozed")
    expect(page.locator(".talk-state")).to_contain_text("Snoozed until")
    undo(page)
    expect(page.locator(".talk-state")).not_to_contain_text("Snoozed until")
    choose(page, "Snooze…", re.compile("Tomorrow"))
    expect(page.locator(".talk-state")).to_contain_text("Snoozed until")
    page.get_by_role("button", name="Back to the list").tap()
    page.get_by_role("button", name=re.compile("^Mine")).tap()
    asleep = page.locator(".talk-card.asleep").first
    expect(asleep).to_contain_text("Snoozed until")
    assert found_by_axe(page) == []
    asleep.tap()
    chat.say("halo, masih ada orang?")
    expect(page.locator(".talk-state")).not_to_contain_text("Snoozed until")


def tag_and_untag(page: Page) -> None:
    choose(page, "Tags…")
    box = page.get_by_role("dialog").get_by_role("checkbox", name="Grosir")
    box.tap()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Details", exact=True).tap()
    expect(page.locator(".about")).to_contain_text("Grosir")
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Close the details").tap()
    choose(page, "Tags…")
    expect(box).to_be_checked()
    box.tap()
    page.keyboard.press("Escape")
    expect(page.locator(".about .label")).to_have_count(0)


def saved_replies(page: Page, chat: Chat, name: str) -> None:
    """One is filled with what is known; one with a gap is asked about before it leaves."""
    box = page.get_by_role("textbox", name="Write to the visitor")
    page.get_by_role("button", name="Insert a saved reply").tap()
    page.get_by_role("option").filter(has_text="Perkenalan").tap()
    words = box.input_value()
    assert words.startswith(f"Halo {name}, saya Sari dari ") and "{" not in words
    send(page, words)
    expect(chat.log.get_by_text(words)).to_be_visible()
    box.fill("/promo")
    page.get_by_role("option").filter(has_text="Promo").tap()
    page.get_by_role("button", name="Send", exact=True).tap()
    expect(page.get_by_role("alert")).to_contain_text("{diskon} was not filled in.")
    assert found_by_axe(page) == []
    page.get_by_role("alert").get_by_role("button", name="Cancel").tap()
    expect(box).to_have_value("Promonya {diskon} ya Kak.")
    box.fill("")


def make_knowledge(page: Page, thing: str, town: str) -> None:
    """A person's answer becomes an entry that is found at once."""
    write(page, "Ada, Bu, mulai Rp150.000.")
    page.locator(".row.operator").last.get_by_role("button", name="+ Knowledge").tap()
    page.get_by_label("Question").fill(f"Apakah jual {thing}?")
    page.get_by_label("Answer").fill(f"Ya, {thing} dari {town}, mulai Rp150.000.")
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Save and try it").tap()
    toast(page, "Saved. The assistant finds it for this question.")


def test_of_two_who_answer_at_once_one_is_told_and_keeps_the_words(desk: None, shop: Server, visitor: Callable[..., Chat], inbox: Inbox) -> None:
    chat = visitor("kak ada cangkul besi Wonogiri?", "Pak Darmo")
    sari, rina = inbox(), inbox(person="rina")
    for one in (sari, rina):
        card(one.page, "Pak Darmo")
    theirs = rina.page.get_by_role("textbox", name="Write to the visitor")
    theirs.fill("Saya carikan ya, Pak.")
    write(sari.page, "Ada, Pak. Mau berapa?")
    rina.page.get_by_role("button", name="Send", exact=True).tap()
    alert = rina.page.get_by_role("alert")
    expect(alert).to_contain_text("Sari has taken this conversation over. Your text was not sent and is still here.")
    expect(theirs).to_have_value("Saya carikan ya, Pak.")
    assert found_by_axe(rina.page) == []
    alert.get_by_role("button", name="Take over and send").tap()
    expect(rina.page.locator(".row.operator .bubble").last).to_have_text("Saya carikan ya, Pak.")
    expect(sari.page.locator(".talk-state")).to_contain_text("With Rina")
    expect(chat.answers).to_have_count(3)
    assert chat.texts("operator") == ["Ada, Pak. Mau berapa?", "Saya carikan ya, Pak."]
    # What each of them said stands under their own name.
    written = chat.log.locator(".row.operator .meta")
    expect(written.nth(0)).to_contain_text("Sari")
    expect(written.nth(0)).to_be_visible()
    expect(written.nth(1)).to_contain_text("Rina")
    assert sari.complaints == [] == rina.complaints


def test_a_conversation_removed_while_one_writes_ends_in_a_sentence_for_both(desk: None, shop: Server, visitor: Callable[..., Chat], inbox: Inbox) -> None:
    chat = visitor("kak ada dandang tembaga Ceper?", "Bu Yati")
    watched = inbox()
    page = watched.page
    card(page, "Bu Yati")
    box = page.get_by_role("textbox", name="Write to the visitor")
    box.fill("Ada, Bu, ukuran sedang.")
    shop.python("from widget.models import Conversation\nConversation.objects.filter(name='Bu Yati').delete()")
    # Nobody rings: either the answer to the send says so, or the next look through the log was quicker.
    send, gone = page.get_by_role("button", name="Send", exact=True), page.get_by_text("This conversation does not exist any more")
    expect(send.or_(gone)).to_be_visible()
    if send.is_visible():
        send.tap()
        expect(page.get_by_role("alert")).to_contain_text("Not sent: This conversation is not here any more. Your text is still here.")
        expect(box).to_have_value("Ada, Bu, ukuran sedang.")
    # The visitor who comes back goes on in a new conversation, and nothing of the old one is in it.
    chat.page.reload()
    chat.open()
    chat.ask("bisa COD kak?", seconds=30)
    assert not any("dandang" in one.text for one in chat.said())
    assert watched.complaints == []


def test_a_visitor_named_like_the_team_is_told_apart(desk: None, visitor: Callable[..., Chat], inbox: Inbox) -> None:
    visitor("kak ada irus kayu Jepara?", "Rina (Tim Toko)")
    page = inbox().page
    card(page, "Rina (Tim Toko)")
    expect(page.locator(".composer-hint")).to_contain_text("“Rina (Tim Toko)” is the name the visitor chose. It is nobody of your team.")
    assert found_by_axe(page) == []


def test_who_left_without_seeing_the_answer_is_told_by_one_tap(
    shop_folder: Path, tmp_path: Path, website: Website, new_chat: Callable[..., Chat], inbox: Inbox
) -> None:
    port = free_port()
    server = Server(copy(shop_folder, tmp_path / "public"), env={"PUBLIC_URL": f"http://127.0.0.1:{port}"})
    server.port = port
    try:
        server.start()
        chat = new_chat().visit(website.page(tag(server.address, "demo")))
        chat.ask("kak ada alu besi Blora?")
        chat.contact_way.fill("0812-3456-7894")
        chat.contact_name.fill("Bu Marni")
        chat.contact_save.click()
        watched = inbox(server=server)
        page = watched.page
        card(page, "Bu Marni")
        tell = page.get_by_role("link", name="Tell them by WhatsApp")
        expect(tell).to_be_hidden()
        chat.page.goto("about:blank")
        write(page, "Ada, Bu, tinggal dua.")
        page.get_by_role("textbox", name="Write to the visitor").blur()
        expect(page.locator(".way-back")).to_contain_text("Bu Marni left without seeing the answer.")
        assert found_by_axe(page) == []
        # What the tap opens, without leaving this machine.
        answer = page.request.get(f"{server.address}{tell.get_attribute('href')}", max_redirects=0)
        to = urlsplit(answer.headers["location"])
        message = parse_qs(to.query)["text"][0]
        assert (to.netloc, to.path) == ("wa.me", "/6281234567894") and "“Ada, Bu, tinggal dua.”" in message
        link = next(word for word in message.split() if "/return#" in word)
        back = Chat(chat.page)
        back.page.goto(link)
        expect(back.page.get_by_text("Ada, Bu, tinggal dua.")).to_be_visible()
        expect(tell).to_be_hidden()
        assert watched.complaints == []
    finally:
        server.kill()
