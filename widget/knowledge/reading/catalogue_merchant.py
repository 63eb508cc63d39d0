"""Google Merchant feeds: RSS or Atom with the names of the namespace g, or the same names as a table. Loaded by formats.py.

Names and values as in Google's product data specification; items of one item_group_id are variants of one product.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from widget.knowledge.reading import packed
from widget.knowledge.reading.catalogue import Offer, read_offers
from widget.knowledge.reading.catalogue_mapped import offer_of, offers, opened
from widget.knowledge.reading.mapping import plain
from widget.knowledge.reading.piece import Read, Skipped

_ROLES = {
    "id": "key",
    "mpn": "mpn",
    "gtin": "gtin",
    "title": "name",
    "description": "description",
    "link": "url",
    "imagelink": "image",
    "price": "price",
    "saleprice": "sale_price",
    "salepriceeffectivedate": "sale_time",
    "availability": "availability",
    "quantity": "stock",
    "selltoquantity": "stock",
    "inventory": "stock",
    "itemgroupid": "group",
    "color": "colour",
    "size": "size",
    "pattern": "variants",
    "brand": "brand",
    "producttype": "category",
}
_VALUE_LENGTH = 32_768


def read(path: Path, options: Mapping[str, str]) -> Iterator[Read]:
    """Raises ReadingError."""
    with path.open("rb") as file:
        head = file.read(512).lstrip(b"\xef\xbb\xbf\xff\xfe\xfe\xff\0 \t\r\n")
    if head.startswith(b"<"):
        return read_offers(lambda: _items(path, options), options)
    table = opened(path, options)
    roles = {name: _ROLES.get(plain(name), "") for name in table.names}
    return read_offers(lambda: offers(table, lambda row: _offer({roles[name]: cell for name, cell in row.cells.items()}, row.place, options)), options)


def _offer(said: Mapping[str, str], place: str, options: Mapping[str, str]) -> Offer:
    """A colour alone makes no variant: only items of one group are."""
    made = offer_of(said, place, options)
    if said.get("group"):
        return made
    return replace(made, variant="", group="")


def _items(path: Path, options: Mapping[str, str]) -> Iterator[Offer | Skipped]:
    feed = _Feed()
    number = 0
    with path.open("rb") as stream:
        for _ in packed.parse(stream, feed.start, feed.end, feed.text):
            for said in feed.items:
                number += 1
                yield _offer(said, f"item {number}", options)
            feed.items.clear()


class _Feed:
    """Collects items while the feed's XML goes by."""

    def __init__(self) -> None:
        self.items: list[dict[str, str]] = []
        self._said: dict[str, str] | None = None
        self._role, self._value = "", ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("item", "entry"):
            self._said = {}
        elif self._said is not None:
            self._role, self._value = _ROLES.get(plain(name), ""), ""
            if name == "link" and attributes.get("href"):
                self._said.setdefault("url", attributes["href"][:1_000])

    def text(self, text: str) -> None:
        if self._role and len(self._value) < _VALUE_LENGTH:
            self._value += text

    def end(self, name: str) -> None:
        if name in ("item", "entry") and self._said is not None:
            self.items.append(self._said)
            self._said = None
        elif self._said is not None and self._role:
            if self._value.strip():
                self._said[self._role] = self._value.strip()
            self._role = ""
