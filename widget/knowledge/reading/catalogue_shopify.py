"""The product CSV of Shopify, with its old and its new names of columns: a row per variant, the first of a handle holds the product.

Loaded by formats.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from widget.knowledge.reading.catalogue import Offer, read_offers
from widget.knowledge.reading.catalogue_mapped import Cells, offer_of, offers, opened
from widget.knowledge.reading.letters import seen_line
from widget.knowledge.reading.mapping import plain
from widget.knowledge.reading.piece import Read, Skipped
from widget.knowledge.reading.tables import Row

_ROLES = {
    **dict.fromkeys(("handle", "urlhandle"), "handle"),
    "title": "name",
    **dict.fromkeys(("body", "bodyhtml", "description"), "description"),
    "vendor": "brand",
    **dict.fromkeys(("type", "productcategory"), "category"),
    "tags": "tags",
    **dict.fromkeys(("published", "publishedononlinestore"), "published"),
    "status": "status",
    **{f"option{number}value": f"option {number}" for number in (1, 2, 3)},
    **dict.fromkeys(("variantsku", "sku"), "code"),
    **dict.fromkeys(("variantbarcode", "barcode"), "gtin"),
    **dict.fromkeys(("variantinventoryqty", "inventoryquantity"), "stock"),
    **dict.fromkeys(("variantinventorypolicy", "continuesellingwhenoutofstock"), "policy"),
    **dict.fromkeys(("variantprice", "price"), "price"),
    **dict.fromkeys(("variantcompareatprice", "compareatprice"), "before"),
    **dict.fromkeys(("imagesrc", "productimageurl"), "image"),
}


def read(path: Path, options: Mapping[str, str]) -> Iterator[Read]:
    """Raises ReadingError."""
    table = opened(path, options)
    roles = {name: _ROLES.get(plain(name), "") for name in table.names}
    shop = options.get("address", "").rstrip("/")
    state = _Reader(roles, options, shop)
    return read_offers(lambda: state.offers(offers(table, state.offer)), options)


class _Reader:
    """Rows below the first of a handle leave out what the first said; one that was not published has no variants either."""

    def __init__(self, roles: Mapping[str, str], options: Mapping[str, str], shop: str) -> None:
        self.roles, self.options, self.shop = roles, options, shop
        self._unpublished = ""

    def offers(self, made: Iterator[Offer | Skipped]) -> Iterator[Offer | Skipped]:
        """Without the rows that are pictures only."""
        return (one for one in made if isinstance(one, Skipped) or one.parent or one.variant)

    def offer(self, row: Row) -> Offer | Skipped:
        said: dict[str, str] = {}
        for name, cell in row.cells.items():
            said.setdefault(self.roles[name], cell)
        handle = seen_line(said.get("handle", ""))
        if not handle:
            return Skipped(row.place, "empty")
        if said.get("name"):
            self._unpublished = handle if _is_unpublished(said) else ""
            if self._unpublished:
                return Skipped(row.place, "unpublished", seen_line(said["name"])[:100])
        offer = replace(offer_of(_completed(said), row.place, self.options), code=seen_line(said.get("code", "")).lstrip("'")[:40])
        if handle == self._unpublished:
            return replace(offer, parent=False, variant="")
        options = [seen_line(said[f"option {number}"]) for number in (1, 2, 3) if said.get(f"option {number}")]
        variant = ", ".join(options) if said.get("price") else ""
        url = f"{self.shop}/products/{handle}" if self.shop.startswith("http") else ""
        return replace(offer, key=handle, group=handle, parent=bool(said.get("name")), variant=variant, url=url)


def _is_unpublished(said: Cells) -> bool:
    return said.get("published", "true").lower() == "false" or said.get("status", "active").lower() in ("draft", "archived")


def _completed(said: Cells) -> Cells:
    """Shopify's price is what is paid, "compare at" what it was. Goods sold without stock can be ordered."""
    price, before = said.get("price", ""), said.get("before", "")
    beyond = said.get("policy", "").lower() in ("continue", "true")
    sold_out = said.get("stock", "").lstrip("-").strip("0") == "" or said.get("stock", "").startswith("-")
    availability = "preorder" if beyond and said.get("stock") and sold_out else ""
    return {**said, "price": before or price, "sale_price": price if before else "", "availability": availability}
