"""The built files of the widget (static/widget/dist), read once and kept in memory. Asked by views.py."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

_DIST = Path(settings.BASE_DIR) / "static" / "widget" / "dist"
SITE_MARKER = "__KANAL_SITE__"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which files hold: the loader's text, and the panel's file name by language."""

    loader: str
    panel: dict[str, str]
    hashed: frozenset[str]


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """A file whose name carries a hash of its content."""

    text: str
    content_type: str


@cache
def manifest() -> Manifest:
    """Read from dist/manifest.json, which the build writes."""
    data = json.loads((_DIST / "manifest.json").read_text("utf-8"))
    hashed = {path.name for path in _DIST.iterdir() if path.suffix in _TYPES and path.name != data["loader"]}
    return Manifest((_DIST / data["loader"]).read_text("utf-8"), data["panel"], frozenset(hashed))


@cache
def built_file(name: str) -> BuiltFile | None:
    """The file called `name`, or None where the build made none of that name."""
    if name not in manifest().hashed:
        return None
    path = _DIST / name
    return BuiltFile(path.read_text("utf-8"), _TYPES[path.suffix])
