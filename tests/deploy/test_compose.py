"""The compose file holds to the compose specification, and to what we promise of it. No container is started here.

The schema is the specification's own (Apache-2.0), as the package check-jsonschema brings it; nothing of that package is run.
"""

import json
import re
import shutil
import subprocess
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.programs import program
from tests.source_tree import environment_names

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
SCHEMA = "check_jsonschema/builtin_schemas/vendor/compose-spec.json"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8")))


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return dict(json.loads(Path(str(distribution("check-jsonschema").locate_file(SCHEMA))).read_text("utf-8")))


def test_it_holds_to_the_specification(compose: dict[str, Any], schema: dict[str, Any]) -> None:
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    assert [error.message for error in validator(schema).iter_errors(compose)] == []
    # A test that cannot fail is a defect: what is misspelt is found.
    broken = {**compose, "services": {**compose["services"], "redis": {"image": "redis:7", "helthcheck": {}}}}
    assert list(validator(schema).iter_errors(broken))


def test_it_holds_what_a_scaled_installation_needs(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["database"]["image"].startswith("pgvector/pgvector:pg") and services["redis"]["image"].startswith("redis:7")
    assert {"caddy", "kanal-1", "kanal-2", "worker", "migrate", "database", "redis"} == services.keys()
    for name in ("kanal-1", "kanal-2", "worker"):
        assert services[name]["stop_grace_period"] == "60s"
    assert services["worker"]["command"] == ["python", "manage.py", "db_worker"]
    assert services["migrate"]["restart"] == "no"


def test_backups_have_a_volume_that_the_image_makes_writable(compose: dict[str, Any]) -> None:
    assert "backups:/backups" in compose["services"]["kanal-1"]["volumes"] and "backups" in compose["volumes"]
    # A new volume takes over the owner of the folder it covers.
    assert "install -d -o kanal -m 700 /data /backups\n" in (DEPLOY / "Dockerfile").read_text("utf-8")


def test_whoever_is_waited_for_can_say_that_it_is_well(compose: dict[str, Any]) -> None:
    services = compose["services"]
    waits = [(name, other, how["condition"]) for name, service in services.items() for other, how in service.get("depends_on", {}).items()]
    assert ("kanal-1", "migrate", "service_completed_successfully") in waits
    for name, other, condition in waits:
        assert condition != "service_healthy" or "healthcheck" in services[other], (name, other)


def test_secrets_are_files_and_stand_in_no_environment(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service.get("secrets", [])) <= compose["secrets"].keys(), name
        for variable, value in service.get("environment", {}).items():
            assert variable.endswith("_FILE") or not re.search(r"PASSWORD|SECRET|KEY|PASSPHRASE", variable), (name, variable)
            assert not variable.endswith("_FILE") or value.removeprefix("/run/secrets/") in service["secrets"], (name, variable)


def test_its_settings_are_settings(compose: dict[str, Any]) -> None:
    given = {name.removesuffix("_FILE") if not name.startswith("BACKUP") else name for name in compose["services"]["kanal-1"]["environment"]}
    assert given <= environment_names(), given - environment_names()


@pytest.mark.live
def test_caddy_takes_its_file() -> None:
    checked = subprocess.run(
        [program("caddy"), "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "compose.Caddyfile")],
        env={"DOMAIN": "chat.toko.id", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def test_secrets_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    script = tmp_path / "deploy" / "secrets.sh"
    script.parent.mkdir()
    shutil.copy(DEPLOY / "secrets.sh", script)

    def make(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(["sh", str(script), *arguments], capture_output=True, text=True, check=False)

    for nonsense in ([], ["203.0.113.7"], ["https://chat.toko.id"], ["chat"], ["chat_toko.id"], ["chat.toko.id:8443"]):
        refused = make(*nonsense)
        assert refused.returncode == 1 and refused.stderr.startswith("Which domain?") and refused.stderr.count("\n") == 1
    assert [path.name for path in script.parent.iterdir()] == ["secrets.sh"]
    assert make("chat.toko.id", "https://toko.id").returncode == 0
    folder = script.parent / "secrets"
    first = {path.name: path.read_text() for path in folder.iterdir()}
    assert folder.stat().st_mode & 0o777 == 0o700 and len(set(first.values())) == len(first) == 5
    assert first["postgres_password"] in first["database_url"]
    assert make("kanal.toko.id").returncode == 0
    assert {path.name: path.read_text() for path in folder.iterdir()} == first
    assert (script.parent / ".env").read_text() == "DOMAIN=kanal.toko.id\nSHOP=\n"
