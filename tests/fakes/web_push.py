"""A push service on loopback, and the browsers that subscribe to it: receives as RFC 8030 says, opens what it gets with the browser's keys.

with PushService() as service:
    browser = service.browser()              # .endpoint, .p256dh, .auth, .subscription
    service.answer(browser, Page(410))       # instead of 201; `Page.pieces` and `.pause` make it hang
    service.shown(browser)                   # what arrived for it, decrypted
"""

import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.fakes.web_sink import Page, Seen, WebSink
from widget.inbox.push.encryption import point_of, to_base64url


class Browser:
    """A browser's half of a subscription."""

    def __init__(self, name: str = "b", origin: str = "https://push.example") -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.point = point_of(self.private.public_key())
        self.secret = name.encode().ljust(16, b"s")[:16]
        self.name = name
        self.endpoint = f"{origin}/send/{name}"

    @property
    def p256dh(self) -> str:
        return to_base64url(self.point)

    @property
    def auth(self) -> str:
        return to_base64url(self.secret)

    @property
    def subscription(self) -> dict[str, Any]:
        """As PushSubscription.toJSON() gives it."""
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": {"p256dh": self.p256dh, "auth": self.auth}}


def opened(body: bytes, browser: Browser) -> bytes:
    """Written for itself from RFC 8188 and 8291, so that it does not repeat a mistake of ours."""
    salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
    theirs, sealed = body[21 : 21 + length], body[21 + length :]
    assert len(sealed) <= size
    shared = browser.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    keying = _hkdf(browser.secret, shared, b"WebPush: info\x00" + browser.point + theirs, 32)
    key, nonce = _hkdf(salt, keying, b"Content-Encoding: aes128gcm\x00", 16), _hkdf(salt, keying, b"Content-Encoding: nonce\x00", 12)
    text, mark, rest = AESGCM(key).decrypt(nonce, sealed, None).rpartition(b"\x02")
    assert mark
    assert not rest.strip(b"\x00")
    return text


def _hkdf(salt: bytes, keying: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(keying)


class PushService(WebSink):
    """Keeps the browsers it knows; others get 404, as a subscription that ended does."""

    def __enter__(self) -> "PushService":
        super().__enter__()
        self.browsers: dict[str, Browser] = {}
        return self

    def browser(self, name: str = "phone") -> Browser:
        made = self.browsers[name] = Browser(name, self.url)
        self.pages[f"/send/{name}"] = Page(201)
        return made

    def answer(self, browser: Browser, page: Page) -> None:
        """To every further request for this browser."""
        self.pages[f"/send/{browser.name}"] = page

    def requests_for(self, browser: Browser) -> list[Seen]:
        return [seen for seen in self.requests if seen.path == f"/send/{browser.name}"]

    def shown(self, browser: Browser) -> list[dict[str, Any]]:
        """What arrived for it, whatever it was answered."""
        return [json.loads(opened(seen.body, browser)) for seen in self.requests_for(browser)]
