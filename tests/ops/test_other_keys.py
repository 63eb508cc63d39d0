"""A process with other keys than those that live on the same database is refused in one sentence; rotating and replacing keys is nobody's business (S61)."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.driver import Server

MakeServer = Callable[..., Server]
pytestmark = [pytest.mark.live, pytest.mark.postgres]
SERVE = ("serve", "--host", "127.0.0.1", "--port", "0")
OLD = {"SECRET_KEY": "signing-of-old-0123456789", "FIELD_KEY": "field-of-old-0123456789"}
NEW = {"SECRET_KEY": "signing-of-new-0123456789", "FIELD_KEY": "field-of-new-0123456789"}


def on_the_same_database(server: Server, keys: Mapping[str, str], folder: Path) -> Server:
    """As on another machine: only the database is shared."""
    folder.mkdir(exist_ok=True)
    return Server(folder, env={**server.env, "DATA_DIR": str(folder), **keys})


def refusal(server: Server, *command: str) -> str:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        server.manage(*command)
    said = refused.value.stderr.strip().splitlines()
    assert len(said) == 1, refused.value.stderr
    return str(said[0])


def test_other_keys_are_refused_while_somebody_lives_who_has_none_of_them(make_server: MakeServer, tmp_path: Path) -> None:
    first = make_server(env=OLD).start()
    elsewhere = tmp_path / "elsewhere"
    said = refusal(on_the_same_database(first, {**OLD, "SECRET_KEY": NEW["SECRET_KEY"]}, elsewhere), *SERVE)
    assert "another SECRET_KEY," in said and "copy secret.key from its DATA_DIR or set SECRET_KEY alike" in said and "stop it first" in said
    said = refusal(on_the_same_database(first, {**OLD, "FIELD_KEY": NEW["FIELD_KEY"]}, elsewhere), "db_worker")
    assert "another FIELD_KEY," in said and "field.key" in said
    # Keys of its own, made by the start in a folder of its own.
    said = refusal(on_the_same_database(first, {"SECRET_KEY": "", "FIELD_KEY": ""}, elsewhere), *SERVE)
    assert "another SECRET_KEY and FIELD_KEY," in said and "secret.key and field.key" in said
    assert not [value for value in (*OLD.values(), *NEW.values()) if value in said]


def test_keys_are_rotated_one_process_after_the_other_and_replaced_when_nobody_lives(make_server: MakeServer, tmp_path: Path) -> None:
    both = {name: f"{NEW[name]} {OLD[name]}" for name in OLD}
    first = make_server(env=OLD).start()
    second = on_the_same_database(first, both, tmp_path / "second")
    try:
        second.start()
        first.kill()
        first.env |= NEW
        first.start()
        assert refusal(on_the_same_database(first, OLD, tmp_path / "third"), "db_worker")
        first.kill()
        second.kill()
        # Killed a moment ago: nothing of them is left that would have to be waited for or cleared away.
        second.env |= {name: f"lost-and-made-anew-{name}" for name in OLD}
        second.start()
        assert second.terminate() == 0
        assert not [line for line in (*first.output, *second.output) if "Another process" in line]
    finally:
        second.kill()
