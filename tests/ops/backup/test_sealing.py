"""The sealed stream: whole and under its own passphrase it opens, in any other case it says what is wrong and gives nothing away."""

import io
import random
from pathlib import Path

import pytest

from widget.ops.backup.errors import BackupError, BrokenBackupError, NotABackupError, WrongPassphraseError
from widget.ops.backup.sealing import MAGIC, PIECE, SealedReader, SealedWriter

NAME = Path("toko.kanal")
PASSPHRASE = "kuda-benar-baterai"
HEAD = len(MAGIC) + 16 + 32


def seal(data: bytes) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, PASSPHRASE)
    for start in range(0, len(data), 300_000):
        writer.write(data[start : start + 300_000])
    writer.close()
    return file.getvalue()


def unseal(sealed: bytes, passphrase: str = PASSPHRASE) -> bytes:
    return SealedReader(io.BytesIO(sealed), passphrase, NAME).read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_opens_whole(size: int) -> None:
    data = random.Random(size).randbytes(size)
    assert unseal(seal(data)) == data


def test_the_same_text_never_seals_to_the_same_bytes() -> None:
    assert seal(b"kanal" * 1000)[HEAD:] != seal(b"kanal" * 1000)[HEAD:]


def test_another_passphrase_is_told_from_damage() -> None:
    with pytest.raises(WrongPassphraseError):
        unseal(seal(b"kanal"), "kuda-benar-bateraj")


@pytest.mark.parametrize("size", [HEAD - 1, HEAD, HEAD + 5, HEAD + PIECE, HEAD + PIECE + 16, HEAD + 2 * (PIECE + 16), HEAD + 2 * (PIECE + 16) + 15])
def test_a_cut_file_is_refused_wherever_it_was_cut(size: int) -> None:
    sealed = seal(bytes(2 * PIECE + 100))
    with pytest.raises(BrokenBackupError):
        unseal(sealed[:size])


def test_a_changed_byte_is_found_wherever_it_is() -> None:
    sealed, chance = seal(bytes(2 * PIECE)), random.Random(1)
    for place in [0, len(MAGIC), len(MAGIC) + 20, HEAD, *(chance.randrange(HEAD, len(sealed)) for _ in range(5))]:
        broken = bytearray(sealed)
        broken[place] ^= 1
        with pytest.raises(BackupError):
            unseal(bytes(broken))


def test_pieces_cannot_change_places() -> None:
    sealed, piece = seal(bytes(3 * PIECE)), PIECE + 16
    first, second = sealed[HEAD : HEAD + piece], sealed[HEAD + piece : HEAD + 2 * piece]
    with pytest.raises(BrokenBackupError):
        unseal(sealed[:HEAD] + second + first + sealed[HEAD + 2 * piece :])


def test_something_else_is_called_no_backup() -> None:
    for other in (b"", b"PK\x03\x04", b"SQLite format 3\x00" * 10):
        with pytest.raises(NotABackupError):
            unseal(other)
