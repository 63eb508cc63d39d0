"""Keeps the model's handover mark out of what visitors see, however the stream is cut into pieces. Used by live.py.

Text that could still become the mark is held back until the next piece decides.
"""

from widget.answering.prompt import HANDOVER_MARK


class HandoverFilter:
    """Feed it pieces of text; it returns what may be shown. `wanted` is true once the mark came."""

    __slots__ = ("_held", "wanted")

    def __init__(self) -> None:
        self._held = ""
        self.wanted = False

    def feed(self, piece: str) -> str:
        if self.wanted:
            return ""
        text = self._held + piece
        if "[" not in text:
            self._held = ""
            return text
        start = text.find(HANDOVER_MARK)
        if start >= 0:
            self.wanted, self._held = True, ""
            return text[:start].rstrip()
        kept = _possible_start(text)
        self._held = text[len(text) - kept :]
        return text[: len(text) - kept]

    def end(self) -> str:
        """What was held back and did not become the mark."""
        held, self._held = self._held, ""
        return held


def _possible_start(text: str) -> int:
    """Length of the longest end of `text` with which the mark could begin."""
    longest = min(len(HANDOVER_MARK) - 1, len(text))
    return next((length for length in range(longest, 0, -1) if HANDOVER_MARK.startswith(text[-length:])), 0)
