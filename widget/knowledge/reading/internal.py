"""Columns that are about the business and not for its customers: never taken by a guess, only where an owner chooses them. Asked by mapping.py."""

import re
from functools import lru_cache

_NAMES = """
    internal modal hpp cogs cost costs supplier suplier pemasok private privat pribadi rahasia confidential secret note notes catatan memo
    margin laba profit untung keuntungan komisi commission
"""
_WORDS = frozenset(_NAMES.split())
_JOINED = re.compile(r"internal|hargamodal|hargabeli|hargapokok|hargakulak|buyingprice|buyprice|purchaseprice|wholesalecost|unitcost|catatanadmin|adminnote")


@lru_cache(maxsize=4_096)
def is_internal(name: str) -> bool:
    """ "Catatan internal", "Harga modal", "Supplier" and "Notes" are; "Balasan admin" is not."""
    words = re.findall(r"[a-z]+", name.lower())
    return not _WORDS.isdisjoint(words) or bool(_JOINED.search("".join(words)))
