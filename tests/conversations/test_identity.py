"""The token by which a website says who is signed in: what is taken and what is not (S10). No database: nothing is stored by reading one."""

import base64
import hmac
import json
import random
from collections.abc import Callable

import pytest

from tests.websites import SECRET, base64url, jwt, signed_in
from widget.conversations.errors import IdentityError, IdentityExpiredError
from widget.conversations.identity import LONGEST_TOKEN, Claims, read_identity

pytestmark = pytest.mark.promise("S10")
# One moment for every run: tests are named by what they are given.
NOW = 1_800_000_000
GOOD = {"sub": "4711", "exp": NOW + 3_600, "iat": NOW}
Count = Callable[[int, int], int]


def read(token: str, secret: str = SECRET) -> Claims:
    return read_identity(token, secret, "toko", NOW)


def refused(token: str, secret: str = SECRET) -> str:
    with pytest.raises(IdentityError) as refusal:
        read(token, secret)
    return str(refusal.value)


def test_a_good_token_says_who_it_is() -> None:
    told = {"name": "Sari Dewi", "email": "sari@example.com", "phone": "+62 812 3456 7890", "jti": "x", "role": "admin"}
    assert read(jwt({**GOOD, **told})) == Claims("4711", NOW, "Sari Dewi", "sari@example.com", "+62 812 3456 7890")


@pytest.mark.parametrize(
    "claims",
    [
        {**GOOD, "sub": 4711},
        {**GOOD, "exp": NOW + 3_599.5, "iat": NOW - 0.5},
        {**GOOD, "aud": "toko"},
        {**GOOD, "aud": ["lain", "toko"]},
        {**GOOD, "nbf": NOW},
        {**GOOD, "iat": NOW + 59, "exp": NOW + 3_659},
        {**GOOD, "name": None, "email": 7, "phone": ["x"]},
    ],
)
def test_what_websites_write_besides_is_taken(claims: dict[str, object]) -> None:
    assert read(jwt(claims)).sub == "4711"


def test_a_token_without_its_time_of_issue_counts_as_old_as_it_can_be() -> None:
    assert read(jwt({"sub": "a", "exp": NOW + 600})).issued == NOW - 3_000


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (jwt(GOOD, "another secret"), "wrong signature"),
        (jwt(GOOD, alg="none"), "other algorithm"),
        (jwt(GOOD, alg="HS512"), "other algorithm"),
        (jwt(GOOD, alg="RS256"), "other algorithm"),
        (jwt(GOOD).rsplit(".", 1)[0] + ".", "not a token"),
        (jwt(GOOD).rsplit(".", 1)[0], "not a token"),
        (jwt(GOOD) + "=", "not a token"),
        (jwt(GOOD) + "\n", "not a token"),
        (jwt(GOOD).replace(".", "..", 1), "not a token"),
        ("", "not a token"),
        ("...", "not a token"),
        ("é" * 60, "not a token"),
        (jwt({**GOOD, "exp": NOW}), "expired"),
        (jwt({**GOOD, "exp": NOW + 3_700}), "exp too far"),
        (jwt({**GOOD, "iat": NOW - 7_200}), "exp too far"),
        (jwt({**GOOD, "iat": NOW + 120, "exp": NOW + 3_600}), "not yet"),
        (jwt({**GOOD, "nbf": NOW + 120}), "not yet"),
        (jwt({"sub": "4711"}), "no exp"),
        (jwt({**GOOD, "exp": str(NOW + 600)}), "exp is not a time"),
        (jwt({**GOOD, "exp": True}), "exp is not a time"),
        (jwt({**GOOD, "exp": 1e400}), "not JSON"),
        (jwt({**GOOD, "iat": [NOW]}), "iat is not a time"),
        (jwt({"exp": NOW + 600}), "no sub"),
        (jwt({**GOOD, "sub": ""}), "no sub"),
        (jwt({**GOOD, "sub": " "}), "no sub"),
        (jwt({**GOOD, "sub": True}), "no sub"),
        (jwt({**GOOD, "sub": ["4711"]}), "no sub"),
        (jwt({**GOOD, "sub": "x" * 129}), "no sub"),
        (jwt({**GOOD, "sub": "47\x0011"}), "no sub"),
        (jwt({**GOOD, "sub": "\ud800"}), "no sub"),
        (jwt({**GOOD, "sub": "47\u202e11"}), "no sub"),
        (jwt({**GOOD, "aud": "lain"}), "other aud"),
        (jwt({**GOOD, "aud": []}), "other aud"),
        (jwt({**GOOD, "name": "x" * LONGEST_TOKEN}), "too long"),
    ],
)
def test_a_bad_token_is_refused_for_its_reason(token: str, reason: str) -> None:
    assert refused(token) == reason


def test_only_what_was_good_once_is_called_expired() -> None:
    with pytest.raises(IdentityExpiredError):
        read(jwt({**GOOD, "exp": NOW - 1, "iat": NOW - 600}))
    with pytest.raises(IdentityError) as refusal:
        read(jwt({**GOOD, "exp": NOW - 1}, "another secret"))
    assert not isinstance(refusal.value, IdentityExpiredError), "what nobody signed tells nothing"


@pytest.mark.promise("S61")
def test_without_a_secret_nobody_is_signed_in() -> None:
    for signed_with in (SECRET, "", " "):
        assert refused(signed_in("4711", secret=signed_with), secret="") == "no secret"


def _signed(header: bytes, payload: bytes) -> str:
    """A token of exactly these bytes."""
    signed = f"{base64url(header)}.{base64url(payload)}"
    return f"{signed}.{base64url(hmac.digest(SECRET.encode(), signed.encode(), 'sha256'))}"


@pytest.mark.parametrize(
    ("header", "payload"),
    [
        (b"{}", json.dumps(GOOD).encode()),
        (b'{"alg":"HS256","alg":"none"}', json.dumps(GOOD).encode()),
        (b'{"alg":"HS256","crit":["b64"],"b64":false}', json.dumps(GOOD).encode()),
        (b'["HS256"]', json.dumps(GOOD).encode()),
        (b'{"alg":"HS256"}', b'{"sub":"a","sub":"b","exp":%d}' % (NOW + 60)),
        (b'{"alg":"HS256"}', b'{"sub":"a","exp":NaN}'),
        (b'{"alg":"HS256"}', b"[" * 2_000),
        (b'{"alg":"HS256"}', b"\xff\xfe\x00"),
        (b'{"alg":"HS256"}', b"null"),
    ],
)
def test_a_signature_does_not_excuse_what_it_signs(header: bytes, payload: bytes) -> None:
    assert refused(_signed(header, payload))


def test_no_altered_token_is_taken(full_count: Count) -> None:
    """Every place of a good token with other characters, then random cuts, joins and rewrites: 0 taken."""
    good = jwt(GOOD)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\0é"
    dice = random.Random(10)
    count = full_count(3_000, 200_000)
    places = range(0, len(good), 7 if count < 10_000 else 1)
    tried = [good[:at] + other + good[at + 1 :] for at in places for other in alphabet if other != good[at]]
    tried += [good[:at] + other + good[at:] for at in places for other in "A.= \n\0"]
    tried += [_mutated(good, dice) for _ in range(count)]
    for token in tried:
        refused(token)


def _mutated(good: str, dice: random.Random) -> str:
    header, payload, signature = good.split(".")
    other = {**GOOD, "sub": str(dice.randrange(10**6)), "exp": NOW + dice.randrange(1, 3_600), "email": "lain@example.com"}
    kind = dice.randrange(6)
    if kind == 0:
        return f"{header}.{base64url(json.dumps(other).encode())}.{signature}"
    if kind == 1:
        return jwt(other, "".join(dice.choices("abcdef0123456789", k=dice.randrange(0, 64))))
    if kind == 2:
        return jwt(other, SECRET[: dice.randrange(len(SECRET))])
    if kind == 3:
        return f"{base64url(json.dumps({'alg': dice.choice(['none', 'None', 'HS384', 'RS256', 'ES256', ''])}).encode())}.{payload}.{signature}"
    if kind == 4:
        return f"{header}.{payload}.{base64url(dice.randbytes(dice.choice([0, 16, 31, 32, 33, 64])))}"
    start, end = sorted(dice.sample(range(len(good)), 2))
    return good[:start] + good[end:]


def test_the_same_signature_written_otherwise_is_another_token() -> None:
    """Base64 has several texts for the same bytes; only the one the website wrote is taken."""
    good = jwt(GOOD)
    signed, signature = good.rsplit(".", 1)
    twins = [signature[:-1] + other for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" if other != signature[-1]]
    same_bytes = [twin for twin in twins if base64.urlsafe_b64decode(twin + "=") == base64.urlsafe_b64decode(signature + "=")]
    assert same_bytes
    for twin in same_bytes:
        assert refused(f"{signed}.{twin}") == "wrong signature"
