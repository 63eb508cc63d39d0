"""Any table of products by its columns: guessed from their names or as the owner chose. Loaded by formats.py; the named exports share its parts."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

from widget.knowledge.reading import mapping, tables
from widget.knowledge.reading.catalogue import Offer, Terms, read_offers
from widget.knowledge.reading.catalogue_codes import codes_of, said_code
from widget.knowledge.reading.catalogue_prices import read_price, read_range
from widget.knowledge.reading.catalogue_wording import availability_of
from widget.knowledge.reading.errors import NoColumnsError
from widget.knowledge.reading.html import text_of
from widget.knowledge.reading.letters import seen_line
from widget.knowledge.reading.piece import Read, Skipped

_MARKS = re.compile(r"</?(?:b|i|u|em|strong|span|font|br|p|sup|sub)\b[^<>]{0,200}>", re.I)
# Words people put before a number of pieces.
_LEFT = re.compile(r"^(?:sisa|tinggal|tersisa|stok|stock|ready|tersedia|ada|only|left)[\s:]{1,3}(?=\d)", re.I)
Cells = Mapping[str, str]


def read(path: Path, options: Mapping[str, str]) -> Iterator[Read]:
    """Raises ReadingError, NoColumnsError where no column names the products."""
    table = opened(path, options)
    roles = mapping.chosen(options.get("mapping", ""), table.names, mapping.PRODUCTS, named=bool(table.header))
    if "name" not in roles:
        raise NoColumnsError

    def made(row: tables.Row) -> Offer:
        said = {role: row.cells.get(column, "") for role, column in roles.items()}
        return replace(offer_of(said, row.place, options), code=said_code(said, roles))

    return read_offers(lambda: offers(table, made), options)


def opened(path: Path, options: Mapping[str, str]) -> tables.Table:
    """The table in whatever a catalogue is exported: Excel or separated text."""
    with path.open("rb") as file:
        packed = file.read(2) == b"PK"
    return tables.opened(path, {**options, "format": "xlsx" if packed else "csv"})


def offers(table: tables.Table, make: Callable[[tables.Row], Offer | Skipped]) -> Iterator[Offer | Skipped]:
    yield from table.letters.told()
    for row in table.rows():
        yield row if isinstance(row, Skipped) else make(row)


def offer_of(said: Cells, place: str, options: Mapping[str, str]) -> Offer:
    """An offer of values by their role in mapping.PRODUCTS."""
    variant = ", ".join(seen_line(said[role]) for role in ("variants", "colour", "size") if said.get(role))
    return Offer(
        place=place,
        key=seen_line(said.get("key", "")),
        name=_name(said.get("name", "")),
        terms=terms_of(said, options),
        description=text_of(said.get("description", "")),
        url=mapping.address(said.get("url", "")),
        image=mapping.address(said.get("image", "").split(",")[0]),
        brand=seen_line(said.get("brand", ""))[:100],
        category=seen_line(said.get("category", ""))[:150],
        tags=seen_line(said.get("tags", ""))[:150],
        group=seen_line(said.get("group", "")) or (seen_line(said.get("name", "")) if variant else ""),
        variant=variant,
        codes=codes_of(said),
    )


def terms_of(said: Cells, options: Mapping[str, str]) -> Terms:
    """Price, lower price, stock and availability; a stock that is a word is an availability."""
    currency = said.get("currency") or options.get("currency") or ("IDR" if options.get("language", "id") == "id" else "")
    price, lower = read_price(said.get("price", ""), currency), read_price(said.get("sale_price", ""), currency)
    if not _holds_today(said.get("sale_time", "")):
        lower = None
    reduced = lower and (not price or lower.amount < price.amount)
    stock = said.get("stock", "").strip()
    count = _count(stock)
    return Terms(
        price=lower if reduced else price,
        before=price if reduced else None,
        stock=count,
        availability=availability_of(said.get("availability", "")) or (availability_of(stock) if count is None else ""),
        text="" if price or lower else _unread(said.get("price", ""), currency, options.get("language", "id")),
    )


def _unread(price: str, currency: str, language: str) -> str:
    """A price that is no single amount: a range as "Rp50.000–Rp75.000", anything else with a number as it stands."""
    if found := read_range(price, currency):
        return "–".join(one.shown(language) for one in found)
    return seen_line(price)[:60] if any(letter.isdigit() and letter != "0" for letter in price) else ""


def _name(text: str) -> str:
    """ "Topi <Rimba>" is a name; marks of bold letters and entities are not part of one."""
    return seen_line(unescape(_MARKS.sub(" ", text[:2_000])))


def _count(stock: str) -> int | None:
    """ "12", "12.0", "12 pcs" and "sisa 2"; below zero is none. Nobody has a billion of anything."""
    stock = _LEFT.sub("", stock)
    digits = stock.split(" ")[0].partition(".")[0] if stock.partition(".")[2].strip("0").split(" ")[0] in ("", "pcs") else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0 if re.match(r"-\s?\d", stock) else None


def _holds_today(time: str) -> bool:
    """Whether now is in "2026-01-01T00:00+0700/2026-02-01T00:00+0700" (ISO 8601); a span nobody can read does not keep a price away."""
    begin, _, end = time.strip().partition("/")
    try:
        now = datetime.now(UTC).date()
        return not time or datetime.fromisoformat(begin.strip()).date() <= now <= datetime.fromisoformat(end.strip()).date()
    except ValueError:
        return True
