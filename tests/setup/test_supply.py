"""What is installed and who may import it: exact versions with hashes, none of them known to be bad, none that nobody declared (S65)."""

import json
import re
import runpy
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.source_tree import ROOT, Source, python_sources
from widget.checks import SAFE_FROM

pytestmark = pytest.mark.promise("S65")
FOLDER = ROOT / "requirements"
LOCKS = ("run", "server", "test", "uv")
SBOM = runpy.run_path(str(FOLDER / "sbom.py"))
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# Which files may import which foreign package. Everybody may import Django; whoever needs another one says so here, and declares it in pyproject.toml.
MAY_IMPORT = {
    "aiohttp": ("widget/providers/",),
    "asgiref": ("widget/ops/", "widget/routing.py"),
    "brotli": ("widget/lib/compression.py",),
    "channels": ("chatsite/asgi.py", "widget/realtime/", "widget/ops/", "widget/routing.py"),
    "cryptography": ("widget/lib/secrets.py", "widget/ops/backup/", "widget/inbox/push/"),
    "daphne": ("widget/ops/", "widget/management/commands/"),
    "django": ("",),
    "django_tasks": ("widget/jobs/",),
    "django_tasks_db": ("widget/jobs/", "widget/ops/jobs_admin.py"),
    "httpcore2": ("widget/lib/outbound.py",),
    "httpx2": ("widget/providers/",),
    "lxml": ("widget/knowledge/reading/", "widget/knowledge/crawling/"),
    "multidict": ("widget/providers/",),
    "openai": ("widget/providers/",),
    "pypdf": ("widget/knowledge/reading/",),
    "segno": ("widget/inbox/qr_code.py",),
    "servestatic": ("widget/ops/static_files.py",),
    "trafilatura": ("widget/knowledge/reading/", "widget/knowledge/crawling/"),
    "twisted": ("widget/ops/",),
    "yarl": ("widget/providers/",),
}
# Optional: loaded by name where somebody asked for it, and never imported.
BY_NAME_ONLY = ("channels_redis", "redis", "psycopg", "sentry_sdk")
FIRST_PARTY = ("widget", "chatsite", "tests", "deploy")


def lock(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text("utf-8")


def locked(name: str) -> dict[str, str]:
    return {package.name: package.version for package in SBOM["read_lock"](lock(name))}


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_one_version_with_hashes_and_names_no_index(name: str) -> None:
    text = lock(name)
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host|^-|\bgit\+|@ ", re.sub(r"\s+--hash=sha256:[0-9a-f]{64}", "", text), re.MULTILINE)
    assert len(SBOM["read_lock"](text)) == len(re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE)) > 0


@pytest.mark.parametrize("line", ["django==5.2.19", "django>=5 --hash=sha256:" + "a" * 64, "django", "-e .", "django==5 \\\n    --hash=md5:" + "a" * 32])
def test_a_line_without_hashes_is_noticed(line: str) -> None:
    with pytest.raises(ValueError, match="hashes"):
        SBOM["read_lock"](line)


def test_the_installer_takes_nothing_without_its_hash_and_builds_nothing() -> None:
    script = (FOLDER / "install.sh").read_text("utf-8")
    calls = [line for line in script.splitlines() if re.search(r"\bpip install\b", line)]
    assert calls and all("--require-hashes" in line and "--only-binary :all:" in line for line in calls)
    assert not re.search(r"curl|wget|--index|--trusted", script)


def test_the_locks_hold_the_same_versions_and_keep_to_what_is_declared() -> None:
    run, server, test = (locked(name) for name in ("run", "server", "test"))
    assert run.items() <= server.items() <= test.items()
    extras = PROJECT["optional-dependencies"]
    for wanted, there in ((PROJECT["dependencies"], run), ([*extras["scaled"], *extras["sentry"]], server), (extras["test"], test)):
        for requirement in map(Requirement, wanted):
            name = canonicalize_name(requirement.name)
            assert name == "kanal" or Version(there[name]) in requirement.specifier, requirement


@pytest.mark.parametrize("name", LOCKS)
def test_no_locked_version_is_known_to_be_bad(name: str) -> None:
    advisories = tomllib.loads((FOLDER / "advisories.toml").read_text("utf-8"))["advisory"]
    versions = locked(name)
    found = [one["ids"] for one in advisories if one["package"] in versions and Version(versions[one["package"]]) in SpecifierSet(one["bad"], prereleases=True)]
    assert not found


def test_the_list_of_bad_versions_would_notice_one_and_agrees_with_the_check_at_start() -> None:
    advisories = tomllib.loads((FOLDER / "advisories.toml").read_text("utf-8"))["advisory"]
    assert {"django", "daphne", "twisted", "channels"} <= {one["package"] for one in advisories}
    for one in advisories:
        assert one["ids"] and one["what"] and one["package"] == canonicalize_name(one["package"])
        assert one["bad"] == "" or Version("1.0") in SpecifierSet(one["bad"])
        safe = {canonicalize_name(name): version for name, version in SAFE_FROM.items()}.get(one["package"])
        assert safe is None or Version(safe) not in SpecifierSet(one["bad"]), "the server would start with it"


def imports_of_strangers(source: Source) -> list[str]:
    found = []
    for used in source.imports():
        top = used.module.split(".")[0]
        if top in sys.stdlib_module_names or top in FIRST_PARTY:
            continue
        if not source.name.startswith(MAY_IMPORT.get(top, ("nowhere",))):
            found.append(f"{source.name} line {used.line}: {top}")
    return found


def test_every_file_imports_only_what_it_may() -> None:
    sources = python_sources("widget", "chatsite", "manage.py", "deploy", "requirements")
    assert len(sources) > 150
    assert not [said for source in sources for said in imports_of_strangers(source)]
    assert not [name for name in BY_NAME_ONLY if name in MAY_IMPORT]


def declared(extras: tuple[str, ...]) -> set[str]:
    groups = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][extra] for extra in extras)]
    return {canonicalize_name(Requirement(line).name) for group in groups for line in group}


def test_what_is_imported_is_declared() -> None:
    distributions = packages_distributions()
    for folders, extras in ((("widget", "chatsite"), ()), (("tests",), ("test", "scaled", "sentry"))):
        tops = {used.module.split(".")[0] for source in python_sources(*folders) for used in source.imports()} - set(sys.stdlib_module_names)
        undeclared = {top for top in tops - set(FIRST_PARTY) if not {canonicalize_name(name) for name in distributions.get(top, [top])} & declared(extras)}
        assert not undeclared, folders


def test_the_widget_brings_no_package_of_others_into_a_page() -> None:
    package = json.loads((ROOT / "static" / "package.json").read_text("utf-8"))
    assert "dependencies" not in package
    locked_scripts = json.loads((ROOT / "static" / "package-lock.json").read_text("utf-8"))["packages"]
    assert all(one.get("integrity") for path, one in locked_scripts.items() if path and not one.get("link"))


def test_the_bill_of_materials_is_the_lock_and_always_the_same(tmp_path: Path) -> None:
    def make() -> str:
        return subprocess.run([sys.executable, str(FOLDER / "sbom.py"), "server"], capture_output=True, text=True, check=True, cwd=tmp_path).stdout

    text = make()
    assert text == make()
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", bill["serialNumber"])
    assert {one["name"]: one["version"] for one in bill["components"]} == locked("server")
    references = [one["bom-ref"] for one in bill["components"]]
    assert len(set(references)) == len(references) and set(bill["dependencies"][0]["dependsOn"]) == set(references)
    for one in bill["components"]:
        assert one["type"] == "library" and one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}"
        assert all(digest["alg"] == "SHA-256" and re.fullmatch("[0-9a-f]{64}", digest["content"]) for digest in one["hashes"])
