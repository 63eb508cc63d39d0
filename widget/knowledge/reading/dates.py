"""A date as people write it in a table: 2026-12-31, 31/12/2026, 31 Desember 2026, Dec 31, 2026. Called by the mapping of columns and the catalogues."""

import re
from datetime import date

# Longer texts are no dates; the bound also keeps every pattern here cheap.
_LENGTH = 40
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan januari january",
            "feb februari february pebruari",
            "mar maret march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "agu agt ags agustus aug august",
            "sep sept september",
            "okt oktober oct october",
            "nov nopember november",
            "des desember dec december",
        ],
        1,
    )
    for name in names.split()
}


def read_date(text: str) -> date | None:
    """None for what is no date. Days stand before months, as in Indonesia."""
    text = text.strip().lower()
    if not text or len(text) > _LENGTH:
        return None
    numbers = [int(part) for part in re.findall(r"\d{1,4}", text)]
    words = [_MONTHS[word] for word in re.findall(r"[a-z]{3,9}", text) if word in _MONTHS]
    if words and len(numbers) >= 2:
        return _made(numbers[1], words[0], numbers[0])
    if re.match(r"\d{4}[-/.]\d", text) and len(numbers) >= 3:
        return _made(numbers[0], numbers[1], numbers[2])
    if re.match(r"\d{1,2}[-/.]\d{1,2}[-/.]\d", text) and len(numbers) >= 3:
        return _made(numbers[2], numbers[1], numbers[0])
    return None


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None
