"""How much of a file is taken, so that no file costs more than a fixed share of memory and time. Used by every reader; what is over is said, not guessed.

Measured against S42: a child reading a hostile file stays below +200 MB and 60 s.
"""

import time
from collections.abc import Iterator
from dataclasses import replace

from widget.knowledge.reading.errors import FileTooLargeError, TooSlowError, UnsafeFileError
from widget.knowledge.reading.piece import KEY_LENGTH, Piece, Read, Skipped

FILE_BYTES = 256 * 1024 * 1024
# What a program holds as a whole while it reads: a page of HTML, a Markdown file.
WHOLE_BYTES = 16 * 1024 * 1024
PIECES = 100_000
SKIPPED = 20_000
ROWS = 200_000
COLUMNS = 200
CELL_LENGTH = 32_768
LINE_LENGTH = 1_000_000
# Processor time of the reader alone: a slow disk or a busy server costs the owner nothing.
SECONDS = 60.0


def check_size(size: int, most: int = FILE_BYTES) -> None:
    """Raises FileTooLargeError."""
    if size > most:
        raise FileTooLargeError(f"{size // 1024 // 1024} MB > {most // 1024 // 1024} MB")


def bounded(reads: Iterator[Read]) -> Iterator[Read]:
    """The same reads, each key given once, until there are too many of them. Raises ReadingError also where memory, depth or time ran out."""
    try:
        yield from _counted(_timed(reads))
    except MemoryError as error:
        raise FileTooLargeError from error
    except RecursionError as error:
        raise UnsafeFileError("nested too deep") from error


def _timed(reads: Iterator[Read]) -> Iterator[Read]:
    spent, begun = 0.0, time.thread_time()
    for read in reads:
        spent += time.thread_time() - begun
        if spent > SECONDS:
            raise TooSlowError
        yield read
        begun = time.thread_time()


def _counted(reads: Iterator[Read]) -> Iterator[Read]:
    seen: dict[int, int] = {}
    pieces = skipped = 0
    for read in reads:
        if isinstance(read, Piece):
            pieces += 1
            if pieces > PIECES:
                yield Skipped(read.place, "too_many", str(PIECES))
                return
            read = _once(read, seen)
        else:
            skipped += 1
            if skipped > SKIPPED:
                yield Skipped(read.place, "too_many_skipped", str(SKIPPED))
                return
        yield read


def _once(piece: Piece, seen: dict[int, int]) -> Read:
    """Of two pieces of one key the second gets a number, or is told as a duplicate when it says the same."""
    key = piece.key[:KEY_LENGTH]
    said = hash((key, piece.title, piece.text))
    if said in seen:
        return Skipped(piece.place, "duplicate", key)
    count = seen[hash(key)] = seen.get(hash(key), 0) + 1
    seen[said] = 1
    return piece if count == 1 and key == piece.key else replace(piece, key=key if count == 1 else f"{key[: KEY_LENGTH - 8]}#{count}")
