"""A model's answer on its way to the page: it grows, can be stopped, is withdrawn when its provider breaks off, and own knowledge stands behind it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.driver import Server
from tests.fakes.model_server import ModelServer
from tests.journeys.chat import Chat
from tests.journeys.shop import MODEL, stored
from tests.waiting import eventually

pytestmark = pytest.mark.browser

ANSWER = """Ada Kak, **tas rotan bulat** harganya Rp189.000, *ready stok*. <img src=x onerror=document.title='pwned'>

- rotan asli dengan kain batik
- tali kulit sapi

1. pilih bentuknya di [halaman tas](https://tokobusari.example/tas-rotan)
2. tulis `ROTAN10` saat bayar"""


def test_an_answer_grows_on_the_page_and_its_markdown_becomes_nodes(
    tagged: Callable[..., str], new_chat: Callable[..., Chat], model_server: ModelServer
) -> None:
    model_server.set(MODEL, f"tokens:0@25+text:{ANSWER}")
    chat = new_chat().visit(tagged("model"))
    lengths = chat.record_lengths()
    answer = chat.ask("tas rotan yang bulat ada kak?")
    assert len(set(lengths())) >= 5, "the text came in few pieces only"
    assert lengths() == sorted(lengths()), "text that was shown went away"
    bubble = chat.answers.last
    expect(bubble.locator("strong, b")).to_have_text("tas rotan bulat")
    expect(bubble.get_by_role("list")).to_have_count(2)
    expect(bubble.get_by_role("listitem")).to_have_count(4)
    expect(bubble.locator("code")).to_have_text("ROTAN10")
    link = bubble.get_by_role("link", name="halaman tas")
    expect(link).to_have_attribute("href", "https://tokobusari.example/tas-rotan")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow ugc")
    expect(bubble.locator("img")).to_have_count(0)
    assert "<img src=x" in answer.text
    assert answer.sources == ("Harga tas rotan",) and answer.label.startswith("Asisten AI")
    assert "pwned" not in chat.page.title()


def test_stopping_keeps_what_was_said_and_ends_the_model(
    shop: Server, tagged: Callable[..., str], new_chat: Callable[..., Chat], model_server: ModelServer
) -> None:
    model_server.set(MODEL, "tokens:4000@40")
    chat = new_chat().visit(tagged("model"))
    chat.say("ceritakan semua tentang rotan")
    expect(chat.writing).to_contain_text("yang sabar")
    seen = chat.writing.inner_text()
    chat.stop.click()
    expect(chat.answers).to_have_count(1)
    kept = chat.said()[-1]
    assert kept.text.startswith(seen) and kept.label.startswith("Asisten AI")
    assert stored(shop, "model")[-1]["text"] == kept.text
    expect(chat.stop).to_have_count(0)
    eventually(lambda: model_server.streaming == 0)
    chat.page.reload()
    chat.open()
    expect(chat.answers).to_have_count(1)
    assert chat.said()[-1].text == kept.text


def test_a_provider_that_breaks_off_is_withdrawn_and_the_next_one_answers_whole(
    shop: Server, tagged: Callable[..., str], new_chat: Callable[..., Chat], model_server: ModelServer
) -> None:
    model_server.set(MODEL, "tokens:0@30+text:Tas rotan bulat harganya Rp189.000, Kak, ready stok.")
    chat = new_chat().visit(tagged("broken"))
    chat.say("tas rotan berapa kak")
    expect(chat.writing).to_contain_text("jawaban dari model")
    expect(chat.answers).to_have_count(1)
    assert chat.texts("assistant") == ["Tas rotan bulat harganya Rp189.000, Kak, ready stok."]
    expect(chat.log).not_to_contain_text("jawaban dari model")
    assert [row["text"] for row in stored(shop, "broken")][1:] == chat.texts("assistant")


def test_own_knowledge_answers_when_every_model_is_down(tagged: Callable[..., str], new_chat: Callable[..., Chat]) -> None:
    chat = new_chat().visit(tagged("down"))
    answer = chat.ask("bisa cod ga kak")
    assert "COD 3 persen" in answer.text and answer.sources == ("Bisa COD (bayar di tempat)?",)
    assert answer.label.startswith("Dari info kami")
