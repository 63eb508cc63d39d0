"""The built files of the widget (static/widget/dist), read once and kept in memory. Asked by loader.py and views.py.

A page that was loaded before an update, or whose browser still has the loader of the last one, asks for names that are no more. It gets the file of today.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

_DIST = Path(settings.BASE_DIR) / "static" / "widget" / "dist"
SITE_MARKER = "__KANAL_SITE__"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_HASHED = re.compile(r"(.+)-[0-9a-f]{6}(\.(?:js|css))")


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """A file whose name carries a hash of its content."""

    name: str
    text: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which files hold: the loader's text, the panel's file name by language, and all others by their names without the hash."""

    loader: str
    panel: dict[str, str]
    files: dict[tuple[str, str], BuiltFile]


@cache
def manifest() -> Manifest:
    """Read from dist/manifest.json, which the build writes."""
    data = json.loads((_DIST / "manifest.json").read_text("utf-8"))
    files = {}
    for path in _DIST.iterdir():
        if hashed := _HASHED.fullmatch(path.name):
            files[hashed[1], hashed[2]] = BuiltFile(path.name, path.read_text("utf-8"), _TYPES[path.suffix])
    return Manifest((_DIST / data["loader"]).read_text("utf-8"), data["panel"], files)


def built_file(name: str) -> BuiltFile | None:
    """The file called `name`; where another build made it, the one in its place; None where no build did."""
    hashed = _HASHED.fullmatch(name)
    return manifest().files.get((hashed[1], hashed[2])) if hashed else None
