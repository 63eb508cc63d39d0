"""The first five minutes with the demo shop: the button, the panel, ordinary questions in casual Indonesian and English with no model at all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.driver import Server
from tests.journeys.chat import Chat

pytestmark = pytest.mark.browser

_LONG_TALK = """
from widget.conversations.log import new_row_id
from widget.models import Conversation, Message
talk = Conversation.objects.filter(site__key="demo").latest("pk")
numbers = range(talk.seq + 1, 121)
Message.objects.bulk_create(Message(conversation=talk, seq=seq, client_id=new_row_id(), author="visitor", text=f"pesan {seq}") for seq in numbers)
Conversation.objects.filter(pk=talk.pk).update(seq=120)
"""

# What people type on a phone, and words that a right answer holds. Not from tests/knowledge/questions.jsonl.
QUESTIONS = [
    ("kak ongkir ke bandung berapa ya", "Rp18.000"),
    ("bisa cod ga nih", "COD 3 persen"),
    ("dasternya ada warna apa aja", "merah marun"),
    ("berapa lama nyampe surabaya kak", "2 sampai 3 hari"),
    ("kalo sampe rumah barangnya pecah gimana", "video buka paket"),
    ("mug gerabahnya boleh masuk microwave?", "Jangan dimasukkan ke microwave"),
    ("hari sabtu bukanya jam brp min", "Sabtu"),
    ("bisa dituker ga kalo kekecilan", "satu kali dalam 7 hari"),
    ("tas rotan yg bulet harganya brp", "Rp189.000"),
    ("nyuci batik biar ga luntur gmn caranya", "lerak"),
]


def test_ten_ordinary_questions_get_at_least_eight_right_answers_with_their_sources(shop: Server, new_chat: Callable[..., Chat]) -> None:
    chat = new_chat(viewport={"width": 1280, "height": 800}).visit(shop.demo_address)
    wrong = []
    for question, words in QUESTIONS:
        answer = chat.ask(question)
        if words not in answer.text or not answer.sources or not answer.label.startswith(("Dari info kami", "Jawaban otomatis")):
            wrong.append((question, answer))
    assert len(wrong) <= 2, wrong


def test_a_source_leads_to_its_place_on_the_shop_page(shop: Server, new_chat: Callable[..., Chat]) -> None:
    chat = new_chat().visit(shop.demo_address)
    answer = chat.ask("bisa cod ga kak")
    with chat.page.expect_popup() as popup:
        chat.log.get_by_role("link", name=answer.sources[0]).click()
    assert popup.value.url == f"{shop.demo_address}/#cod"


def test_the_end_of_a_long_answer_is_in_view_and_a_reader_of_earlier_ones_is_left_alone(shop: Server, new_chat: Callable[..., Chat]) -> None:
    chat = new_chat(viewport={"width": 1280, "height": 700}).visit(shop.demo_address)
    for question in ("ongkir ke bandung berapa", "lama kirim ke papua", "harga daster kawung"):
        chat.ask(question)
        expect(chat.answers.last.get_by_text("Dari info kami")).to_be_in_viewport()
    chat.log.hover()
    chat.page.mouse.wheel(0, -500)
    back = chat.panel.get_by_role("button", name="Ke pesan terbaru")
    expect(back).to_be_visible()
    first = chat.answers.first
    expect(first).to_be_in_viewport()
    chat.page.evaluate("document.querySelector('kanal-chat').shadowRoot.querySelector('[role=log]').focus({preventScroll: true})")
    expect(first).to_be_in_viewport()
    back.click()
    expect(chat.answers.last.get_by_text("Dari info kami")).to_be_in_viewport()


def test_earlier_pages_come_by_their_button_until_the_first_words(shop: Server, new_chat: Callable[..., Chat]) -> None:
    chat = new_chat().visit(shop.demo_address)
    chat.ask("bisa cod ga kak")
    shop.python(_LONG_TALK)
    chat.page.reload()
    chat.open()
    earlier = chat.log.get_by_role("button", name="Lihat pesan sebelumnya")
    for first in ("pesan 71", "pesan 21"):
        expect(chat.log.locator(".row.visitor .bubble").first).to_have_text(first)
        earlier.click()
    expect(chat.log.locator(".row.visitor .bubble").first).to_have_text("bisa cod ga kak")
    expect(earlier).to_have_count(0)
