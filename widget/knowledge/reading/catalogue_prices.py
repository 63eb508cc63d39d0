"""Prices as catalogues write them ("Rp50.000", "50000 IDR", "50.00 USD", "50rb") and as a visitor reads them. Called by the catalogues' readers."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

# Longer texts are no prices; the bound also keeps every pattern here cheap.
_LENGTH = 60
_SIGNS = {
    "IDR": ("Rp", ("rp", "rp.", "idr")),
    "USD": ("US$", ("us$", "usd", "$")),
    "SGD": ("S$", ("s$", "sgd")),
    "MYR": ("RM", ("rm", "myr")),
    "AUD": ("A$", ("a$", "au$", "aud")),
    "EUR": ("€", ("€", "eur")),
    "GBP": ("£", ("£", "gbp")),
    "JPY": ("¥", ("¥", "jpy")),
    "KRW": ("₩", ("₩", "krw")),
    "PHP": ("₱", ("₱", "php")),
    "THB": ("฿", ("฿", "thb")),
    "VND": ("₫", ("₫", "vnd")),
    "INR": ("₹", ("₹", "inr")),
    "CNY": ("CN¥", ("cn¥", "cny", "rmb")),
}
# What stands between an amount and the word before it.
_BETWEEN = " \t\n\u00a0/,.-"
_CODES = {word: code for code, (_sign, written) in _SIGNS.items() for word in written}
_WHOLE = {"IDR", "JPY", "KRW", "VND"}
_TIMES = {"rb": 1_000, "ribu": 1_000, "k": 1_000, "jt": 1_000_000, "juta": 1_000_000}
_TO = re.compile(r"\s{0,9}+(?:[-–—~]|\bs/d\b|\bsd\b|\bsampai\b|\bhingga\b|\bto\b)\s{0,9}+(?=\D{0,5}\d)")
_UNIT = re.compile(r"(rb|ribu|k|jt|juta)\b")
_NUMBER = re.compile(r"\d[\d.,' \u00a0]{0,24}")


@dataclass(frozen=True, slots=True)
class Price:
    """`currency` is its ISO 4217 code, "" where nothing says it."""

    amount: Decimal
    currency: str = ""

    def shown(self, language: str) -> str:
        """ "Rp50.000" in Indonesian, "Rp50,000" in English, "US$50.00"."""
        whole = self.currency in _WHOLE or (not self.currency and self.amount == int(self.amount))
        text = f"{self.amount:,.0f}" if whole and self.amount == int(self.amount) else f"{self.amount:,.2f}"
        if language == "id":
            text = text.translate({ord(","): ".", ord("."): ","})
        sign = _SIGNS[self.currency][0] if self.currency in _SIGNS else f"{self.currency} " if self.currency else ""
        return sign + text


def read_price(text: str, currency: str = "") -> Price | None:
    """None for what is no single price above zero. `currency` counts where the text names none."""
    text = text.strip().lower()
    if not text or len(text) > _LENGTH:
        return None
    numbers = _NUMBER.findall(text)
    if len(numbers) != 1 or text.startswith(("-", "–")):
        return None
    before, _, after = text.partition(numbers[0])
    around = before.rstrip(_BETWEEN).split() + after.lstrip(",.-").split()
    named, times = currency.upper(), 1
    for word in around:
        if word.rstrip(".") in _TIMES:
            times = _TIMES[word.rstrip(".")]
        elif code := _code(word):
            named = code
    try:
        amount = Decimal(_plain(numbers[0], named, times)) * times
    except InvalidOperation:
        return None
    return Price(amount, named) if 0 < amount < Decimal("1e13") else None


def read_range(text: str, currency: str = "") -> tuple[Price, Price] | None:
    """ "50000 - 75000" and "Rp50rb s/d 75rb": what stands behind one amount counts for both. None for what is no range."""
    text = text.strip().lower()
    ends = _TO.split(text) if len(text) <= _LENGTH else []
    if len(ends) != 2:
        return None
    most = read_price(ends[1], currency)
    least = read_price(ends[0], most.currency if most else currency)
    if not least or not most:
        return None
    if least.currency != most.currency:
        most = Price(most.amount, least.currency)
    shorter = _UNIT.search(ends[1])
    if shorter and not _UNIT.search(ends[0]) and least.amount < 1_000:
        least = Price(least.amount * _TIMES[shorter[1]], least.currency)
    return (least, most) if least.amount < most.amount else None


def _code(word: str) -> str:
    if word in _CODES:
        return _CODES[word]
    return word.upper() if re.fullmatch(r"[a-z]{3}", word) and word not in ("per", "pcs", "net", "max", "min") else ""


def _plain(number: str, currency: str, times: int) -> str:
    """Points and commas: of two kinds the last cuts off decimals; three digits behind a single one are thousands, unless nobody writes them so."""
    number = re.sub(r"[' \u00a0]", "", number).rstrip(".,")
    last = max(number.rfind("."), number.rfind(","))
    if last < 0:
        return number
    sign, decimals = number[last], number[last + 1 :]
    other = "," if sign == "." else "."
    if other in number:
        return number[:last].replace(other, "").replace(sign, "") + "." + decimals
    thousands = len(decimals) == 3 and times < 1_000_000 and not number.startswith("0")
    return number.replace(sign, "" if thousands else ".")
