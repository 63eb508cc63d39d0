"""Reads our own source for the rules of tests/test_house.py: files, imports, functions, names of settings. Imports nothing of what it reads."""

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Function = ast.FunctionDef | ast.AsyncFunctionDef
# The floors of DESIGN section 3; a package imports only from floors below its own.
FLOORS = {
    **dict.fromkeys(("apps", "admin", "models", "urls", "routing", "wiring", "checks", "management"), 6),
    **dict.fromkeys(("embed", "realtime", "inbox", "messengers", "importers", "privacy", "ops"), 5),
    "answering": 4,
    **dict.fromkeys(("conversations", "knowledge", "rules", "providers"), 3),
    "sites": 2,
    "jobs": 1,
    "lib": 0,
}


@dataclass(frozen=True)
class Import:
    """One imported module, absolute, and whether a function does it."""

    module: str
    line: int
    inside_function: bool


@dataclass(frozen=True)
class Source:
    """A Python file of ours."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def text(self) -> str:
        return _text(self.path)

    @property
    def tree(self) -> ast.Module:
        return _tree(self.path)

    @property
    def package(self) -> str:
        """The first name below widget/: "ops" for widget/ops/serve.py, "wiring" for widget/wiring.py."""
        return self.path.relative_to(ROOT / "widget").parts[0].removesuffix(".py")

    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the file."""
        return _nodes(self.path)

    def functions(self) -> Iterator[Function]:
        return (node for node in self.nodes() if isinstance(node, Function))

    def imports(self) -> tuple[Import, ...]:
        return _imports(self)


@cache
def tracked_files() -> tuple[Path, ...]:
    """What git knows, and what it would take: every file that is not ignored."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"], capture_output=True, text=True, check=True
    ).stdout
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def python_sources(*folders: str) -> list[Source]:
    """The Python files below these folders, migrations left out: Django writes them."""
    wanted = [ROOT / folder for folder in folders]
    return [
        Source(path)
        for path in tracked_files()
        if path.suffix == ".py" and "migrations" not in path.parts and any(path.is_relative_to(folder) for folder in wanted)
    ]


def package_of(module: str) -> str | None:
    """The package below widget/ that an absolute module name belongs to."""
    parts = module.split(".")
    return parts[1] if parts[0] == "widget" and len(parts) > 1 and parts[1] in FLOORS else None


def environment_names() -> set[str]:
    """Every name chatsite/settings.py reads through chatsite/env.py."""
    return set(re.findall(r"\benv\.\w+\(\s*\"([A-Z_]+)\"", _text(ROOT / "chatsite" / "settings.py")))


@cache
def _text(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def _nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(_tree(path)))


@cache
def _imports(source: Source) -> tuple[Import, ...]:
    found: list[Import] = []
    spans = [(function.lineno, function.end_lineno or 0) for function in source.functions()]
    for node in source.nodes():
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            # A name may be a module: from widget.lib import database.
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        inside = any(first <= node.lineno <= last for first, last in spans)
        found += [Import(name, node.lineno, inside) for name in names]
    return tuple(found)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(_text(path))
