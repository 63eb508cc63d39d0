"""One conversation as the inbox shows it beside its messages: who the visitor is, where they are, and the team's notes.

Called by line.py and, through wiring.py, by the operator's line, on database threads.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from widget.conversations import notes, ratings
from widget.conversations.customers import verified_of
from widget.conversations.models import Conversation
from widget.conversations.notes import NoteRow
from widget.inbox import listing, writers
from widget.inbox.contact import contact_link, web_link
from widget.inbox.listing import Fields, Item, Tally
from widget.inbox.returning import way_back
from widget.sites.members import Access

MOST_EARLIER = 5
_COLUMNS = ("page_url", "page_title", "created_at", "closed_at", "visitor_read_seq", "contact", "device")


@dataclass(frozen=True, slots=True)
class Talk:
    """`fields` are those of the frame but whether the visitor is online, `notes` the team's notes as their frames show them."""

    pk: int
    conversation: str
    site_id: int
    seq: int
    fields: Fields
    notes: Sequence[Fields] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """What changed, read in one go for all operators of a process."""

    items: list[Item]
    talks: dict[str, Talk]
    tally: Tally = field(default_factory=Tally)

    def counts(self, access: Access) -> dict[str, Any]:
        return self.tally.counts(access)


def round_of(conversations: Sequence[str], watched: Sequence[str]) -> Round:
    items = listing.items_named(conversations)
    wanted = set(watched)
    return Round(items, {talk.conversation: talk for talk in _talks([item for item in items if item.conversation in wanted])}, listing.tally())


def find(access: Access, conversation: str) -> Talk | None:
    """None for one that is not there and for one at a site where this person may not see it."""
    items = [item for item in listing.items_named([conversation]) if access.may(listing.VIEW, item.site_id)]
    return _talks(items)[0] if items else None


def _talks(items: Sequence[Item]) -> list[Talk]:
    if not items:
        return []
    rows = Conversation.objects.filter(pk__in=[item.pk for item in items])
    known: dict[int, Fields] = {row["pk"]: {**row} for row in rows.values("pk", *_COLUMNS)}
    earlier = _earlier([item for item in items if item.fields["contact"]])
    # Few are open at a time, so each is asked for by itself.
    return [_talk(item, {**known[item.pk], "earlier": earlier.get(item.pk, [])}) for item in items if item.pk in known]


def _talk(item: Item, row: Fields) -> Talk:
    fields = {
        **item.fields,
        "page": {"url": web_link(row["page_url"]), "title": row["page_title"]},
        "device": row["device"],
        "language": item.fields["locale"],
        "started_at": listing.moment(row["created_at"]),
        "earlier": row["earlier"],
        "verified": verified_of(item.conversation) or False,
        "visitor_read": row["visitor_read_seq"],
        "ratings": ratings.of(item.pk),
        "writers": writers.in_talk(item.pk, item.site_id),
        "contact_link": contact_link(row["contact"]),
        "way_back": way_back(item.pk, row["contact"], row["visitor_read_seq"]),
    }
    return Talk(item.pk, item.conversation, item.site_id, item.seq, fields, [note_fields(note) for note in notes.of(item.pk)])


def note_fields(note: NoteRow) -> Fields:
    return {"id": note.id, "text": note.text, "author": note.author, "after_seq": note.after_seq, "at": listing.moment(note.at)}


def _earlier(items: Sequence[Item]) -> dict[int, list[Fields]]:
    """Other conversations of the same site in which the same contact was given, newest first."""
    if not items:
        return {}
    # The condition of the index of those who gave one, letter by letter (migration words_of_messages).
    given = Conversation.objects.extra(where=["(name <> '' OR contact <> '')"])
    found: dict[int, list[Fields]] = {}
    for item in items:
        same = given.filter(contact=item.fields["contact"], site=item.site_id).exclude(pk=item.pk).order_by("-last_at")[:MOST_EARLIER]
        found[item.pk] = [{"conversation": name, "last_at": listing.moment(at)} for name, at in same.values_list("public_id", "last_at")]
    return found
