"""Bytes become letters: which encoding a text file is in, and what of it a person can see. Used by all readers of plain files.

Windows still writes cp1252 and Excel UTF-16, so an encoding that the file does not name itself is guessed, and the guess is told.
"""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from widget.knowledge.reading.bounds import LINE_LENGTH
from widget.knowledge.reading.errors import EncodingError
from widget.knowledge.reading.piece import Skipped

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 65_536
_STEP = 1_048_576
# Control characters, marks of direction, soft hyphens, tags and other letters nobody sees: only a machine would read them. Joiners of emoji stay.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)
# No text of ours has these; where there are many, it is no text.
_CONTROLS = bytes((*range(9), *range(14, 27), *range(28, 32)))
_BLANKS = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True)
class Letters:
    """The encoding of a file. `guessed` when the file does not say it and it is not plain UTF-8; `damaged` when some letters are lost."""

    encoding: str
    guessed: bool = False
    damaged: bool = False

    def told(self) -> Iterator[Skipped]:
        if self.guessed:
            yield Skipped("", "guessed_encoding", self.encoding)
        if self.damaged:
            yield Skipped("", "damaged_letters", self.encoding)

    def open(self, path: Path) -> io.TextIOWrapper:
        return path.open(encoding=self.encoding, errors="replace", newline=None)


def letters_of(path: Path) -> Letters:
    """Reads the whole file once, a megabyte at a time. Raises EncodingError for what is no text at all."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
        for mark, encoding in _MARKS:
            if head.startswith(mark):
                return Letters(encoding)
        wide = _wide(head)
        if wide:
            return Letters(wide, guessed=True)
        if len(head) - len(head.translate(None, _CONTROLS)) > 10 + len(head) // 100:
            raise EncodingError
        file.seek(0)
        good, bad = _count_utf8(file)
    if not bad:
        return Letters("utf-8")
    if good > bad:
        return Letters("utf-8", damaged=True)
    return Letters("cp1252", guessed=True)


def decode(content: bytes) -> str:
    """A small text whole, by the same guesses as a file."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def lines(file: io.TextIOWrapper) -> Iterator[str | None]:
    """Line by line without their ends; None for a line longer than LINE_LENGTH, which is passed over and never held."""
    while True:
        line = file.readline(LINE_LENGTH)
        if not line:
            return
        if len(line) < LINE_LENGTH or line.endswith("\n"):
            yield line.rstrip("\n")
            continue
        while line and not line.endswith("\n"):
            line = file.readline(LINE_LENGTH)
        yield None


def kept(source: Iterator[str | None], lost: list[Skipped]) -> Iterator[str]:
    """The lines that can be held; the others are added to `lost`."""
    for number, line in enumerate(source, 1):
        if line is None:
            lost.append(Skipped(f"line {number}", "too_long"))
        else:
            yield line


def seen(text: str) -> str:
    """What a person would see of a text: without unseen letters, blanks as one, at most one empty line between two."""
    if text.isprintable() and "  " not in text and (text.isascii() or not _UNSEEN.search(text)):
        return text.strip()
    text = _BLANKS.sub(" ", _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")))
    kept: list[str] = []
    for line in text.split("\n"):
        line = line.strip()
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()


def seen_line(text: str) -> str:
    return " ".join(seen(text).split())


def _wide(head: bytes) -> str:
    """UTF-16 without its mark: every second byte of western text is zero."""
    if len(head) < 4:
        return ""
    even, odd = head[0::2], head[1::2]
    if odd.count(0) > len(odd) * 0.4 and even.count(0) < len(even) * 0.1:
        return "utf-16-le"
    if even.count(0) > len(even) * 0.4 and odd.count(0) < len(odd) * 0.1:
        return "utf-16-be"
    return ""


def _count_utf8(file: io.BufferedReader) -> tuple[int, int]:
    """How many letters beyond ASCII are good UTF-8, and how many bytes are not."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    while chunk := file.read(_STEP):
        if chunk.isascii():
            bad += decoder.decode(chunk).count("\ufffd")
            continue
        text = decoder.decode(chunk)
        lost = text.count("\ufffd")
        bad += lost
        good += len(text) - len(text.encode("ascii", "ignore")) - lost
    return good, bad + decoder.decode(b"", final=True).count("\ufffd")
