"""The text of /widget.js for one site: the built loader with the site's look put in, so that the button needs no second request. Called by views.py."""

import json

from widget.embed.built import SITE_MARKER, manifest
from widget.sites.registry import SiteSettings


def loader_text(site: SiteSettings | None, host: str) -> str:
    """`host` is the origin of this installation as the browser reached it. Without a site the script draws nothing and a plain link stays a link."""
    return manifest().loader.replace(SITE_MARKER, "null" if site is None else _for_script(_look(site, host)))


def _look(site: SiteSettings, host: str) -> dict[str, object]:
    return {
        "key": site.key,
        "host": host,
        "language": site.language,
        "name": site.name,
        "accent": site.accent,
        "greeting": site.greeting,
        "panel": {language: f"/{name}" for language, name in manifest().panel.items()},
    }


def _for_script(value: object) -> str:
    """JSON that is also safe as JavaScript, wherever somebody pastes it: no tag can begin in it, no line separator can end a string."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
