"""The operator's frames and their fields, in the shapes of protocol.py. Read by operator_socket.py and by the tests that hold other sides to it.

A conversation is always named by its public id. What a client may not send is not listed here, and is refused.
"""

from widget.realtime.protocol import Field

_CONVERSATION = Field(str, 36, required=True)
_ID = Field(str, 36, required=True)
_DATE = Field(str, 10)
VIEWS = ("mine", "waiting", "assistant", "closed", "all")
OPERATOR_FRAMES: dict[str, dict[str, Field]] = {
    "hello": {"protocol": Field(int, required=True), "ticket": Field(str, 100, required=True), "locale": Field(str, 35)},
    "list.get": {
        "view": Field(str, 10, required=True),
        "query": Field(str, 200),
        "site": Field(int),
        "tag": Field(int),
        "since": _DATE,
        "until": _DATE,
        "after": Field(str, 60),
        "limit": Field(int),
    },
    "talk.open": {"conversation": _CONVERSATION, "after": Field(dict), "reply": Field(dict)},
    "talk.leave": {},
    "history.get": {"before": Field(int, required=True), "limit": Field(int)},
    "message.send": {"conversation": _CONVERSATION, "id": _ID, "text": Field(str, 32_768, required=True), "force": Field(bool)},
    "note.add": {"conversation": _CONVERSATION, "id": _ID, "text": Field(str, 32_768, required=True)},
    "talk.act": {
        "conversation": _CONVERSATION,
        "id": _ID,
        "action": Field(str, 20, required=True),
        "user": Field(int),
        "until": Field(str, 40),
        "tag": Field(int),
    },
    "typing.set": {"on": Field(bool, required=True)},
    "read.set": {"seq": Field(int, required=True)},
    "presence.set": {"away": Field(bool, required=True)},
    "knowledge.add": {"conversation": _CONVERSATION, "id": _ID, "question": Field(str, 2_000, required=True), "answer": Field(str, 8_000, required=True)},
    "ping": {"t": Field(int)},
}
DESK_FRAMES = frozenset(
    {
        "ready",
        "list.page",
        "list.changed",
        "talk.shown",
        "talk.changed",
        "talk.gone",
        "talk.acted",
        "note.added",
        "knowledge.added",
        "message.added",
        "message.stored",
        "reply.started",
        "reply.delta",
        "reply.dropped",
        "history.page",
        "typing.shown",
        "read.shown",
        "pong",
        "error",
    }
)
