"""The visitor's token: only the very bytes that were given out, only on their site, only for their time (S03, S05)."""

import base64
import json
from collections.abc import Callable

import pytest
from django.core import signing
from pytest_django.fixtures import Settings

from widget.conversations import tokens
from widget.conversations.errors import BadTokenError
from widget.conversations.tokens import issue_token, new_conversation_id, read_token

DAY = 86_400


@pytest.fixture
def conversation_id() -> str:
    return new_conversation_id()


def refused(token: str, site_key: str = "toko") -> bool:
    try:
        read_token(token, site_key)
    except BadTokenError:
        return True
    return False


def issued_at(moment: float, conversation_id: str, monkeypatch: pytest.MonkeyPatch) -> str:
    with monkeypatch.context() as patch:
        patch.setattr(signing.time, "time", lambda: moment)
        return issue_token(conversation_id, "toko")


def test_a_token_names_its_conversation(conversation_id: str) -> None:
    assert read_token(issue_token(conversation_id, "toko"), "toko") == conversation_id


@pytest.mark.promise("S05")
def test_no_byte_of_it_may_change(conversation_id: str, full_count: Callable[[int, int], int]) -> None:
    token = issue_token(conversation_id, "toko")
    others = [chr(number) for number in range(full_count(4, 128))] + [":", "A", "a", "0", "-", "_"]
    changed = {token[:n] + other + token[n + 1 :] for n in range(len(token)) for other in (chr(ord(token[n]) ^ 1), *others) if other != token[n]}
    assert len(changed) > 500
    accepted = [one for one in changed if not refused(one)]
    assert accepted == []


@pytest.mark.promise("S05")
def test_no_piece_may_be_missing_or_added(conversation_id: str) -> None:
    token = issue_token(conversation_id, "toko")
    pieces = [token[:n] for n in range(len(token))] + [token[n:] for n in range(1, len(token))]
    assert all(refused(one) for one in [*pieces, token + "A", "A" + token, token + "=", token + " ", token + "\n", f"{token}:{token}"])


@pytest.mark.promise("S03")
def test_it_is_worth_nothing_on_another_site(conversation_id: str) -> None:
    assert refused(issue_token(conversation_id, "toko"), "klinik")
    # A key that only begins like ours must not pass either.
    assert refused(issue_token(conversation_id, "toko"), "toko2") and refused(issue_token(conversation_id, "toko2"), "toko")


@pytest.mark.promise("S05")
def test_another_installations_token_is_refused(conversation_id: str, settings: Settings) -> None:
    own = settings.SECRET_KEY
    settings.SECRET_KEY = "another secret"
    foreign = issue_token(conversation_id, "toko")
    settings.SECRET_KEY = own
    assert refused(foreign)


@pytest.mark.promise("S05")
def test_it_ends_when_its_days_are_over(conversation_id: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    import_time = tokens.time.time()
    fresh = issued_at(import_time - settings.TOKEN_DAYS * DAY + 60, conversation_id, monkeypatch)
    stale = issued_at(import_time - settings.TOKEN_DAYS * DAY - 60, conversation_id, monkeypatch)
    assert not refused(fresh) and refused(stale)


@pytest.mark.promise("S05")
def test_one_from_the_future_is_refused(conversation_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = tokens.time.time()
    assert refused(issued_at(now + tokens.CLOCK_SKEW_SECONDS + 60, conversation_id, monkeypatch))
    assert not refused(issued_at(now + 30, conversation_id, monkeypatch))


@pytest.mark.promise("S05")
def test_a_huge_one_is_refused_before_it_is_looked_at(conversation_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_signer", lambda key: pytest.fail("it was looked at"))
    assert refused(issue_like("a" * 10_000_000)) and refused("A" * (tokens.LONGEST_TOKEN + 1))


@pytest.mark.promise("S05")
def test_other_peoples_formats_are_refused(conversation_id: str) -> None:
    def part(content: dict[str, str]) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    none_algorithm = f"{part({'alg': 'none'})}.{part({'sub': conversation_id})}."
    empty = ["", ":", "::", ":::", conversation_id, f"{conversation_id}::"]
    for token in [*empty, none_algorithm, signing.dumps(conversation_id), "ｔｏｋｅｎ", "\x00" * 40, "é:1:2"]:
        assert refused(token), token


@pytest.mark.promise("S06")
def test_ids_cannot_be_guessed() -> None:
    ids = {new_conversation_id() for _ in range(1000)}
    assert len(ids) == 1000
    # 122 random bits: version and variant are all that two of them share.
    assert all(one[14] == "4" and one[19] in "89ab" for one in ids)
    assert all(len({one[place] for one in ids}) == 16 for place in range(36) if place not in (8, 13, 14, 18, 19, 23))


def issue_like(text: str) -> str:
    return f"{text}:1abc23:signature"
