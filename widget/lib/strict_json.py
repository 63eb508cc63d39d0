"""JSON as it is meant and no other: what strangers send must mean the same to everybody who reads it. Called by conversations/identity.py and
realtime/protocol.py.
"""

import json
from typing import Any


def read_strictly(text: str | bytes) -> Any:
    """Raises ValueError also for NaN and Infinity, which are no JSON, and for a key that stands twice (RFC 8259, 4); RecursionError for what is too deep."""
    return json.loads(text, parse_constant=_refuse, object_pairs_hook=_unique)


def _refuse(name: str) -> None:
    raise ValueError(name)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a key stands twice")
    return read
