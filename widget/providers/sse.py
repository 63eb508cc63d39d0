"""Splits a stream of server-sent events into the data of each event, piece by piece as the network delivers it. Used by the wires; pure.

Written for the format of the HTML standard, section 9.2, as far as models use it: comments, event names, ids and retry times are skipped, `data:`
comes with or without a space and over several lines, lines end in LF, CRLF or CR, and any byte may be the last of a piece.
"""

from widget.providers.errors import GarbageError

EVENT_BYTES = 5_000_000


class EventReader:
    """Feed it bytes; it returns the data of the events they complete. Raises GarbageError for an event above EVENT_BYTES."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._skip_lf = False

    def feed(self, piece: bytes) -> list[bytes]:
        if self._skip_lf or b"\r" in piece:
            piece = self._unify(piece)
        if self._parts:
            if b"\n\n" not in piece and not (piece.startswith(b"\n") and self._parts[-1].endswith(b"\n")):
                return self._keep(piece)
            piece = b"".join((*self._parts, piece))
            self._parts, self._size = [], 0
        *blocks, rest = piece.split(b"\n\n")
        if rest:
            self._keep(rest)
        return [data for block in blocks if (data := _data(block)) is not None]

    def end(self) -> list[bytes]:
        """The event a server left open when it ended without the empty line."""
        data = _data(b"".join(self._parts))
        self._parts, self._size = [], 0
        return [] if data is None else [data]

    def _keep(self, piece: bytes) -> list[bytes]:
        self._size += len(piece)
        if self._size > EVENT_BYTES:
            raise GarbageError(f"one event is larger than {EVENT_BYTES} bytes")
        if piece:
            self._parts.append(piece)
        return []

    def _unify(self, piece: bytes) -> bytes:
        """LF for every line end. A CR ends its line at once; the LF that may follow it, even in the next piece, belongs to it."""
        if self._skip_lf:
            piece = piece.removeprefix(b"\n")
        self._skip_lf = piece.endswith(b"\r")
        return piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _data(block: bytes) -> bytes | None:
    """The data of one event, None for a comment or an event without."""
    if block.startswith(b"data: ") and b"\n" not in block:
        return block[6:] or None
    lines = []
    for line in block.split(b"\n"):
        name, _, value = line.partition(b":")
        if name == b"data":
            lines.append(value.removeprefix(b" "))
    return b"\n".join(lines) or None
