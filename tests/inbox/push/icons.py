"""Draws the icons of the installable admin: the speech bubble of static/admin-skin/icon.svg as PNG. `python -m tests.inbox.push.icons` writes them."""

import math
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "static" / "push"
TEAL, WHITE = (15, 118, 110), (255, 255, 255)
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Icon:
    """A square of `size` pixels; the bubble takes `share` of it. Without a `ground` it stands on nothing."""

    name: str
    size: int
    share: float
    ink: Colour
    ground: Colour | None = None


ICONS = (
    Icon("icon-192.png", 192, 0.86, TEAL),
    Icon("icon-512.png", 512, 0.86, TEAL),
    # Phones cut a maskable icon to any shape: only the inner four fifths are sure to be seen.
    Icon("icon-maskable-512.png", 512, 0.5, WHITE, TEAL),
    Icon("apple-180.png", 180, 0.56, WHITE, TEAL),
    Icon("badge-96.png", 96, 0.84, WHITE),
)


def draw(icon: Icon) -> bytes:
    radius = icon.size * icon.share / 2
    rows = bytearray()
    for y in range(icon.size):
        rows.append(0)
        for x in range(icon.size):
            covered = _covered(x + 0.5 - icon.size / 2, y + 0.5 - icon.size / 2, radius)
            rows += _pixel(icon, covered)
    header = struct.pack(">IIBBBBB", icon.size, icon.size, 8, 6, 0, 0, 0)
    pieces = (_piece(b"IHDR", header), _piece(b"IDAT", zlib.compress(bytes(rows), 9)), _piece(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(pieces)


def _covered(x: float, y: float, radius: float) -> float:
    """How much of a pixel a circle covers whose lower left quarter is a square: 0 to 1, soft at the edge."""
    circle = math.hypot(x, y) - radius
    corner = max(-x - radius, y - radius, x, -y)
    return min(max(0.5 - min(circle, corner), 0.0), 1.0)


def _pixel(icon: Icon, covered: float) -> bytes:
    if icon.ground is None:
        return bytes((*icon.ink, round(255 * covered)))
    mixed = (round(ink * covered + ground * (1 - covered)) for ink, ground in zip(icon.ink, icon.ground, strict=True))
    return bytes((*mixed, 255))


def _piece(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


if __name__ == "__main__":
    for one in ICONS:
        (FOLDER / one.name).write_bytes(draw(one))
