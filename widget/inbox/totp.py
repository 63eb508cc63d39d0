"""Codes that change every 30 seconds, as authenticator apps show them: RFC 6238 with SHA-1 and six digits, on HOTP of RFC 4226.

Pure; called by second_factor.py.
"""

import base64
import hmac
import secrets
import struct
import time
from urllib.parse import quote, urlencode

STEP_SECONDS, DIGITS = 30, 6
# A clock may be one step early or late.
WINDOW = 1


def new_secret() -> str:
    """160 bits, as the RFC recommends, in the letters that apps take by hand."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_now(now: float | None = None) -> int:
    return int((time.time() if now is None else now) // STEP_SECONDS)


def matching_step(secret: str, code: str, now: float | None = None) -> int | None:
    """The step whose code it is. None as well without a secret, which is how one that cannot be opened looks."""
    if not secret or len(code) != DIGITS or not code.isascii() or not code.isdigit():
        return None
    steps = range(step_now(now) - WINDOW, step_now(now) + WINDOW + 1)
    return next((step for step in steps if step >= 0 and hmac.compare_digest(code_at(secret, step), code)), None)


def link(secret: str, account: str, issuer: str) -> str:
    """What an authenticator app opens: the address format of Google Authenticator, which all of them read."""
    return f"otpauth://totp/{quote(f'{issuer}:{account}')}?{urlencode({'secret': secret, 'issuer': issuer})}"
