"""A text as a QR code, drawn as one path of an inline SVG: no picture file, no style, nothing the page's policy would refuse.

Called by second_step_pages.py; the code itself is made by segno.
"""

from dataclasses import dataclass

import segno

# The light rim that readers need, in modules (ISO/IEC 18004).
RIM = 4


@dataclass(frozen=True)
class QrCode:
    """`path` is the SVG data of all dark modules, in a square of `size` units."""

    size: int
    path: str


def draw(text: str) -> QrCode:
    """Raises ValueError for a text that is too long for any QR code."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=RIM)]
    return QrCode(len(rows), "".join(_runs(row, y) for y, row in enumerate(rows)))


def _runs(row: bytes, y: int) -> str:
    """Neighbouring dark modules as one bar."""
    starts = [x for x, dark in enumerate(row) if dark and not (x and row[x - 1])]
    return "".join(f"M{x} {y}h{row.index(0, x) - x}v1H{x}z" for x in starts)
