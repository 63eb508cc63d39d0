"""What the inbox lists: conversations of one's own sites by who has them, in the order they want an answer, and the numbers on the tabs.

Called by line.py and, through wiring.py, by the operator's line, always on database threads. Each function is a fixed number of queries,
however many conversations or people there are. Searching is search.py's.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Substr
from django.utils import timezone

from widget.conversations import presence, tags
from widget.conversations.models import CannedReply, Conversation, Message
from widget.inbox import writers
from widget.sites.members import RIGHTS, Access
from widget.sites.models import Member

VIEW = "widget.view_conversation"
SHOWN_OF_LAST = 160
MOST = 50
MOST_WAITING = 2_000
Fields = dict[str, Any]
# Conversations in an order, each with the moment that gives it its place.
Placed = QuerySet[Conversation, tuple[int, datetime]]
OPEN = Q(closed_at=None)
VIEWS = ("mine", "waiting", "assistant", "closed", "all")
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """A conversation as a row of the list; `fields` are those of the frame."""

    pk: int
    conversation: str
    site_id: int
    seq: int
    last_at: datetime
    fields: Fields


@dataclass(frozen=True, slots=True)
class Page:
    """`after` leads to the next page, and is empty on the last."""

    items: list[Item]
    after: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be listed. `view` is one of VIEWS; dates are days in the installation's time zone, both included."""

    view: str
    query: str = ""
    site: int = 0
    tag: int = 0
    since: date | None = None
    until: date | None = None
    after: str = ""
    limit: int = MOST


@dataclass(frozen=True, slots=True)
class Tally:
    """How many open conversations each site has, by who has them."""

    rows: Sequence[tuple[int, str, int | None, int]] = field(default=())

    def counts(self, access: Access) -> Fields:
        found: Counter[str] = Counter()
        for site_id, handler, operator_id, number in self.rows:
            if access.may(VIEW, site_id):
                name = "assistant" if handler == "bot" else "waiting" if handler == "waiting" else "mine" if operator_id == access.user_id else ""
                found[name] += number
        return {name: found[name] for name in ("mine", "waiting", "assistant")}


def view_of(access: Access, view: str) -> Q:
    """What stands in a view; everything for a name that is none."""
    views: Mapping[str, Q] = {
        "mine": OPEN & Q(handler="human", operator=access.user_id),
        "waiting": OPEN & Q(handler="waiting"),
        "assistant": OPEN & Q(handler="bot"),
        "closed": Q(closed_at__isnull=False),
    }
    return views.get(view, Q())


def visible(access: Access) -> QuerySet[Conversation]:
    """Conversations of the sites where this person may see them."""
    sites = access.sites(VIEW)
    return Conversation.objects.all() if sites is None else Conversation.objects.filter(site__in=sites)


def narrowed(access: Access, wish: Wish) -> QuerySet[Conversation]:
    """All that a wish asks for but the words, in no order."""
    found = visible(access).filter(view_of(access, wish.view))
    if wish.view == "waiting":
        # Few of very many: named first, or the database goes along the whole list to find them.
        waiting, sites = Conversation.objects.filter(handler="waiting", closed_at=None), access.sites(VIEW)
        if sites is not None:
            # As a sum, so that SQLite, which counts no rows, does not begin at the sites.
            waiting = waiting.alias(place=F("site") + 0).filter(place__in=sites)
        found = found.filter(pk__in=list(waiting.order_by("waiting_since").values_list("pk", flat=True)[:MOST_WAITING]))
    if wish.site:
        found = found.filter(site=wish.site)
    if wish.tag:
        found = found.filter(tags=wish.tag)
    if wish.since:
        found = found.filter(last_at__gte=_begin_of(wish.since))
    if wish.until:
        found = found.filter(last_at__lt=_begin_of(wish.until + timedelta(days=1)))
    return found


def page_of(access: Access, wish: Wish) -> Page:
    limit = max(1, min(wish.limit or MOST, MOST))
    return page_from(list(in_order(narrowed(access, wish), wish)[: limit + 1]), limit)


def in_order(found: QuerySet[Conversation], wish: Wish) -> Placed:
    """What comes after the wish's cursor: who waits longest first where people wait, elsewhere who wrote last."""
    if wish.view == "waiting":
        placed = found.alias(since=Coalesce("waiting_since", "last_at")).order_by("since", "pk")
        return _after(placed, wish.after, "since__gt", "since", "pk__gt").values_list("pk", Coalesce("waiting_since", "last_at"))
    return _after(found.order_by("-last_at", "-pk"), wish.after, "last_at__lt", "last_at", "pk__lt").values_list("pk", "last_at")


def page_from(found: list[tuple[int, datetime]], limit: int) -> Page:
    """`found` holds one more than the limit when there is more."""
    shown = found[:limit]
    return Page(items_of([pk for pk, _ in shown]), cursor_at(shown[-1][1], shown[-1][0]) if len(found) > limit else "")


def cursor_at(moment: datetime, pk: int) -> str:
    return f"{(moment - _EPOCH) // timedelta(microseconds=1)}.{pk}"


def _after(placed: QuerySet[Conversation], cursor: str, beyond: str, same: str, further: str) -> QuerySet[Conversation]:
    """What comes after the conversation that a cursor names, by the three conditions of its order; all of it for a cursor that is none."""
    moment, _, pk = cursor.partition(".")
    if not (moment.isdecimal() and pk.isdecimal() and len(moment) < 18 and len(pk) < 19):
        return placed
    at = _EPOCH + timedelta(microseconds=int(moment))
    return placed.filter(Q(**{beyond: at}) | Q(**{same: at, further: int(pk)}))


def items_of(pks: Sequence[int]) -> list[Item]:
    """In the order given."""
    rows = {item.pk: item for item in _items(Conversation.objects.filter(pk__in=pks))}
    return [rows[pk] for pk in pks if pk in rows]


def items_named(conversations: Iterable[str]) -> list[Item]:
    return _items(Conversation.objects.filter(public_id__in=list(conversations)))


def tally() -> Tally:
    """Those with people in full; those with the assistant as far as something was said in the last day, since nobody closes them."""
    grouped = Conversation.objects.filter(OPEN).order_by().values_list("site", "handler", "operator").annotate(Count("pk"))
    lately = timezone.now() - timedelta(days=1)
    return Tally((*grouped.filter(handler="waiting"), *grouped.filter(handler="human"), *grouped.filter(handler="bot", last_at__gte=lately)))


_COLUMNS = (
    "pk", "public_id", "site_id", "name", "contact", "handler", "operator_id", "waiting_since", "closed_at", "snoozed_until", "last_at", "seq", "locale",
)  # fmt: skip


def _items(found: QuerySet[Conversation]) -> list[Item]:
    last = Message.objects.filter(conversation=OuterRef("pk"), seq=OuterRef("seq")).order_by()
    unread = Message.objects.filter(conversation=OuterRef("pk"), author="visitor", seq__gt=OuterRef("operator_read_seq"))
    read = found.annotate(
        last_author=Subquery(last.values("author")[:1]),
        last_id=Subquery(last.values("client_id")[:1]),
        last_text=Subquery(last.annotate(start=Substr("text", 1, SHOWN_OF_LAST)).values("start")[:1]),
        unread=Subquery(unread.order_by().values("conversation").annotate(number=Count("pk")).values("number")[:1]),
    )
    rows = list(read.values(*_COLUMNS, "last_author", "last_id", "last_text", "unread", person=F("operator__first_name"), account=F("operator__username")))
    tagged = tags.of(row["pk"] for row in rows)
    wrote = writers.of((row["pk"], row["last_id"], row["site_id"]) for row in rows if row["last_author"] == "operator")
    return [_item({**row}, tagged.get(row["pk"], []), wrote.get((row["pk"], row["last_id"]))) for row in rows]


def _item(row: Fields, tagged: list[int], writer: int | None) -> Item:
    fields = {
        "conversation": row["public_id"],
        "site": row["site_id"],
        "name": row["name"],
        "contact": row["contact"],
        "handler": row["handler"],
        "last_at": moment(row["last_at"]),
        "last": {"author": row["last_author"] or "", "text": row["last_text"] or ""},
        "seq": row["seq"],
        "unread": row["unread"] or 0,
        "tags": tagged,
        "locale": row["locale"],
    }
    if writer:
        fields["last"]["by"] = writer
    if row["handler"] == "human" and row["operator_id"]:
        fields["operator"] = {"id": row["operator_id"], "name": row["person"] or row["account"]}
    for name in ("waiting_since", "closed_at", "snoozed_until"):
        if row[name] is not None:
            fields[name] = moment(row[name])
    return Item(row["pk"], row["public_id"], row["site_id"], row["seq"], row["last_at"], fields)


def people_of(access: Access) -> list[Fields]:
    """Colleagues who may answer at one of the sites where this person may see something, and whether they are at their desk."""
    sites = access.sites(VIEW)
    roles = [role for role, rights in RIGHTS.items() if "widget.change_conversation" in rights]
    member = Member.objects.filter(role__in=roles, site__active=True)
    member = member if sites is None else member.filter(site__in=sites)
    people = get_user_model().objects.filter(Q(is_superuser=True) | Q(pk__in=member.values("user")), is_active=True, is_staff=True)
    users = list(people.order_by("first_name", "username"))
    there = presence.of([user.pk for user in users])
    return [_person(user.pk, user.first_name or user.username, there.get(user.pk)) for user in users]


def _person(pk: int, name: str, seen: presence.Seen | None) -> Fields:
    return {"id": pk, "name": name, "online": seen is not None and seen.online, "away": seen is not None and seen.away}


def canned_of(sites: frozenset[int] | None) -> list[Fields]:
    """Ready-made texts of these sites (None: of all) and of every site."""
    found = CannedReply.objects.order_by("shortcut", "pk")
    if sites is not None:
        found = found.filter(Q(site=None) | Q(site__in=sites))
    return [{**row} for row in found.values("id", "site", "shortcut", "title", "text")]


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _begin_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
