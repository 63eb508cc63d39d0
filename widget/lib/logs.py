"""How the log is written: one event is one line, whatever is in it, and nothing a visitor wrote gets in. Named in the LOGGING of chatsite/settings.py.

Every line carries the id of the request or socket it belongs to; ops/access_log.py and realtime/consumer.py set it.
"""

import json
import logging
import re
import secrets
import sys
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

from django.core.exceptions import SuspiciousOperation, ValidationError

request_id: ContextVar[str] = ContextVar("request_id", default="")
_GOOD_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# What could end a line, move a terminal's cursor or turn the direction of reading.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Errors whose text repeats the value they stumbled over, which may be somebody's words.
_SILENT = (ValueError, LookupError, ValidationError, SuspiciousOperation)
# PostgreSQL quotes whole rows in the further lines of its errors.
_DETAIL = re.compile(r"\b(DETAIL|CONTEXT|LINE \d+):.*", re.DOTALL)
_ERROR_CHARACTERS = 500
_FRAMES = 12
_WRAPPERS = ("inner", "wrapper", "__enter__", "__exit__")
# The same trouble told so often within so many seconds is enough; the rest is counted.
_TIMES, _SECONDS = 5, 10.0
_KEPT = 500


def new_request_id(asked: str = "") -> str:
    """`asked`, where a proxy of ours wrote one that can stand in a log, else a new one."""
    return asked if _GOOD_ID.fullmatch(asked) else secrets.token_hex(8)


class Lines(logging.Formatter):
    """Lines to read. On a terminal an error's way through the code follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        id_here = request_id.get()
        said = f"{_time(record)} {record.levelname} {record.name}: {escape(record.getMessage())}" + (f" [{id_here}]" if id_here else "")
        if not record.exc_info or record.exc_info[1] is None:
            return said
        if sys.stderr.isatty():
            return "\n".join([said, *(f"    {escape(line)}" for line in _way_to_read(*record.exc_info))])
        return f"{said} | {escape(error_text(record.exc_info[1]))}"


class JsonLines(logging.Formatter):
    """Lines for a machine: `at`, `level`, `logger`, `message`, `request`, `error`, and what the event itself brings as `extra={"fields": {...}}`."""

    def format(self, record: logging.LogRecord) -> str:
        event = {"at": _time(record), "level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if id_here := request_id.get():
            event["request"] = id_here
        event |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1] is not None:
            event["error"] = error_text(record.exc_info[1])
        return json.dumps(event)


class Discreet(logging.Filter):
    """Django names the path, the refused header or the bad origin of a request, all of which somebody else wrote. The access line has the rest."""

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", None)
        if status is None or not hasattr(record, "request"):
            return True
        if record.name == "django.security.csrf":
            record.msg, record.args = "A form was refused by the CSRF check: its origin or its token is not ours (CSRF_TRUSTED_ORIGINS).", ()
            return True
        record.msg, record.args = "A request broke its view.", ()
        return bool(status >= 500)


class Seldom(logging.Filter):
    """A database that is away is met by every frame of every visitor: the same warning is told a few times, then only counted, lest the log fill the disk."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        key, now = (record.name, str(record.msg)), time.monotonic()
        since, times = self._told.get(key, (now, 0))
        if now - since > _SECONDS:
            if times > _TIMES:
                record.msg, record.args = f"{record.getMessage()} (told {times - _TIMES} times more in {now - since:.0f} s)", ()
            since, times = now, 0
        if len(self._told) > _KEPT:
            self._told.clear()
        self._told[key] = (since, times + 1)
        return times < _TIMES


def escape(text: str) -> str:
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def error_text(error: BaseException) -> str:
    """The error, what it came from, and its way through the code, without values: one line."""
    parts: list[str] = []
    known: BaseException | None = error
    while known is not None and len(parts) < 4:
        frames = [frame for frame in traceback.extract_tb(known.__traceback__) if frame.name not in _WRAPPERS][-_FRAMES:]
        way = " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames)
        # Django raises the driver's error again under a name of its own.
        if named_error(known) not in " from ".join(parts):
            parts.append(named_error(known) + (f" ({way})" if way else ""))
        known = known.__cause__ or (None if known.__suppress_context__ else known.__context__)
    return " from ".join(parts)


def named_error(error: BaseException) -> str:
    """Its kind and what it says, unless that may repeat somebody's words."""
    kind = type(error).__name__
    if isinstance(error, _SILENT) and not type(error).__module__.startswith("widget."):
        return kind
    said = _DETAIL.sub("", str(error)).rstrip()[:_ERROR_CHARACTERS]
    return f"{kind}: {said}" if said else kind


def _way_to_read(kind: type[BaseException] | None, error: BaseException | None, way: TracebackType | None) -> list[str]:
    return "".join(traceback.format_exception(kind, error, way)).rstrip().splitlines()


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
