"""System checks: what must be true of an installation before it serves. Loaded by apps.py."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Info, register


@register()
def list_open_private_targets(**options: Any) -> list[CheckMessage]:
    """An operator sees at every start which doors to the own network are open."""
    return [
        Info(f"{target} may be fetched although it may be private (OUTBOUND_ALLOW_PRIVATE).", id="kanal.I001") for target in settings.OUTBOUND_ALLOW_PRIVATE
    ]
