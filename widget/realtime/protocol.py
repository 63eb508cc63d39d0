"""Protocol version 1: the frames, their fields and the close codes. The one description both sides are tested against.

Parses what clients send (consumer.py) and writes what the server sends (hub.py, visitor.py). Knows no database.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from widget.answering import asking_back
from widget.conversations.log import Row
from widget.lib.strict_json import read_strictly
from widget.realtime.errors import MalformedError, UnknownFrameError

VERSION = 1
BAD_TOKEN, REFUSED, TOO_SLOW, RESTARTING, TOO_LARGE, TOO_MANY = 4401, 4403, 4408, 4412, 4413, 4429
WHOLE_NUMBER_LIMIT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a client's frame: a text of at most `longest` characters, a whole number, a yes or no, or an object.

    `least`: the smallest number.
    `foreign`: a text of the page around the chat, which may have been cut in the middle of a character; that is no reason to refuse it.
    """

    kind: type
    longest: int = 0
    required: bool = False
    foreign: bool = False
    least: int = 0


_ID = Field(str, 36, required=True)
CLIENT_FRAMES: dict[str, dict[str, Field]] = {
    "hello": {
        "protocol": Field(int, required=True),
        "token": Field(str, 200),
        "after": Field(dict),
        "reply": Field(dict),
        "locale": Field(str, 35),
        "page": Field(dict),
        # Of any length and with anything in it: what is wrong with it must not cost the chat.
        "identity": Field(str, 1_000_000, foreign=True),
    },
    "message.send": {"id": _ID, "text": Field(str, 32_768, required=True)},
    "history.get": {"before": Field(int, required=True), "limit": Field(int)},
    "page.set": {"url": Field(str, 2_000, foreign=True), "title": Field(str, 500, foreign=True)},
    "form.send": {"id": Field(str, 40, required=True), "values": Field(dict, required=True)},
    "reply.stop": {},
    "human.request": {},
    "typing.set": {"on": Field(bool, required=True)},
    "read.set": {"seq": Field(int, required=True)},
    "identity.set": {"token": Field(str, 1_000_000, required=True, foreign=True)},
    "rating.set": {"seq": Field(int, required=True), "value": Field(int, required=True, least=-1)},
    "ping": {"t": Field(int)},
}
SERVER_FRAMES = frozenset(
    {
        "welcome",
        "message.stored",
        "message.added",
        "reply.started",
        "reply.delta",
        "reply.dropped",
        "history.page",
        "conversation.changed",
        "identity.changed",
        "typing.shown",
        "read.shown",
        "pong",
        "error",
    }
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A client's frame that has its documented shape. Unknown fields are dropped."""

    type: str
    values: dict[str, Any]

    def text(self, name: str) -> str:
        return self.values.get(name) or ""

    def number(self, name: str, default: int = 0) -> int:
        return self.values.get(name, default)

    def flag(self, name: str) -> bool:
        return self.values.get(name) is True

    def object(self, name: str) -> dict[str, Any]:
        return self.values.get(name) or {}


def parse(raw: str, frames: Mapping[str, Mapping[str, Field]] = CLIENT_FRAMES) -> Frame:
    """Raises MalformedError or UnknownFrameError. `frames` are those that this client may send."""
    try:
        read = read_strictly(raw)
    except (ValueError, RecursionError) as error:
        raise MalformedError from error
    if not isinstance(read, dict) or not isinstance(read.get("type"), str):
        raise MalformedError
    fields = frames.get(read["type"])
    if fields is None:
        raise UnknownFrameError
    return Frame(read["type"], {name: _checked(read[name], field) for name, field in _present(read, fields)})


def is_uuid(value: str) -> bool:
    try:
        return str(uuid.UUID(value)) == value
    except ValueError:
        return False


def frame(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, **fields}, ensure_ascii=False, separators=(",", ":"))


def delta_frame(reply_id: str, offset: int, text: str) -> str:
    """The frame of the hot path, written without building a dictionary."""
    return f'{{"type":"reply.delta","id":"{reply_id}","offset":{offset},"text":{json.dumps(text)}}}'


def row_fields(row: Row) -> dict[str, Any]:
    fields: dict[str, Any] = {"seq": row.seq, "id": row.id, "author": row.author, "text": row.text, "at": moment(row.at)}
    if row.answered_by:
        fields["answered_by"] = row.answered_by
    if row.name:
        fields["name"] = row.name
    if row.sources:
        fields["sources"] = [{"title": source.title, "url": source.url} if source.url else {"title": source.title} for source in row.sources]
    if choices := asking_back.choices(row):
        fields["choices"] = choices
    return fields


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def whole_number(value: Any) -> int:
    """A field inside an object, held to the same bounds as one of a frame; anything else counts as 0."""
    return value if type(value) is int and 0 <= value <= WHOLE_NUMBER_LIMIT else 0


def short_text(value: Any, longest: int) -> str:
    """A text inside an object, cut to `longest`; anything else counts as empty."""
    return _storable(value).strip()[:longest] if isinstance(value, str) else ""


def _present(read: dict[str, Any], fields: Mapping[str, Field]) -> Iterable[tuple[str, Field]]:
    for name, field in fields.items():
        if read.get(name) is not None:
            yield name, field
        elif field.required:
            raise MalformedError


def _checked(value: object, field: Field) -> object:
    if type(value) is not field.kind:
        raise MalformedError
    if isinstance(value, str):
        if len(value) > field.longest:
            raise MalformedError
        if not field.foreign and _has_surrogates(value):
            raise MalformedError
        return _storable(value)
    if isinstance(value, int) and not field.least <= value <= WHOLE_NUMBER_LIMIT * 2**21:
        raise MalformedError
    return value


def _has_surrogates(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _storable(text: str) -> str:
    """Half characters cannot be stored; NUL cannot be stored by PostgreSQL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
