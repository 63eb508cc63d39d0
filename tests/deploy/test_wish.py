"""What an administrator types after `make server`: understood where it is clear, else refused in one sentence that says what to type."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.errors import DeployError
from deploy.wish import clean_choice, clean_domain, clean_port, clean_shop

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("chat.toko.id", "chat.toko.id"), (" CHAT.Toko.ID. ", "chat.toko.id"), ("tokó.example", "xn--tok-ina.example"), ("a-b.c-d.co.id", "a-b.c-d.co.id")],
)
def test_a_domain_is_taken_in_the_form_browsers_send(typed: str, meant: str) -> None:
    assert clean_domain(typed) == meant


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", r"Which domain .* make server DOMAIN=chat\.toko\.id SHOP=https://toko\.id"),
        ("https://chat.toko.id", r"without https:// .* DOMAIN=chat\.toko\.id\?"),
        ("chat.toko.id/chat", r"without a path.*DOMAIN=chat\.toko\.id\?"),
        ("203.0.113.7", "is an address; browsers only trust a name"),
        ("[2001:db8::1]", "is an address"),
        ("2001:db8::1", "is an address"),
        ("chat.toko.id:8443", r"without a port.*DOMAIN=chat\.toko\.id\?"),
        ("chat_toko.id", "has an underscore"),
        ("localhost", "is no domain name"),
        ("chat..id", "is no domain name"),
        ("-chat.id", "is no domain name"),
        ("chat toko.id", "is no domain name"),
        ("toko.123", "is no domain name"),
        ("a" * 64 + ".id", "is no domain name"),
        ("ó" * 80 + ".id", "is no domain name"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(typed: str, said: str) -> None:
    with pytest.raises(DeployError, match=said) as refused:
        clean_domain(typed)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ""),
        ("toko.id", "https://toko.id"),
        ("HTTPS://Toko.id/katalog?x=1", "https://toko.id"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://203.0.113.7", "https://203.0.113.7"),
    ],
)
def test_a_website_without_a_scheme_is_taken_as_https(typed: str, meant: str) -> None:
    assert clean_shop(typed) == meant


@pytest.mark.parametrize("typed", ["ftp://toko.id", "toko", "https://", "toko.id:nope", "toko .id", "toko_saya.id"])
def test_what_is_no_website_is_refused(typed: str) -> None:
    with pytest.raises(DeployError, match=r"is no website address\. It looks like https://toko\.id"):
        clean_shop(typed)


def test_ports_and_choices_are_checked() -> None:
    assert clean_port("PORT", "8010") == 8010
    for typed in ("", "0", "65536", "http"):
        with pytest.raises(DeployError, match="PORT is a number"):
            clean_port("PORT", typed)
    with pytest.raises(DeployError, match=r"PROXY is one of caddy, nginx, not 'apache'\."):
        clean_choice("PROXY", ("caddy", "nginx"), "apache")


def test_the_command_line_ends_in_that_sentence_and_writes_nothing(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "deploy", "server", "--root", str(tmp_path), "--domain", "203.0.113.7"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("Kanal: DOMAIN=203.0.113.7 is an address;") and ran.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())
