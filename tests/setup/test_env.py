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


def test_a_key_file_that_is_no_text_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ImproperlyConfigured, match=r"key cannot be read: it is no text"):
        env.kept_secret("X_UNSET", tmp_path / "key")
    monkeypatch.setenv("X_FILE", str(tmp_path / "key"))
    with pytest.raises(ImproperlyConfigured, match=r"X_FILE names .*key, which cannot be read: it is no text"):
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


def test_an_address_of_postgresql_is_read_with_its_percent_signs_and_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "postgres://toko%40kanal:p%2Fw%3A%25@db.toko.id:5433/kanal?sslmode=verify-full&connect_timeout=3")
    assert env.database("X", {"connect_timeout": 5, "keepalives_idle": 10}) == {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "NAME": "kanal",
        "USER": "toko@kanal",
        "PASSWORD": "p/w:%",
        "HOST": "db.toko.id",
        "PORT": "5433",
        "OPTIONS": {"connect_timeout": "3", "keepalives_idle": 10, "sslmode": "verify-full"},
    }
    monkeypatch.setenv("X", "postgresql:///kanal?host=/run/postgresql")
    found = env.database("X", {})
    assert found is not None and (found["HOST"], found["PORT"], found["USER"], found["OPTIONS"]) == ("/run/postgresql", "", "", {})


def test_without_an_address_there_is_neither_postgresql_nor_redis(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("X", " ")
    assert env.database("X", {}) is None and env.redis("X") == ""
    (tmp_path / "address").write_text("rediss://:s3cret@redis.toko.id:6380/1\n")
    monkeypatch.setenv("X_FILE", str(tmp_path / "address"))
    assert env.redis("X") == "rediss://:s3cret@redis.toko.id:6380/1"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("sqlite:///data/kanal.sqlite3", "X is for PostgreSQL. Leave it empty to use SQLite"),
        ("mysql://u:hunter2@db/kanal", "must be the address of a PostgreSQL database"),
        ("db.toko.id:5432/kanal", "X cannot be understood. It must look like postgres://"),
        ("postgres://u:hunter2@db:port/kanal", "X cannot be understood"),
        ("postgres://u:hunter2@db:99999/kanal", "X cannot be understood"),
        ("postgres://u:hunter2#3@db/kanal", "X cannot be understood"),
        ("postgres://u:hunter2@[db/kanal", "X cannot be understood"),
        ("postgres://u:hunter2@db", "X must end in the name of a database"),
        ("postgres://u:hunter2@db/a/b", "X must end in the name of a database"),
        ("postgres://u:hunter2@db/kanal?sslmode=yes", "sslmode in X must be one of allow, disable"),
        ("postgres://u:hunter2@db/kanal?pool=5", "X has the option 'pool', which Kanal does not know"),
    ],
)
def test_another_kind_of_database_address_stops_the_start_and_is_never_repeated(monkeypatch: pytest.MonkeyPatch, raw: str, said: str) -> None:
    monkeypatch.setenv("X", raw)
    with pytest.raises(ImproperlyConfigured) as refused:
        env.database("X", {})
    assert said in str(refused.value) and "hunter2" not in str(refused.value)


@pytest.mark.parametrize("raw", ["redis.toko.id:6379", "http://redis:6379", "redis://", "redis://redis:6379/first", "redis://redis:x"])
def test_another_kind_of_redis_address_stops_the_start(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("X", raw)
    with pytest.raises(ImproperlyConfigured, match="redis://"):
        env.redis("X")
