"""Style, types, and the built widget: `python -m tests.lint` (`make lint`). Runs every check and says at the end which failed.

What needs node is left out where node is missing, loudly, and fails where CI is set: a green run there must mean that all was looked at.
"""

import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.source_tree import ROOT

STATIC = ROOT / "static"


def run(title: str, *command: str, folder: Path = ROOT) -> bool:
    """Quiet when all is well."""
    print(f"-- {title}", flush=True)
    done = subprocess.run(command, cwd=folder, timeout=540, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


def main() -> int:
    python = sys.executable
    passed = {
        "ruff check": run("ruff check", python, "-m", "ruff", "check", "."),
        "ruff format": run("ruff format", python, "-m", "ruff", "format", "--check", "."),
        "mypy": run("mypy", python, "-m", "mypy"),
    }
    if shutil.which("npm"):
        passed |= check_widget()
    else:
        print("-- NODE IS MISSING: the widget's types, its unit tests and its built files were NOT checked. Install node 20 or newer to check them.")
        passed["node is there"] = not os.environ.get("CI")
    failed = [name for name, good in passed.items() if not good]
    print(f"Failed: {', '.join(failed)}" if failed else "All good.")
    return 1 if failed else 0


def check_widget() -> dict[str, bool]:
    if not (STATIC / "node_modules" / ".package-lock.json").exists() and not run("npm ci", "npm", "ci", "--no-audit", "--no-fund", "--silent", folder=STATIC):
        return {"npm ci": False}
    checks = {"tsc": run("tsc --checkJs", "npm", "run", "--silent", "check", folder=STATIC)}
    units = sorted(str(path) for path in STATIC.glob("*/test/*.test.js"))
    checks["unit tests of the scripts"] = run("node --test", "node", "--test", "--test-reporter=dot", *units, folder=STATIC)
    with tempfile.TemporaryDirectory() as folder:
        built = run("rebuild of the widget", "node", "build.mjs", folder, folder=STATIC)
        checks["built widget"] = built and same_files(Path(folder), STATIC / "widget" / "dist")
    return checks


def same_files(new: Path, committed: Path) -> bool:
    names = sorted({path.name for folder in (new, committed) for path in folder.iterdir()})
    _, different, unreadable = filecmp.cmpfiles(new, committed, names, shallow=False)
    for name in [*different, *unreadable]:
        print(f"   {name} is not what the sources make: run make build and commit")
    return not different and not unreadable


if __name__ == "__main__":
    sys.exit(main())
