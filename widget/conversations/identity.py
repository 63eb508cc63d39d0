"""Reads the token by which a website says who is signed in there: a JWT (RFC 7519) signed with HS256 (RFC 7515, 7518) and the site's own secret.

Called by realtime/signing_in.py; knows no database. One algorithm and one shape are taken, so there is nothing to negotiate and nothing
to confuse: the signature is compared before a single byte of the token is read. A library (PyJWT) would cost every serving process 9 MB for one HMAC.
"""

import base64
import binascii
import hmac
import math
import re
from dataclasses import dataclass
from typing import Any

from widget.conversations.errors import IdentityError, IdentityExpiredError
from widget.conversations.names import plain_name
from widget.lib.strict_json import read_strictly

LONGEST_TOKEN = 4_096
# How far ahead a token may end, and how much the website's clock may differ from ours.
LONGEST_LIFE_SECONDS = 3_600
CLOCK_SKEW_SECONDS = 60
LONGEST_SUB = 128
_SHAPE = re.compile(r"([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Claims:
    """Who it is by the website's own number (`sub`), and what it says about them. `issued`: seconds since 1970, the earliest it can have been made."""

    sub: str
    issued: int
    name: str = ""
    email: str = ""
    phone: str = ""


def read_identity(token: str, secret: str, site_key: str, now: float) -> Claims:
    """Raises IdentityError for what this secret did not sign or says something else than we ask for, IdentityExpiredError for what is over."""
    if not secret:
        raise IdentityError("no secret")
    if len(token) > LONGEST_TOKEN:
        raise IdentityError("too long")
    shape = _SHAPE.fullmatch(token)
    if shape is None:
        raise IdentityError("not a token")
    signed, signature = shape.groups()
    # The text is compared, not the bytes it stands for: base64 has several texts for the same bytes.
    if not hmac.compare_digest(_signature(signed, secret), signature):
        raise IdentityError("wrong signature")
    header, payload = map(_object, signed.split("."))
    if header.get("alg") != "HS256" or "crit" in header:
        raise IdentityError("other algorithm")
    _check_audience(payload.get("aud"), site_key)
    issued = _check_times(payload, now)
    return Claims(_sub(payload.get("sub")), issued, _text(payload, "name", 80), _text(payload, "email", 120), _text(payload, "phone", 40))


def _signature(signed: str, secret: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(secret.encode(), signed.encode(), "sha256")).rstrip(b"=").decode()


def _object(part: str) -> dict[str, Any]:
    try:
        read = read_strictly(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError, binascii.Error) as error:
        raise IdentityError("not JSON") from error
    if not isinstance(read, dict):
        raise IdentityError("not an object")
    return read


def _check_times(payload: dict[str, Any], now: float) -> int:
    """When it was issued. Without `iat` it is taken for as old as it can be, so that a logout in between counts."""
    ends, begins = _moment(payload, "exp"), _moment(payload, "nbf")
    if ends is None:
        raise IdentityError("no exp")
    if ends <= now:
        raise IdentityExpiredError("expired")
    issued = _moment(payload, "iat")
    if issued is None:
        issued = ends - LONGEST_LIFE_SECONDS
    if ends > now + LONGEST_LIFE_SECONDS + CLOCK_SKEW_SECONDS or ends - issued > LONGEST_LIFE_SECONDS + CLOCK_SKEW_SECONDS:
        raise IdentityError("exp too far")
    if max(issued, now if begins is None else begins) > now + CLOCK_SKEW_SECONDS:
        raise IdentityError("not yet")
    return int(issued)


def _moment(payload: dict[str, Any], name: str) -> float | None:
    value = payload.get(name)
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 <= value < 2**53 or not math.isfinite(value):
        raise IdentityError(f"{name} is not a time")
    return float(value)


def _check_audience(audience: object, site_key: str) -> None:
    """A token made for somebody else is refused (RFC 7519, 4.1.3); one that names nobody is ours, since the secret is."""
    if audience is not None and site_key not in (audience if isinstance(audience, list) else [audience]):
        raise IdentityError("other aud")


def _sub(value: object) -> str:
    """A text, or a whole number as many databases have it."""
    sub = str(value) if type(value) is int else value
    if not isinstance(sub, str) or not sub.strip() or len(sub) > LONGEST_SUB or not sub.isprintable():
        raise IdentityError("no sub")
    return sub


def _text(payload: dict[str, Any], name: str, longest: int) -> str:
    value = payload.get(name)
    return plain_name(value)[:longest] if isinstance(value, str) else ""
