"""Our push encryption and tokens, held to the examples of the RFCs themselves."""

import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pytest_django.fixtures import Settings

from tests.fakes.web_push import Browser, opened
from widget.inbox.push import vapid
from widget.inbox.push.encryption import LONGEST, BadKeysError, encrypt, from_base64url, recipient
from widget.inbox.push.models import PushKey

# RFC 8291, section 5 and appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZ"
    "wbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
# RFC 8292, section 2.4.
TOKEN = (
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0."
    "i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA"
)
TOKEN_KEY = "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"


def claims_of(token: str, public: str) -> dict[str, Any]:
    """As a push service reads it. Raises InvalidSignature."""
    head, body, signature = token.split(".")
    raw = from_base64url(signature)
    first, second = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(public))
    key.verify(encode_dss_signature(first, second), f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    assert json.loads(from_base64url(head)) == {"typ": "JWT", "alg": "ES256"}
    claims: dict[str, Any] = json.loads(from_base64url(body))
    return claims


def test_the_example_of_rfc_8291_comes_out_byte_for_byte() -> None:
    sender = ec.derive_private_key(int.from_bytes(from_base64url(SENDER)), ec.SECP256R1())
    assert encrypt(TEXT, recipient(POINT, SECRET), sender, from_base64url(SALT), rounded=False) == from_base64url(BODY)


def test_the_example_of_rfc_8292_is_read_by_the_reader_our_tokens_are_tried_with() -> None:
    assert claims_of(TOKEN, TOKEN_KEY) == {"aud": "https://push.example.net", "exp": 1453523768, "sub": "mailto:push@example.com"}
    with pytest.raises(InvalidSignature):
        claims_of(TOKEN.replace(".i3", ".i4"), TOKEN_KEY)


def test_every_message_has_a_key_and_a_salt_of_its_own_and_a_rounded_length() -> None:
    browser = Browser()
    bodies = [encrypt(text, recipient(browser.p256dh, browser.auth)) for text in (b"a", b"a", b"a" * 100)]
    assert len({body[:16] for body in bodies}) == len({body[21:86] for body in bodies}) == 3
    assert len({len(body) for body in bodies}) == 1
    assert [opened(body, browser) for body in bodies] == [b"a", b"a", b"a" * 100]


def test_the_longest_message_stays_below_what_every_push_service_takes() -> None:
    browser = Browser()
    body = encrypt(b"x" * LONGEST, recipient(browser.p256dh, browser.auth))
    assert len(body) <= 4096
    assert opened(body, browser) == b"x" * LONGEST


@pytest.mark.parametrize(
    ("point", "secret"),
    [("", ""), ("abc", SECRET), (POINT, "abc"), ("!" * 87, SECRET), (POINT[:-4] + "AAAA", SECRET), ("A" * 87, SECRET), (POINT, "é" * 22), (POINT * 2, SECRET)],
)
def test_keys_no_browser_makes_are_refused(point: str, secret: str) -> None:
    with pytest.raises(BadKeysError):
        recipient(point, secret)


@pytest.mark.django_db
def test_the_token_names_the_push_service_us_and_half_a_day(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://chat.example.com"
    key = vapid.current_key()
    written = vapid.authorization("https://push.example.net:8443/send/abc?x=1", key, now=1_000_000)
    assert written.startswith("vapid t=")
    token, public = written.removeprefix("vapid t=").split(", k=")
    assert claims_of(token, public) == {"aud": "https://push.example.net:8443", "exp": 1_043_200, "sub": "https://chat.example.com"}
    settings.PUBLIC_URL, settings.DEFAULT_FROM_EMAIL = "", "Toko <toko@example.com>"
    assert vapid.subject() == "mailto:toko@example.com"


@pytest.mark.django_db
def test_the_key_is_made_once_and_lies_encrypted() -> None:
    first = vapid.current_key()
    assert vapid.current_key() == first
    assert vapid.current_key().private == first.private
    stored = PushKey.objects.raw("SELECT id, private AS stored FROM widget_pushkey")[0].stored
    assert stored.startswith("gAAAA")
    assert first.private not in stored


@pytest.mark.django_db
def test_a_key_nobody_can_open_any_more_gives_way_to_a_new_one_and_is_kept(settings: Settings) -> None:
    old = vapid.current_key()
    before, settings.FIELD_KEY = settings.FIELD_KEY, "another key altogether"
    new = vapid.current_key()
    assert (new.number, new.public != old.public) == (2, True)
    settings.FIELD_KEY = before
    assert PushKey.objects.get(number=1).private == old.private
