"""Encrypts one push message so that only the browser that subscribed can read it: RFC 8291, whose content coding aes128gcm is RFC 8188.

Called by sending.py. What the push service in between sees is the length, rounded up.
"""

import base64
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

# Every push service takes 4096 bytes (RFC 8030), of which our header, the padding's mark and the tag need 103.
LONGEST = 3_800
_RECORD = 4096
_ROUND = 128
_POINT_BYTES = 65
_SECRET_BYTES = 16


class BadKeysError(Exception):
    """The keys of the subscription are none a browser makes."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """The two keys of a subscription: the browser's public point on P-256 (`p256dh`) and its 16 random bytes (`auth`)."""

    public: ec.EllipticCurvePublicKey
    secret: bytes


def recipient(p256dh: str, auth: str) -> Recipient:
    """Reads both as browsers give them, base64url. Raises BadKeysError."""
    point, secret = from_base64url(p256dh), from_base64url(auth)
    if len(point) != _POINT_BYTES or len(secret) != _SECRET_BYTES:
        raise BadKeysError
    try:
        return Recipient(ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point), secret)
    except ValueError as error:
        raise BadKeysError from error


def encrypt(text: bytes, to: Recipient, own: ec.EllipticCurvePrivateKey | None = None, salt: bytes | None = None, rounded: bool = True) -> bytes:
    """The whole body. `own` and `salt` are fresh for every message; only a test of the RFC's example gives them."""
    own = own or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(16)
    their_point, own_point = point_of(to.public), point_of(own.public_key())
    shared = own.exchange(ec.ECDH(), to.public)
    keying = _derive(to.secret, shared, b"WebPush: info\0" + their_point + own_point, 32)
    key = _derive(salt, keying, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(salt, keying, b"Content-Encoding: nonce\0", 12)
    # One record, which is the last: the mark 2, then as many zeros as one likes.
    padding = b"\2" + bytes(-(len(text) + 1) % _ROUND if rounded else 0)
    header = salt + _RECORD.to_bytes(4) + bytes([len(own_point)]) + own_point
    return header + AESGCM(key).encrypt(nonce, text + padding, None)


def point_of(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def to_base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Raises BadKeysError for what is none; the padding may be missing."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise BadKeysError from error


def _derive(salt: bytes, keying: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(keying)
