"""The chat as its visitor uses it: found by roles and names, in both languages. Every journey goes through it; where messages stand is known only here."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True)
class Words:
    """The names of controls in one language."""

    box: str
    send: str
    stop: str
    close: str
    person: str
    contact_way: str
    contact_name: str
    contact_save: str
    whatsapp: str
    answering: str


WORDS = {
    "id": Words(
        "Tulis pesan…", "Kirim", "Hentikan jawaban", "Tutup chat", "Hubungi tim", "Nomor WhatsApp atau e-mail", "Nama (boleh kosong)", "Simpan",
        "Lanjut di WhatsApp", "Sedang menjawab…",
    ),
    "en": Words(
        "Write a message…", "Send", "Stop answering", "Close chat", "Get a person", "WhatsApp number or e-mail", "Name (optional)", "Save",
        "Continue on WhatsApp", "Answering…",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One message as it is shown; `label` is the line below it."""

    author: str
    text: str
    sources: tuple[str, ...]
    label: str


class Chat:
    """The widget on a page."""

    def __init__(self, page: Page, language: str = "id") -> None:
        self.page = page
        self.words = WORDS[language]
        self.button = page.get_by_role("button", name=re.compile("^Chat "))
        self.panel = page.get_by_role("dialog")
        self.box = self.panel.get_by_role("textbox", name=self.words.box)
        self.log = self.panel.get_by_role("log")
        self.stop = self.panel.get_by_role("button", name=self.words.stop)
        self.close = self.panel.get_by_role("button", name=self.words.close)
        self.person = self.panel.get_by_role("button", name=self.words.person)
        self.contact_way = self.panel.get_by_role("textbox", name=self.words.contact_way)
        self.contact_name = self.panel.get_by_role("textbox", name=self.words.contact_name)
        self.contact_save = self.panel.get_by_role("button", name=self.words.contact_save)
        self.whatsapp = self.panel.get_by_role("link", name=self.words.whatsapp)

    def visit(self, address: str) -> "Chat":
        """Goes to the page and opens the chat."""
        self.page.goto(address)
        return self.open()

    def open(self) -> "Chat":
        self.button.click()
        expect(self.box).to_be_visible()
        return self

    def say(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def ask(self, text: str, seconds: float = 15) -> Said:
        """Says it and waits for the whole answer."""
        known = self.answers.count()
        self.say(text)
        expect(self.answers).to_have_count(known + 1, timeout=seconds * 1000)
        return self.said()[-1]

    @property
    def answers(self) -> Locator:
        """Finished messages of the assistant and of people: only they have a line with the time below."""
        return self.log.locator(".row.assistant:has(.meta), .row.operator:has(.meta)")

    @property
    def writing(self) -> Locator:
        """The answer that is being written."""
        return self.log.locator(".row.assistant:not(:has(.meta))").last

    def record_lengths(self) -> Callable[[], list[int]]:
        """From now on notes how long the answer being written is, each time the page changes it; returns what tells."""
        self.log.evaluate(
            """(log) => {
                const lengths = (window.lengths = []);
                new MutationObserver(() => {
                    const row = [...log.querySelectorAll(".row.assistant")].pop();
                    if (row && lengths[lengths.length - 1] !== row.firstElementChild.innerText.length) lengths.push(row.firstElementChild.innerText.length);
                }).observe(log, { childList: true, subtree: true, characterData: true });
            }"""
        )
        return lambda: list(self.page.evaluate("window.lengths"))

    def said(self) -> list[Said]:
        """All finished messages in their order, the visitor's too."""
        rows = self.log.evaluate(
            """(log) => [...log.querySelectorAll(".row.visitor, .row.assistant, .row.operator")].filter((row) => row.querySelector(".meta")).map((row) => {
                row.style.contentVisibility = "visible";  // Rows out of view are not laid out, and have no innerText then.
                return {
                    author: ["visitor", "assistant", "operator"].find((name) => row.classList.contains(name)),
                    text: row.querySelector(".bubble").innerText,
                    sources: [...row.querySelectorAll(".sources > *")].map((one) => one.textContent),
                    label: row.querySelector(".meta").textContent,
                };
            })"""
        )
        return [Said(row["author"], row["text"], tuple(row["sources"]), row["label"]) for row in rows]

    def texts(self, *authors: str) -> list[str]:
        return [one.text for one in self.said() if not authors or one.author in authors]
