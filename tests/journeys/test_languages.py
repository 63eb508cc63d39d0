"""Each visitor in their own language: Indonesian first, English for who reads English, whatever the tag says before all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.chat import Chat

pytestmark = pytest.mark.browser


def test_a_browser_in_english_is_answered_in_english(tagged: Callable[..., str], new_chat: Callable[..., Chat]) -> None:
    chat = new_chat("en").visit(tagged())
    expect(chat.panel).to_contain_text("Answered by an automatic assistant. Chats are kept for 180 days.")
    expect(chat.panel.get_by_role("link", name="Privacy policy")).to_be_visible()
    answer = chat.ask("do you ship to singapore?")
    assert "Rp210.000" in answer.text and answer.label.startswith("From our own information")
    answer = chat.ask("can you recommend a dentist?")
    assert "our team" in answer.text
    expect(chat.contact_way).to_be_visible()


def test_a_browser_in_a_third_language_gets_the_language_of_the_site(tagged: Callable[..., str], new_chat: Callable[..., Chat]) -> None:
    new_chat("id", locale="ja-JP").visit(tagged())


def test_the_tag_may_choose(tagged: Callable[..., str], new_chat: Callable[..., Chat]) -> None:
    new_chat("id", locale="en-GB").visit(tagged("demo", ' data-lang="id"'))
