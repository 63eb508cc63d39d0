"""Products become pieces whose price and stock are said from data. The readers of catalogues give offers, one per row; here variants are folded.

A file is read twice: once to collect what belongs to one product, wherever its rows stand, and once to give the products in their order. Only variants
are held meanwhile. Options: `language` of the site ("id", "en"), `currency` where the file names none, `address` of the website.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from widget.knowledge.reading.bounds import PIECES, bounded
from widget.knowledge.reading.catalogue_codes import spellings
from widget.knowledge.reading.catalogue_prices import Price
from widget.knowledge.reading.catalogue_wording import IN_STOCK, OUT_OF_STOCK, PREORDER, Wording, wording
from widget.knowledge.reading.cutting import Block, cut
from widget.knowledge.reading.errors import NothingFoundError
from widget.knowledge.reading.piece import KEY_LENGTH, TITLE_LENGTH, Piece, Read, Skipped

_SHOWN_VARIANTS = 60
_VARIANT_LENGTH = 80
_DESCRIPTION_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What buying costs and whether it can be had. `text` is a price nobody could read as one, said as it is."""

    price: Price | None = None
    before: Price | None = None
    stock: int | None = None
    availability: str = ""
    text: str = ""

    @property
    def available(self) -> str:
        """The stock counts more than the word beside it, unless it may be ordered without one."""
        if self.availability == PREORDER or self.stock is None:
            return self.availability
        return IN_STOCK if self.stock > 0 else OUT_OF_STOCK


@dataclass(frozen=True, slots=True)
class Offer:
    """One row of a catalogue. Rows of one `group` are one product: its `parent` row, and those that say a `variant` ("Merah, M").

    `code` is told to customers; `codes` are all it is found by.
    """

    place: str
    key: str
    name: str
    terms: Terms
    description: str = ""
    url: str = ""
    image: str = ""
    brand: str = ""
    category: str = ""
    tags: str = ""
    group: str = ""
    parent: bool = False
    variant: str = ""
    code: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Variant:
    name: str
    terms: Terms
    code: str = ""


@dataclass
class _Group:
    """What was collected of one product."""

    variants: list[_Variant] = field(default_factory=list)
    codes: dict[str, None] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    parent: bool = False
    given: bool = False


Offers = Callable[[], Iterator[Offer | Skipped]]


def read_offers(offers: Offers, options: Mapping[str, str]) -> Iterator[Read]:
    """Pieces of a catalogue whose rows `offers` gives anew at every call. Raises ReadingError."""
    return bounded(_read(offers, wording(options.get("language", "id")), options.get("language", "id")))


def _read(offers: Offers, words: Wording, language: str) -> Iterator[Read]:
    groups = _collected(offers())
    found = False
    for offer in offers():
        if isinstance(offer, Skipped):
            yield offer
            continue
        group = groups.get(offer.group)
        if group and (group.given or (group.parent and not offer.parent)):
            continue
        if group:
            group.given = True
        if not offer.name:
            yield Skipped(offer.place, "empty")
            continue
        found = True
        yield from _pieces(offer, group, words, language)
    if not found:
        raise NothingFoundError


def _collected(offers: Iterator[Offer | Skipped]) -> dict[str, _Group]:
    groups: dict[str, _Group] = {}
    held = 0
    for offer in offers:
        if isinstance(offer, Skipped) or not offer.group or held > PIECES:
            continue
        group = groups.setdefault(offer.group, _Group())
        group.parent = group.parent or offer.parent
        if offer.variant:
            held += 1
            group.variants.append(_Variant(offer.variant[:_VARIANT_LENGTH], offer.terms, offer.code))
        if len(group.codes) < _SHOWN_VARIANTS:
            group.codes |= dict.fromkeys(offer.codes)
        if offer.name and len(group.names) < 20:
            group.names.append(offer.name)
    return groups


def _pieces(offer: Offer, group: _Group | None, words: Wording, language: str) -> Iterator[Piece]:
    variants = group.variants if group and len(group.variants) > 1 else []
    name = (offer.name if not group or group.parent or not variants else _shared_name(group.names))[:TITLE_LENGTH]
    said = _said(offer, variants, words, language)
    description, *rest = [part.text for part in cut([Block(text) for text in offer.description[:_DESCRIPTION_LENGTH].split("\n\n")])] or [""]
    facts = _facts(offer, variants, words, language)
    asked = "\n".join([*(way.format(name=name[:100]) for way in words.asked), spellings(group.codes if group else offer.codes)]).strip()
    key = (offer.group if variants else offer.key) or name
    tags = " ".join(part for part in (offer.category, offer.brand, offer.tags) if part)[:200]
    for number, text in enumerate(["\n".join([f"{name}.", *said, description]).strip(), *rest], 1):
        yield Piece(
            key=key[:KEY_LENGTH] if number == 1 else f"{key[: KEY_LENGTH - 8]}#{number}",
            title=name,
            text=text,
            url=offer.url,
            place=offer.place,
            language=language if language in ("id", "en") else "",
            other_ways=asked if number == 1 else "",
            tags=tags,
            facts=facts if number == 1 else {},
        )


def _shared_name(names: Sequence[str]) -> str:
    """What the names of variants begin with: "Kaos Polos" of "Kaos Polos - Merah" and "Kaos Polos - Hitam"."""
    words = takewhile(lambda column: len(set(column)) == 1, zip(*(name.split() for name in names), strict=False))
    shared = " ".join(column[0] for column in words)
    shared = shared.rstrip(" -–,(/|:")
    return shared if len(shared) >= 4 else names[0]


def _said(offer: Offer, variants: list[_Variant], words: Wording, language: str) -> Iterator[str]:
    """The sentences and lines of data that come before the description."""
    all_terms = [one.terms for one in variants]
    yield _price_said(all_terms or [offer.terms], words, language)
    if stock := _stock_said(offer.terms, all_terms, words):
        yield words.stock.format(stock=stock)
    if offer.code and (not variants or not offer.variant):
        yield words.code.format(code=offer.code)
    if variants:
        yield words.variants
        yield from (f"- {_variant_said(one, words, language)}" for one in variants[:_SHOWN_VARIANTS])
        if len(variants) > _SHOWN_VARIANTS:
            yield words.more.format(count=len(variants) - _SHOWN_VARIANTS)
    if offer.brand:
        yield words.brand.format(brand=offer.brand)
    if offer.category:
        yield words.category.format(category=offer.category)


def _price_said(all_terms: list[Terms], words: Wording, language: str) -> str:
    prices = sorted({terms.price for terms in all_terms if terms.price}, key=lambda price: price.amount)
    if not prices:
        text = next((terms.text for terms in all_terms if terms.text), "")
        return words.price.format(price=text) if text else words.no_price
    if len(prices) > 1:
        return words.span.format(least=prices[0].shown(language), most=prices[-1].shown(language))
    before = {terms.before for terms in all_terms}
    was = before.pop() if len(before) == 1 else None
    shown = prices[0].shown(language)
    return words.reduced.format(price=shown, before=was.shown(language)) if was else words.price.format(price=shown)


def _stock_said(own: Terms, variants: list[Terms], words: Wording) -> str:
    """ "tersedia, 12", of variants taken together; "" where nothing is known."""
    known = [terms.available for terms in variants or [own] if terms.available] or [own.availability]
    best = next((state for state in (IN_STOCK, PREORDER, OUT_OF_STOCK) if state in known), "")
    counts = [terms.stock for terms in variants or [own]]
    total = sum(count for count in counts if count) if all(count is not None for count in counts) else 0
    return ", ".join(part for part in (words.availability.get(best, ""), str(total) if total and best == IN_STOCK else "") if part)


def _variant_said(one: _Variant, words: Wording, language: str) -> str:
    terms = one.terms
    name = f"{one.name} ({one.code})" if one.code else one.name
    price = terms.price.shown(language) if terms.price else terms.text
    return f"{name}: " + ", ".join(part for part in (price, _stock_said(terms, [], words)) if part) if price or terms.available else name


def _facts(offer: Offer, variants: list[_Variant], words: Wording, language: str) -> dict[str, str]:
    """What is shown beside the answer, only what is known."""
    all_terms = [one.terms for one in variants] or [offer.terms]
    prices = sorted({terms.price for terms in all_terms if terms.price}, key=lambda price: price.amount)
    shown = " – ".join(price.shown(language) for price in (prices[:1] + prices[-1:] if len(prices) > 1 else prices))
    counts = [terms.stock for terms in all_terms]
    facts = {
        "price": shown or offer.terms.text,
        "currency": prices[0].currency if prices else "",
        "stock": str(sum(count or 0 for count in counts)) if all(count is not None for count in counts) else "",
        "availability": re.sub(r", \d+$", "", _stock_said(offer.terms, [one.terms for one in variants], words)),
        "image": offer.image,
        "variants": "\n".join(_variant_said(one, words, language) for one in variants[:_SHOWN_VARIANTS]),
    }
    return {name: value for name, value in facts.items() if value}
