"""The numbered list with which the assistant asks back, and how a visitor chooses from it: "2", "yang kedua", "no 2 kak", "the first one", or the title.

Called by pipeline.py, and by realtime/protocol.py, whose frames name the titles so that the widget can show them as buttons. The list is plain text,
so that it is read and answered alike in every channel; nothing is kept beside the log.
"""

import re
from collections.abc import Iterable

from widget.conversations.log import Row
from widget.lib.speech.forms import Role, words

MOST = 3
LONGEST_CHOICE = 40
_LINE = re.compile(r"^(\d)\. (.+)$", re.MULTILINE)
_NUMBERS = (
    ("1", "satu", "pertama", "kesatu", "one", "first", "1st", "a"),
    ("2", "dua", "kedua", "two", "second", "2nd", "b"),
    ("3", "tiga", "ketiga", "three", "third", "3rd", "c"),
)
_BESIDE_WORDS = "no nomor nomer number nmr pilih pilihan opsi option yang yg itu the one aja saja deh choose choice"
_BESIDE = frozenset(_BESIDE_WORDS.split())
_YES_WORDS = "ya iya iyaa yaa y yup yes yep yeah betul benar bener bnr btl ok oke okay sure correct right"
_YES = frozenset(_YES_WORDS.split())


def numbered(titles: Iterable[str]) -> list[str]:
    return [f"{number}. {' '.join(title.split())}" for number, title in enumerate(titles, 1)]


def offered(text: str) -> tuple[str, ...]:
    """The titles of a list of one to three, in their order; empty for any other text."""
    lines = _LINE.findall(text)
    return tuple(title for _, title in lines) if [int(number) for number, _ in lines] in ([1], [1, 2], [1, 2, 3]) else ()


def choices(row: Row) -> tuple[str, ...]:
    """The titles that this message of the log asks to choose from. An answer from the knowledge names its source; a list in it is no question."""
    return offered(row.text) if row.author == "assistant" and row.answered_by == "knowledge" and not row.sources else ()


def picked(message: str, titles: tuple[str, ...]) -> str:
    """The title that is chosen by its number and nothing else, or by its own words (a tap on its button), or an empty string."""
    named = next((title for title in titles if title.casefold() == " ".join(message.split()).casefold()), "")
    return named or _numbered(message, titles) or _agreed(message, titles)


def _numbered(message: str, titles: tuple[str, ...]) -> str:
    said = re.findall(r"\w+", message.lower()) if titles and len(message) <= LONGEST_CHOICE else []
    rest = [word for word in said if word not in _BESIDE and not _is_courtesy(word)]
    if not rest and "one" in said:
        rest = ["one"]
    place = next((place for place, names in enumerate(_NUMBERS[: len(titles)]) if len(rest) == 1 and rest[0] in names), None)
    return "" if place is None else titles[place]


def _agreed(message: str, titles: tuple[str, ...]) -> str:
    """The only title, where the visitor says yes to it and nothing else."""
    said = re.findall(r"\w+", message.lower()) if len(titles) == 1 and len(message) <= LONGEST_CHOICE else []
    agrees = not _YES.isdisjoint(said) and all(word in _YES or word in _BESIDE or _is_courtesy(word) for word in said)
    return titles[0] if agrees else ""


def _is_courtesy(word: str) -> bool:
    return all(one.courtesy or one.role <= Role.STOP for one in words(word)) and not word.isdigit() and len(word) > 1
