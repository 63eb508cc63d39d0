"""Keeps a model's thoughts from visitors where a server sends them as the beginning of the answer, between <think> and </think>. Used by chunks.py; pure.

Servers that know better send thoughts in a field of their own, which is not read at all.
"""

from enum import Enum, auto

_OPEN, _CLOSE = "<think>", "</think>"


class _State(Enum):
    START = auto()
    THINKING = auto()
    AFTER = auto()
    PASSED = auto()


class ThoughtFilter:
    """Feed it the text as it comes; it returns what may be shown. Once it has `passed`, nothing can be a thought any more."""

    def __init__(self) -> None:
        self._state, self._held = _State.START, ""

    @property
    def passed(self) -> bool:
        return self._state is _State.PASSED

    def feed(self, text: str) -> str:
        self._held += text
        if self._state is _State.START:
            begin = self._held.lstrip()
            if begin.startswith(_OPEN):
                self._state = _State.THINKING
            elif not _OPEN.startswith(begin):
                return self._pass()
        if self._state is _State.THINKING:
            _, end, after = self._held.partition(_CLOSE)
            self._held = after if end else self._held[-len(_CLOSE) :]
            self._state = _State.AFTER if end else self._state
        if self._state is _State.AFTER:
            self._held = self._held.lstrip()
            return self._pass() if self._held else ""
        return ""

    def rest(self) -> str:
        """What was held back when the answer ended: the beginning of a tag that was none. A thought without an end stays untold."""
        return self._pass() if self._state is _State.START and self._held.strip() else ""

    def _pass(self) -> str:
        held, self._held, self._state = self._held, "", _State.PASSED
        return held
