"""How a product's data is said, in Indonesian and in English: this is knowledge of a site in its language, not a text of our pages. Called by catalogue.py."""

from collections.abc import Mapping
from dataclasses import dataclass

IN_STOCK, OUT_OF_STOCK, PREORDER = "in_stock", "out_of_stock", "preorder"


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences with the places of their data."""

    price: str
    reduced: str
    span: str
    no_price: str
    stock: str
    code: str
    availability: Mapping[str, str]
    variants: str
    more: str
    brand: str
    category: str
    asked: tuple[str, ...]


_INDONESIAN = Wording(
    price="Harga: {price}.",
    reduced="Harga: {price} (sebelumnya {before}).",
    span="Harga: {least} sampai {most}, tergantung pilihan.",
    no_price="Harga: silakan tanyakan.",
    stock="Stok: {stock}.",
    code="Kode: {code}.",
    availability={IN_STOCK: "tersedia", OUT_OF_STOCK: "habis", PREORDER: "bisa dipesan dulu (pre-order)"},
    variants="Pilihan:",
    more="- dan {count} pilihan lain",
    brand="Merek: {brand}.",
    category="Kategori: {category}.",
    asked=("Berapa harga {name}?", "Apakah {name} masih ada?", "Stok {name}"),
)
_ENGLISH = Wording(
    price="Price: {price}.",
    reduced="Price: {price} (was {before}).",
    span="Price: {least} to {most}, depending on the option.",
    no_price="Price: please ask us.",
    stock="Stock: {stock}.",
    code="Code: {code}.",
    availability={IN_STOCK: "in stock", OUT_OF_STOCK: "out of stock", PREORDER: "can be ordered ahead (pre-order)"},
    variants="Options:",
    more="- and {count} more options",
    brand="Brand: {brand}.",
    category="Category: {category}.",
    asked=("How much is {name}?", "Is {name} available?", "{name} in stock"),
)


def wording(language: str) -> Wording:
    """Indonesian unless the site speaks English."""
    return _ENGLISH if language == "en" else _INDONESIAN


_WORDS = {
    IN_STOCK: "in stock|in_stock|instock|available|yes|y|ya|ada|tersedia|ready|ready stock|readystock|true|aktif|active|limited availability|banyak",
    OUT_OF_STOCK: "out of stock|out_of_stock|outofstock|no|n|tidak|tidak ada|tidak tersedia|habis|stok habis|kosong|false|sold out|soldout|unavailable",
    PREORDER: "preorder|pre-order|pre order|po|backorder|onbackorder|on backorder|indent|inden|notify|available for order",
}
_AVAILABILITY = {word: known for known, words in _WORDS.items() for word in words.split("|")}


def availability_of(text: str) -> str:
    """ "ready" and "InStock" are in_stock; "" for a word nobody knows."""
    return _AVAILABILITY.get(text.strip().lower().rpartition("/")[2], "")
