"""Encrypts a stream under a passphrase in pieces of one mebibyte, so that neither the size of a backup nor a cut file is a problem.

Called by making.py and restoring.py. The key comes from scrypt (N=2^15, r=8, p=3: 32 MiB). Each piece is sealed by AES-256-GCM with its number and "last"
flag as the nonce (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015), so pieces cannot be dropped, swapped or cut off unseen.
"""

import hashlib
import hmac
import os
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from widget.ops.backup.errors import BrokenBackupError, NotABackupError, WrongPassphraseError

MAGIC = b"KANAL BACKUP 1\n"
PIECE = 1 << 20
_SALT, _PROOF, _TAG = 16, 32, 16


class SealedWriter:
    """A file to write to; what arrives in `file` is encrypted. `close()` seals the last piece and leaves `file` open."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        salt = os.urandom(_SALT)
        key, proof = _keys(passphrase, salt)
        self._header = MAGIC + salt
        self._file, self._cipher, self._number = file, AESGCM(key), 0
        self._waiting = bytearray()
        file.write(self._header + proof)

    def write(self, data: bytes) -> int:
        self._waiting += data
        # One piece always waits, since the last one must be known as the last.
        while len(self._waiting) > PIECE:
            self._seal(PIECE, last=False)
        return len(data)

    def flush(self) -> None:
        """Only whole pieces leave; asked for by what wraps files."""

    def close(self) -> None:
        self._seal(len(self._waiting), last=True)

    def _seal(self, size: int, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last), bytes(self._waiting[:size]), self._header))
        del self._waiting[:size]
        self._number += 1


class SealedReader:
    """Reads what SealedWriter wrote. Raises NotABackupError, WrongPassphraseError at once, BrokenBackupError wherever the damage is met."""

    def __init__(self, file: BinaryIO, passphrase: str, path: Path) -> None:
        self._path = path
        head = file.read(len(MAGIC) + _SALT + _PROOF)
        if not head.startswith(MAGIC):
            raise NotABackupError(file=path)
        self._header, proof = head[: len(MAGIC) + _SALT], head[len(MAGIC) + _SALT :]
        if len(proof) < _PROOF:
            raise BrokenBackupError(file=path, reason="its beginning is incomplete")
        key, expected = _keys(passphrase, self._header[len(MAGIC) :])
        if not hmac.compare_digest(proof, expected):
            raise WrongPassphraseError(file=path)
        self._file, self._cipher, self._number = file, AESGCM(key), 0
        self._sealed = file.read(PIECE + _TAG)
        self._open = bytearray()
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        while not self._ended and (size < 0 or len(self._open) < size):
            self._next()
        taken = bytes(self._open if size < 0 else self._open[:size])
        del self._open[: len(taken)]
        return taken

    def _next(self) -> None:
        following = self._file.read(PIECE + _TAG)
        self._ended = not following
        try:
            self._open += self._cipher.decrypt(_nonce(self._number, self._ended), self._sealed, self._header)
        except InvalidTag:
            raise BrokenBackupError(file=self._path, reason=f"in mebibyte {self._number + 1}") from None
        self._sealed = following
        self._number += 1


def _keys(passphrase: str, salt: bytes) -> tuple[bytes, bytes]:
    """The key of the pieces, and a proof for the header by which a wrong passphrase is told from damage."""
    both = hashlib.scrypt(passphrase.encode(), salt=salt, n=1 << 15, r=8, p=3, maxmem=1 << 26, dklen=64)
    return both[:32], hmac.digest(both[32:], MAGIC + salt, "sha256")


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
