"""Numbers and prices in chat writing, brought to plain digits: "50rb", "Rp50.000", "50k", "1,5jt" and "50 ribu" all mean what they mean.

Called by forms.py before a text is cut into words.
"""

import re

_AMOUNT = re.compile(
    r"""
    (?:\b(?:rp|idr)\.?\s*)?                                  # a currency sign may stand before
    (?<![\w.,])(?P<digits>\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d{1,2})?)   # 1.250.000 or 50 or 1,5
    (?:,-|,00\b|\.-)?                                        # cents that are none
    (?:\s?(?P<scale>ribuan|ribu|rb|rebu|juta|jutaan|jt|k|ratus)\b)?
    """,
    re.VERBOSE | re.ASCII,
)
_SCALES = {"ribuan": 1000, "ribu": 1000, "rb": 1000, "rebu": 1000, "k": 1000, "juta": 1_000_000, "jutaan": 1_000_000, "jt": 1_000_000, "ratus": 100}
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+", re.ASCII)
_GLUED_CURRENCY = re.compile(r"\b(rp|idr)\.?\s*(?=\d)", re.ASCII)
# With bounds, because a text of nothing but digits would be read again from each of them.
_SIZES = re.compile(r"(?<!\d)(\d{1,9})\s{0,4}[x×]\s{0,4}(\d{1,9})(?:\s{0,4}[x×]\s{0,4}(\d{1,9}))?", re.ASCII)
_DIGIT = re.compile(r"\d", re.ASCII)
LONGEST_AMOUNT = 18


def plain_numbers(text: str) -> str:
    """The text, already in small letters, with every amount written in plain digits and sizes as one word ("30 x 40" -> "30x40")."""
    if not _DIGIT.search(text):
        return text
    text = _SIZES.sub(lambda match: "x".join(part for part in match.groups() if part), text)
    return _AMOUNT.sub(_plain, _GLUED_CURRENCY.sub(" ", text))


def _plain(match: re.Match[str]) -> str:
    digits, scale = match["digits"], _SCALES.get(match["scale"] or "", 1)
    if (digits.isdigit() and scale == 1) or len(digits) > LONGEST_AMOUNT:
        return digits
    grouped = _GROUPED.fullmatch(digits)
    amount = scale * float(digits.replace(".", "").replace(",", "") if grouped else digits.replace(",", "."))
    return f"{amount:.0f}" if amount == int(amount) else f"{amount:g}".replace(".", "")
