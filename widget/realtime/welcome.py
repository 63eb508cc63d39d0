"""The first answer of the line: who the visitor is, what they missed, how the site looks. Called by visitor.py for `hello`.

Resuming is one query: everything after the client's last seq, when the row there has the id the client knows.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from widget.conversations import log as conversation_log
from widget.conversations import ratings, record
from widget.conversations.customers import SignedIn, may_see
from widget.conversations.log import Row
from widget.conversations.record import Standing
from widget.conversations.turns import Unfinished, unfinished_of
from widget.realtime.connection import ShownReply
from widget.realtime.hub import ROWS_AT_ONCE
from widget.realtime.protocol import Frame, row_fields, short_text, whole_number
from widget.sites.hours import is_open, opening_note, week_lines
from widget.sites.registry import SiteSettings

TOO_FAR_BEHIND = 500
BYTES_AT_ONCE = 48_000


@dataclass(frozen=True, slots=True)
class Resumption:
    """What the log says to a client that comes back."""

    standing: Standing | None
    rows: list[Row]
    reset: bool
    more: bool
    unfinished: Unfinished | None = None
    ratings: Mapping[int, int] = field(default_factory=dict)
    # It is a customer's, and whoever asks has not proven to be signed in as them (still).
    foreign: bool = False


def resume_visitor(site_id: int, conversation: str, after_seq: int, after_id: str, session: SignedIn | None) -> Resumption:
    """For whoever proved to hold this conversation, which they may be shown as long as it is theirs."""
    standing = record.find(site_id, conversation)
    if not may_see(session, standing):
        return Resumption(None, [], reset=False, more=False, foreign=True)
    return _after(standing, after_seq, after_id)


def resume(site_id: int, conversation: str, after_seq: int, after_id: str) -> Resumption:
    """For an operator, whose rights the caller has asked. `reset` when the client's place is not in this log, or too far back."""
    return _after(record.find(site_id, conversation), after_seq, after_id)


def _after(standing: Standing | None, after_seq: int, after_id: str) -> Resumption:
    """One read on a database thread."""
    if standing is None:
        return Resumption(None, [], reset=after_seq > 0, more=False)
    known = after_seq > 0 and standing.seq - after_seq <= TOO_FAR_BEHIND and conversation_log.id_at(standing.id, after_seq) == after_id
    if known:
        rows = _fitting(conversation_log.since(standing.id, after_seq, ROWS_AT_ONCE))
        return Resumption(standing, rows, False, after_seq + len(rows) < standing.seq, _unfinished(standing), _ratings(standing))
    rows = _fitting(conversation_log.before(standing.id, standing.seq + 1, ROWS_AT_ONCE)[::-1])[::-1]
    return Resumption(standing, rows, after_seq > 0, False, _unfinished(standing), _ratings(standing))


def _unfinished(standing: Standing) -> Unfinished | None:
    """Asked after the rows: an answer that ends between the two is in neither, and the ring that tells of it finds the connection waiting."""
    return unfinished_of([standing.id]).get(standing.id) if standing.seq else None


def _ratings(standing: Standing) -> dict[int, int]:
    return ratings.of(standing.id) if standing.seq > 1 else {}


def welcome_fields(resumption: Resumption, token: str, conversation: str, site: SiteSettings, locale: str) -> dict[str, Any]:
    standing, rows = resumption.standing, resumption.rows
    fields: dict[str, Any] = {
        "protocol": 1,
        "token": token,
        "conversation": conversation,
        "seq": standing.seq if standing else 0,
        # The log begins at 1: a client that shows less may ask for what is earlier.
        "first": 1 if standing and standing.seq else 0,
        "reset": resumption.reset,
        "handler": standing.handler if standing else "bot",
        "contact_given": bool(standing and standing.contact_given),
        "messages": [row_fields(row) for row in rows],
        "read": standing.read if standing else 0,
        "ratings": resumption.ratings,
        "site": site_fields(site, locale),
    }
    if resumption.more:
        fields["more"] = True
    if standing and standing.operator:
        fields["operator"] = standing.operator
    return fields


def reply_fields(reply: ShownReply, client: Frame) -> dict[str, Any]:
    """The running answer: the whole text so far, or what follows the client's offset when it knows this attempt."""
    known = client.object("reply")
    offset = whole_number(known.get("offset")) if short_text(known.get("id"), 36) == reply.id else 0
    text = reply.text()
    if 0 < offset <= len(text):
        return {"id": reply.id, "question": reply.question, "offset": offset, "text": text[offset:]}
    return {"id": reply.id, "question": reply.question, "text": text}


def site_fields(site: SiteSettings, locale: str) -> dict[str, Any]:
    """What the panel shows of the site, in the visitor's language."""
    now = datetime.now(site.zone)
    with translation.override(locale):
        hours: dict[str, Any] = {"open": is_open(site.hours, now), "lines": week_lines(site.hours, site.zone)}
        note = opening_note(site.hours, now)
    if note:
        hours["note"] = note
    fields: dict[str, Any] = {
        "name": site.name,
        "language": site.language,
        "address": site.address,
        "greeting": site.greeting,
        "accent": site.accent,
        "policy": site.policy_url or f"{settings.PUBLIC_URL}/privacy/{site.key}",
        "retention_days": site.retention_days,
        "hours": hours,
    }
    return {**fields, **{name: value for name, value in (("whatsapp", site.whatsapp), ("email", site.email)) if value}}


def _fitting(rows: list[Row]) -> list[Row]:
    """As many rows from the start as fit into one frame, at least one."""
    size = 0
    for count, row in enumerate(rows):
        size += len(json.dumps(row_fields(row), ensure_ascii=False).encode())
        if size > BYTES_AT_ONCE and count:
            return rows[:count]
    return rows
