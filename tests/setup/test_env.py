"""The environment is read strictly: what cannot be understood stops the start with one sentence."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from chatsite import env


@pytest.mark.parametrize(("raw", "value"), [("1", True), ("ya", True), ("On", True), ("0", False), ("tidak", False), ("", False)])
def test_a_flag_is_yes_or_no(monkeypatch: pytest.MonkeyPatch, raw: str, value: bool) -> None:
    monkeypatch.setenv("X_FLAG", raw)
    assert env.flag("X_FLAG") is value


@pytest.mark.parametrize(
    ("reader", "raw", "said"),
    [
        (env.flag, "maybe", "X must be yes or no, not 'maybe'."),
        (lambda name: env.number(name, 1), "ten", "X must be a whole number, not 'ten'."),
        (lambda name: env.number(name, 1, minimum=1), "0", "X must be at least 1, not 0."),
        (lambda name: env.decimal(name, 1.0), "nan", "X must be a number of at least 0.0, not 'nan'."),
        (lambda name: env.decimal(name, 1.0), "1,5", "X must be a number, not '1,5'."),
        (env.origin, "chat.tokosaya.com", "X must be an address such as https://chat.tokosaya.com"),
        (env.origin, "https://tokosaya.com/chat", "without a path"),
    ],
)
def test_nonsense_stops_the_start_with_a_sentence(monkeypatch: pytest.MonkeyPatch, reader: object, raw: str, said: str) -> None:
    monkeypatch.setenv("X", raw)
    with pytest.raises(ImproperlyConfigured) as refused:
        reader("X")  # type: ignore[operator]
    assert said in str(refused.value)


def test_words_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", " a, b,,c ")
    assert env.words("X") == ["a", "b", "c"]
    assert env.words("X_UNSET", "d") == ["d"]


def test_an_origin_loses_its_trailing_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "https://chat.tokosaya.com/")
    assert env.origin("X") == "https://chat.tokosaya.com"
    assert env.origin("X_UNSET") == ""


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret\n")
    monkeypatch.setenv("X_FILE", str(tmp_path / "key"))
    assert env.secret("X") == "s3cret"
    monkeypatch.setenv("X_FILE", str(tmp_path / "nothing"))
    with pytest.raises(ImproperlyConfigured, match="X_FILE names"):
        env.secret("X")


def test_a_secret_that_is_not_given_is_made_once_and_readable_by_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret.key"
    first = env.kept_secret("X_UNSET", path)
    assert len(first) >= 50 and env.kept_secret("X_UNSET", path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("X", str(tmp_path / "file" / "data"))
    with pytest.raises(ImproperlyConfigured, match=r"X .*file/data cannot be made: .*Set X to a folder this user may write to\."):
        env.folder("X", tmp_path)


def test_a_folder_is_made_for_this_user_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("X", str(tmp_path / "data"))
    assert stat.S_IMODE(env.folder("X", tmp_path).stat().st_mode) == 0o700


def test_requests_may_ask_for_this_machine_the_host_and_the_public_address() -> None:
    assert env.own_names("192.168.1.9") == ["localhost", "127.0.0.1", "[::1]", "192.168.1.9"]
    assert env.own_names("127.0.0.1") == ["localhost", "127.0.0.1", "[::1]"]
    assert env.own_names("fd00::9")[-1] == "[fd00::9]"
    assert "0.0.0.0" not in env.own_names("0.0.0.0")
    assert env.host_of("https://chat.tokosaya.com:8443") == ["chat.tokosaya.com"] and env.host_of("") == []
