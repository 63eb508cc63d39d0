"""System checks: what must be true of an installation before it serves. Loaded by apps.py; `serve` and the set-up run those tagged START."""

import re
from collections.abc import Collection
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register

from widget.ops.errors import NewerDatabaseError
from widget.ops.schema import refuse_newer_schema

START = "start"
# The first versions without a hole that a stranger could use: unbounded messages, forged headers, bodies larger than announced, a cut stream.
SAFE_FROM = {"Django": "5.2.14", "daphne": "4.2.2", "channels": "4.3.2", "Twisted": "24.7.0"}


@register(START)
def list_open_private_targets(**options: Any) -> list[CheckMessage]:
    """An operator sees at every start which doors to the own network are open."""
    return [
        Info(f"{target} may be fetched although it may be private (OUTBOUND_ALLOW_PRIVATE).", id="kanal.I001") for target in settings.OUTBOUND_ALLOW_PRIVATE
    ]


@register(START)
def refuse_holes(**options: Any) -> list[CheckMessage]:
    """A server with a known hole does not start."""
    return [
        Error(f"{package} {found} has known security holes.", hint=f"Install {package} {safe} or later: make update, or pip install.", id="kanal.E001")
        for package, safe in SAFE_FROM.items()
        if _numbers(found := version(package)) < _numbers(safe)
    ]


@register(Tags.database)
def refuse_a_newer_database(databases: Collection[str] | None = None, **options: Any) -> list[CheckMessage]:
    """`migrate` of older code would change nothing and say that all is well. Asked by it, and by an update before its backup."""
    if not databases:
        # Other checks are asked where no database need be there.
        return []
    try:
        refuse_newer_schema()
    except NewerDatabaseError as error:
        return [Error(str(error), id="kanal.E002")]
    return []


def _numbers(release: str) -> list[int]:
    """5.2.14rc1 counts as 5.2.14: close enough for a floor."""
    return [int(number) for number in re.findall(r"\d+", release.partition("+")[0])[:3]]
