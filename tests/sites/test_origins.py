"""Whatever an owner types as an address becomes one comparable origin, or a sentence that helps."""

import pytest
from django.core.exceptions import ValidationError

from widget.sites.origins import normalise_origin, www_twin


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("tokosaya.com", "https://tokosaya.com"),
        ("  TokoSaya.COM  ", "https://tokosaya.com"),
        ("www.tokosaya.co.id/", "https://www.tokosaya.co.id"),
        ("//tokosaya.com", "https://tokosaya.com"),
        ("https://tokosaya.com/produk?id=1#atas", "https://tokosaya.com"),
        ("HTTP://tokosaya.com:80", "http://tokosaya.com"),
        ("https://tokosaya.com:443/", "https://tokosaya.com"),
        ("tokosaya.com:8443", "https://tokosaya.com:8443"),
        ("https://tokosaya.com.", "https://tokosaya.com"),
        ("bücher.example", "https://xn--bcher-kva.example"),
        ("localhost:8001", "http://localhost:8001"),
        ("127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("http://[::1]:8001", "http://[::1]:8001"),
        ("192.168.1.20", "https://192.168.1.20"),
        ("http://192.168.1.20:8001", "http://192.168.1.20:8001"),
        ("toko.test/@kami", "https://toko.test"),
    ],
)
def test_what_is_typed_becomes_a_full_origin(typed: str, origin: str) -> None:
    assert normalise_origin(typed) == origin
    assert normalise_origin(origin) == origin


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("null", "null"),
        ("*.tokosaya.com", "wildcard"),
        ("halo@tokosaya.com", "email"),
        ("https://user:pass@tokosaya.com", "email"),
        ("tokosaya.com, tokolain.com", "several"),
        ("tokosaya.com\\@evil.test", "email"),
        ("ftp://tokosaya.com", "scheme"),
        ("javascript://tokosaya.com", "scheme"),
        ("tokosaya", "invalid"),
        ("https://", "invalid"),
        ("toko..com", "invalid"),
        ("-toko.com", "invalid"),
        ("toko_saya.com", "invalid"),
        ("tokosaya.com:abc", "invalid"),
        ("tokosaya.com:0", "invalid"),
        ("tokosaya.com:99999", "invalid"),
        ("1.2.3", "invalid"),
        ("127.1", "invalid"),
        ("0x7f.1", "invalid"),
        ("[::1", "invalid"),
        ("a" * 300 + ".com", "invalid"),
    ],
)
def test_what_cannot_be_a_website_is_refused_with_a_sentence(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        normalise_origin(typed)
    assert refused.value.code == code
    assert refused.value.messages[0].endswith(".")


@pytest.mark.parametrize(
    ("origin", "twin"),
    [
        ("https://tokosaya.com", "https://www.tokosaya.com"),
        ("https://www.tokosaya.com", "https://tokosaya.com"),
        ("https://tokosaya.co.id", "https://www.tokosaya.co.id"),
        ("https://www.tokosaya.co.id:8443", "https://tokosaya.co.id:8443"),
        ("https://tokosaya.myshopify.com", None),
        ("https://blog.tokosaya.co.id", None),
        ("http://localhost:8001", None),
        ("http://127.0.0.1:8001", None),
        ("https://192.168.1.20", None),
        ("http://[::1]:8001", None),
    ],
)
def test_the_www_twin_is_offered_where_there_is_one(origin: str, twin: str | None) -> None:
    assert www_twin(origin) == twin
