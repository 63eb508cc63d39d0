"""Word and Excel files are packed XML: opened here without ever unpacking to disk, and read event by event, so that memory stays flat.

What no office program makes (entities of its own, thousands of parts, parts that unpack to gigabytes) is refused before it is read.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.parsers import expat

from widget.knowledge.reading.errors import BrokenFileError, EncryptedError, FileTooLargeError, UnsafeFileError

# What a damaged archive makes zipfile raise; NotImplementedError names a way of packing that it does not know.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)
PARTS_BYTES = 512 * 1024 * 1024
# How much smaller a file of office work ever is than its parts; below the size it does no harm either way.
MOST_PACKED, SMALL_BYTES = 200, 32 * 1024 * 1024
# The list of parts at the end of the file: 1 MB are some ten thousand.
LIST_BYTES = 1_048_576
DEPTH = 200
_UNHEARD = 8 * 1024 * 1024
_CHUNK = 65_536


class Archive:
    """An open packed file whose parts can be read as streams; a part's name is a key here and never a path."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.sizes: Mapping[str, int] = {part.filename: part.file_size for part in archive.infolist()}

    @contextmanager
    def part(self, name: str, most: int = PARTS_BYTES) -> Iterator[IO[bytes]]:
        """Raises BrokenFileError where it is missing, FileTooLargeError where it unpacks to more than `most`."""
        if name not in self.sizes:
            raise BrokenFileError(name[:80])
        if self.sizes[name] > most:
            raise FileTooLargeError(f"{self.sizes[name] // 1024 // 1024} MB > {most // 1024 // 1024} MB")
        try:
            with self._archive.open(name) as stream:
                yield stream
        except DAMAGE as error:
            raise BrokenFileError from error
        except RuntimeError as error:  # zipfile's word for a part locked with a password
            raise EncryptedError from error


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Raises BrokenFileError, EncryptedError, FileTooLargeError."""
    if _size_of_list(path) > LIST_BYTES:
        raise UnsafeFileError("too many parts")
    try:
        archive = zipfile.ZipFile(path)
    except (*DAMAGE, ValueError) as error:
        raise BrokenFileError from error
    with archive:
        if any(part.flag_bits & 0x1 for part in archive.infolist()):
            raise EncryptedError
        if sum(part.file_size for part in archive.infolist()) > PARTS_BYTES:
            raise FileTooLargeError("zip")
        if _is_bomb(sum(part.file_size for part in archive.infolist()), path.stat().st_size):
            raise UnsafeFileError("zip bomb")
        yield Archive(archive)


def _is_bomb(unpacked: int, packed: int) -> bool:
    """Office programs reach some fifty letters a byte; what says that one byte holds hundreds would only cost time."""
    return unpacked > SMALL_BYTES and unpacked > MOST_PACKED * packed


def names_of(path: Path) -> frozenset[str]:
    """The names of the parts, as `opened` would give them."""
    with opened(path) as archive:
        return frozenset(archive.sizes)


def _size_of_list(path: Path) -> int:
    """What the end of the file says its list of parts takes (APPNOTE 4.3.14 to 4.3.16), before zipfile holds it all in memory."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_536 - 128))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise BrokenFileError
    if at >= 76 and tail[at - 20 : at - 16] == b"PK\x06\x07" and tail[at - 76 : at - 72] == b"PK\x06\x06":
        return int(struct.unpack("<Q", tail[at - 36 : at - 28])[0])
    return int(struct.unpack("<L", tail[at + 12 : at + 16])[0])


Starts = Callable[[str, dict[str, str]], None]
Ends = Callable[[str], None]
Texts = Callable[[str], None]


def parse(stream: IO[bytes], starts: Starts, ends: Ends, texts: Texts) -> Iterator[None]:
    """Calls back for every tag (its name without prefix) and text; yields after each chunk, so that the caller can give what it has.

    Raises UnsafeFileError for a document type or for nesting no program writes, BrokenFileError for what is no XML.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    depth = unheard = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, unheard
        depth, unheard = depth + 1, 0
        if depth > DEPTH:
            raise UnsafeFileError("nested too deep")
        starts(name.rpartition(":")[2], attributes)

    def end(name: str) -> None:
        nonlocal depth, unheard
        depth, unheard = depth - 1, 0
        ends(name.rpartition(":")[2])

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, texts
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        while chunk := stream.read(_CHUNK):
            # A tag or comment without end is read again with every chunk: quadratic in old versions of expat.
            unheard += len(chunk)
            if unheard > _UNHEARD:
                raise UnsafeFileError("no end of a tag")
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
        yield
    except expat.ExpatError as error:
        raise BrokenFileError(f"line {error.lineno}") from error


def _refuse_document_type(*_: object) -> None:
    raise UnsafeFileError("entities")
