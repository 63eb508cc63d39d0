"""A visitor whom nobody can answer, and the owner who steps in: from the honest sentence to the admin's first page, a reply, handing back and closing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.driver import Server
from tests.fakes.model_server import ModelServer
from tests.journeys.chat import Chat
from tests.journeys.shop import MODEL, OWNER, PASSWORD, stored
from tests.waiting import eventually

pytestmark = pytest.mark.browser

UNKNOWN = "kak jual tiket konser dangdut ga"


@pytest.fixture
def owner(shop: Server, new_page: Callable[..., Page]) -> Page:
    """The owner, signed in by the form, on the admin's first page."""
    page = new_page(locale="en-GB", viewport={"width": 1280, "height": 800})
    page.goto(f"{shop.address}/admin/")
    page.get_by_label("Username").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{shop.address}/admin/")
    return page


def answer(owner: Page, text: str) -> None:
    """In the live inbox."""
    owner.get_by_role("textbox", name="Write to the visitor").fill(text)
    owner.get_by_role("button", name="Send", exact=True).click()
    expect(owner.locator(".row.operator:not(.pending) .bubble").last).to_have_text(text)


def reply(owner: Page, text: str) -> None:
    """On the page of the record."""
    owner.get_by_role("textbox", name="Your reply").fill(text)
    owner.get_by_role("button", name="Send").click()
    expect(owner.get_by_role("textbox", name="Your reply")).to_have_value("")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
def test_whom_nobody_can_answer_sees_a_way_to_be_reached_without_looking_for_it(shop: Server, new_chat: Callable[..., Chat], width: int, height: int) -> None:
    chat = new_chat(viewport={"width": width, "height": height}).visit(shop.demo_address)
    chat.ask("bisa cod ga kak")
    answer = chat.ask(UNKNOWN)
    assert answer.label.startswith("Jawaban otomatis") and "tim" in answer.text and not answer.sources
    dot = "(panel) => getComputedStyle(panel.querySelector('h2 + p'), '::before').backgroundColor"
    # That nobody is there comes in a frame of its own, after the answer.
    eventually(lambda: chat.panel.evaluate(dot) == "rgb(251, 191, 36)", 10)
    for control in (chat.contact_way, chat.contact_name, chat.contact_save, chat.whatsapp):
        expect(control).to_be_in_viewport(ratio=1)
    expect(chat.whatsapp).to_have_attribute("href", "https://wa.me/6281200000000")
    expect(chat.person).to_be_hidden()
    expect(chat.box).to_be_in_viewport(ratio=1)


def test_a_wrong_number_is_said_and_a_good_one_is_thanked_for_and_kept(shop: Server, tagged: Callable[..., str], new_chat: Callable[..., Chat]) -> None:
    chat = new_chat().visit(tagged())
    chat.person.click()
    chat.contact_way.fill("nomor saya")
    chat.contact_save.click()
    expect(chat.panel.get_by_role("alert")).to_have_text("Cek lagi nomor atau e-mailnya, ya.")
    expect(chat.contact_way).to_be_focused()
    chat.contact_way.fill("dewi@contoh.id")
    chat.contact_way.press("Enter")
    expect(chat.contact_way).to_be_hidden()
    expect(chat.log).to_contain_text("Terima kasih")
    chat.page.reload()
    chat.open()
    expect(chat.person).to_be_hidden()
    expect(chat.contact_way).to_be_hidden()


def test_the_owner_finds_who_waits_replies_hands_back_and_closes(shop: Server, tagged: Callable[..., str], new_chat: Callable[..., Chat], owner: Page) -> None:
    # Nobody waits from the journeys before: the first page names only those who have waited longest.
    shop.python("from widget.models import Conversation; Conversation.objects.filter(handler='waiting').update(handler='bot', waiting_since=None)")
    chat = new_chat().visit(tagged())
    chat.ask(UNKNOWN)
    chat.contact_way.fill("0812-3456-7890")
    chat.contact_name.fill("Bu Dewi")
    chat.contact_save.click()
    expect(chat.contact_way).to_be_hidden()

    card = owner.get_by_role("link").filter(has_text="Bu Dewi")
    expect(card).to_contain_text(UNKNOWN)
    expect(card).to_contain_text("0812-3456-7890")
    card.click()
    answer(owner, "Halo Bu Dewi, tiket konser tidak ada, tapi ada wayang golek.")
    expect(chat.answers).to_have_count(2)
    said = chat.said()[-1]
    assert said.author == "operator" and said.text.endswith("ada wayang golek.") and said.label.startswith("Sari · ")
    expect(chat.panel.get_by_text("Sari dari tim kami")).to_be_visible()

    chat.say("bisa cod ga kak?")
    expect(owner.locator(".row.visitor .bubble").last).to_have_text("bisa cod ga kak?")
    assert chat.answers.count() == 2, "the assistant is silent while a person answers"
    owner.get_by_role("button", name="To the assistant").click()
    expect(chat.person).to_be_visible()
    expect(chat.answers).to_have_count(3, timeout=15_000)
    assert chat.said()[-1].label.startswith("Dari info kami"), "what nobody answered is the assistant's again"
    owner.get_by_role("button", name="Close", exact=True).click()
    expect(owner.get_by_role("button", name="Reopen")).to_be_visible()
    assert chat.ask("harga tas rotan berapa").label.startswith("Dari info kami")


def test_a_reply_of_the_owner_silences_the_model_in_mid_answer(
    shop: Server, tagged: Callable[..., str], new_chat: Callable[..., Chat], owner: Page, model_server: ModelServer
) -> None:
    model_server.set(MODEL, "tokens:4000@30")
    chat = new_chat().visit(tagged("model"))
    chat.say("kalau pesan seratus tas rotan bisa?")
    expect(chat.writing).to_contain_text("yang sabar")
    owner.get_by_role("link", name="Conversations").first.click()
    owner.get_by_role("link").filter(has_text="seratus tas rotan").first.click()
    reply(owner, "Bisa Kak, saya hitungkan harganya dulu ya.")
    expect(chat.answers).to_have_count(1)
    assert chat.texts() == ["kalau pesan seratus tas rotan bisa?", "Bisa Kak, saya hitungkan harganya dulu ya."]
    expect(chat.log).not_to_contain_text("yang sabar")
    eventually(lambda: model_server.streaming == 0)
    assert [row["author"] for row in stored(shop, "model")] == ["visitor", "operator"]
