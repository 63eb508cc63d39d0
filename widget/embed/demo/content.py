"""What the demo shop "Toko Rinjing" sells and says, read from the JSON files beside this module. Invented; no such shop exists.

Read by loader.py, which makes knowledge and rules of it, and by the demo shop's page.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent

NAME = "Toko Rinjing"
GREETING = "Halo Kak! Tanya apa saja soal barang, harga, ongkir, atau pesanan, ya."
# Weekday (0 = Monday), opens, closes.
HOURS = (*((weekday, "08:00", "17:00") for weekday in range(5)), (5, "08:00", "14:00"))
WHATSAPP = "6281200000000"
EMAIL = "halo@tokorinjing.example"


@dataclass(frozen=True, slots=True)
class Product:
    """One thing on the shelf. `price` in rupiah; `ask`: how people ask for it."""

    slug: str
    name: str
    group: str
    price: int
    text: str
    sizes: str
    material: str
    stock: str
    ask: tuple[str, ...]

    @property
    def price_text(self) -> str:
        return f"Rp{self.price:,}".replace(",", ".")

    @property
    def answer(self) -> str:
        return f"{self.text}\nHarga: {self.price_text}\nUkuran: {self.sizes}\nBahan: {self.material}\nStok: {self.stock}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with its answer; Indonesian where nothing else is said."""

    slug: str
    title: str
    answer: str
    tags: str
    ask: tuple[str, ...]
    language: str = "id"


@dataclass(frozen=True, slots=True)
class FixedAnswer:
    """A rule: phrases and what they are answered with."""

    name: str
    language: str
    phrases: tuple[str, ...]
    answer: str


@cache
def products() -> tuple[Product, ...]:
    return tuple(Product(**{**row, "ask": tuple(row["ask"])}) for row in _read("products.json"))


@cache
def answers() -> tuple[Answer, ...]:
    return tuple(Answer(**{**row, "ask": tuple(row["ask"])}) for row in _read("answers.json"))


@cache
def fixed_answers() -> tuple[FixedAnswer, ...]:
    return tuple(FixedAnswer(**{**row, "phrases": tuple(row["phrases"])}) for row in _read("rules.json"))


def _read(name: str) -> list[dict]:
    return json.loads((_FOLDER / name).read_text("utf-8"))
