"""Under which word a document is filed in the index: what people wrote by its site, what a source gave by the source and its generation.

Used by models.py, search.py and sources/. One search looks in all scopes of its site that are live, and in no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from widget.knowledge.index.filing import ALL, VERSION


@dataclass(frozen=True, slots=True)
class Standing:
    """What a site's searches look in now. `version` is another after every change, in whichever process; `documents` are those of all scopes."""

    scopes: tuple[str, ...]
    documents: int
    version: tuple[tuple[str, int], ...]


def of_site(site_id: int) -> str:
    return f"s{site_id}"


def of_generation(source_id: int, generation: int) -> str:
    """Spelt the same in the SQL of base.py, which names the live ones."""
    return f"g{source_id}x{generation}"


def standing(rows: Sequence[tuple[str, str, int]]) -> Standing:
    """From the marks of every live scope (scope, ALL or VERSION, number); scopes that hold nothing are left out."""
    sizes = {scope: number for scope, word, number in rows if word == ALL}
    version = tuple(sorted((scope, number) for scope, word, number in rows if word == VERSION and scope in sizes))
    return Standing(tuple(scope for scope, _ in version), sum(sizes.values()), version)
