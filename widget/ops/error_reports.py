"""Errors to a Sentry of your own, where SENTRY_DSN names one: what broke and where in our code, and nothing of what anybody wrote. Started by apps.py.

The package is optional. Of its event only what stands in the lists below leaves the machine; all else (requests, headers, bodies, local variables,
breadcrumbs, names of users and machines) is never put together or is dropped.
"""

import logging
from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from widget.lib.logs import named_error, request_id

Event = dict[str, Any]
_KEPT = ("event_id", "timestamp", "level", "logger", "platform", "release", "environment")
_KEPT_OF_FRAME = ("filename", "function", "lineno", "module", "in_app")
_MISSING = "SENTRY_DSN is set, but the package for it is not installed. Run `pip install 'kanal[sentry]'`, or leave SENTRY_DSN empty."


def start(dsn: str) -> None:
    """Reports every event of the log from ERROR up. Raises ImproperlyConfigured where the package is missing or the DSN is none."""
    try:
        sdk = import_module("sentry_sdk")
        loggers, ending = import_module("sentry_sdk.integrations.logging"), import_module("sentry_sdk.integrations.atexit")
    except ImportError:
        raise ImproperlyConfigured(_MISSING) from None
    try:
        sdk.init(
            dsn=dsn,
            # None of its own (what names people is off by default), which read requests, queries and command lines.
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[
                loggers.LoggingIntegration(level=None, event_level=logging.ERROR),
                ending.AtexitIntegration(callback=lambda _pending, _timeout: None),
            ],
            before_send=discreet,
            include_local_variables=False,
            include_source_context=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            auto_session_tracking=False,
            server_name="kanal",
        )
    except ValueError:
        raise ImproperlyConfigured("SENTRY_DSN must be the address Sentry shows for a project, such as https://key@sentry.example.com/1.") from None


def discreet(event: Event, hint: Event) -> Event:
    """The event as it may leave: kept by name, so that nothing a later version of the package adds gets out."""
    kept = {name: event[name] for name in _KEPT if name in event}
    record = hint.get("log_record")
    error = (hint.get("exc_info") or (None, None))[1]
    template = str(record.msg) if record is not None and not hasattr(record, "request") else "A request broke its view."
    kept["logentry"] = {"message": f"{template} | {named_error(error)}" if error is not None else template}
    if id_here := request_id.get():
        kept["tags"] = {"request": id_here}
    kept["exception"] = {"values": [_type_and_way(value) for value in event.get("exception", {}).get("values", [])]}
    return kept


def _type_and_way(value: Event) -> Event:
    frames = (value.get("stacktrace") or {}).get("frames", [])
    return {"type": value.get("type"), "module": value.get("module"), "stacktrace": {"frames": [{n: f[n] for n in _KEPT_OF_FRAME if n in f} for f in frames]}}
