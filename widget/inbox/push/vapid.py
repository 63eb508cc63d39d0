"""Tells a push service who is calling, as RFC 8292 asks: a signed token with the installation's own key, made once and kept in the database.

The key lies encrypted in a table, so all processes share it and a backup holds it; nobody registers it anywhere. Called by sending.py and subscribing.py.
"""

import json
import time
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.conf import settings
from django.db.models import Max

from widget.inbox.push.encryption import from_base64url, point_of, to_base64url
from widget.inbox.push.models import PushKey

# RFC 8292 allows a day; a clock may be wrong by some hours.
TOKEN_SECONDS = 12 * 3600


def current_key() -> PushKey:
    """The key new subscriptions are bound to, made at the first call. Of any number of processes that make one at once, one wins.

    A key that FIELD_KEY no longer opens is left for its devices, should the old FIELD_KEY come back; new ones get a new key.
    """
    while True:
        newest = PushKey.objects.order_by("-number").first()
        if newest is not None and newest.private:
            return newest
        number = (PushKey.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        private = ec.generate_private_key(ec.SECP256R1())
        made = PushKey(number=number, private=_written(private), public=to_base64url(point_of(private.public_key())))
        PushKey.objects.bulk_create([made], ignore_conflicts=True)


def authorization(endpoint: str, key: PushKey, now: float | None = None) -> str:
    """The header for one request to the push service of this endpoint."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(time.time() if now is None else now) + TOKEN_SECONDS, "sub": subject()}
    signed = ".".join(to_base64url(json.dumps(part, separators=(",", ":")).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    first, second = decode_dss_signature(_read(key.private).sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"vapid t={signed}.{to_base64url(first.to_bytes(32) + second.to_bytes(32))}, k={key.public}"


def subject() -> str:
    """Where a push service finds whoever runs this. Apple refuses what is neither https nor a mailbox."""
    return settings.PUBLIC_URL if settings.PUBLIC_URL.startswith("https://") else f"mailto:{settings.DEFAULT_FROM_EMAIL.rpartition('<')[2].rstrip('>')}"


def _written(private: ec.EllipticCurvePrivateKey) -> str:
    return to_base64url(private.private_numbers().private_value.to_bytes(32))


def _read(written: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64url(written)), ec.SECP256R1())
