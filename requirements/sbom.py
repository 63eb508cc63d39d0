"""Writes a software bill of materials (CycloneDX 1.6, JSON) from a hash-locked requirements file: `python requirements/sbom.py server > sbom.json`.

Called by `make sbom`. Reads requirements/<set>.txt and nothing else, so the same lock always gives the same bytes.
Format: the CycloneDX specification 1.6, https://cyclonedx.org/docs/1.6/json/
"""

import json
import re
import sys
import tomllib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Locked:
    """One line of a lock: a package in one version, when it is installed, and the files that are accepted."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def read_lock(text: str) -> list[Locked]:
    """Raises ValueError for a line that is no exact version with at least one hash."""
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [_read(line) for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _read(line: str) -> Locked:
    requirement, _, hashes = line.partition(" --hash=")
    found = _REQUIREMENT.fullmatch(requirement)
    digests = tuple(_HASH.findall(f"--hash={hashes}"))
    if found is None or not digests or len(digests) != line.count("--hash="):
        raise ValueError(f"not an exact version with hashes: {line[:80]}")
    return Locked(re.sub(r"[-_.]+", "-", found[1]).lower(), found[2], (found[3] or "").strip(), digests)


def make_sbom(lock: str, project: dict[str, Any]) -> dict[str, Any]:
    packages = read_lock(lock)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        # Named by what it describes.
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, lock)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "kanal",
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]["text"]}}],
            }
        },
        "components": [_component(package) for package in packages],
        "dependencies": [{"ref": "kanal", "dependsOn": [_purl(package) for package in packages]}],
    }


def _component(package: Locked) -> dict[str, Any]:
    component: dict[str, Any] = {"type": "library", "bom-ref": _purl(package), "name": package.name, "version": package.version, "purl": _purl(package)}
    component["hashes"] = [{"alg": "SHA-256", "content": digest} for digest in package.hashes]
    if package.marker:
        component["properties"] = [{"name": "kanal:installed-when", "value": package.marker}]
    return component


def _purl(package: Locked) -> str:
    return f"pkg:pypi/{package.name}@{package.version}"


def main() -> None:
    lock = (FOLDER / f"{sys.argv[1] if len(sys.argv) > 1 else 'server'}.txt").read_text("utf-8")
    project = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text("utf-8"))["project"]
    print(json.dumps(make_sbom(lock, project), indent=1))


if __name__ == "__main__":
    main()
