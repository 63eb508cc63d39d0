"""What the knowledge lacks: questions of a period that nothing answered or whose answer was rated badly, grouped by meaning, without those answered since.

Called by missing_page.py. Asks conversations for the questions and knowledge whether it answers them by now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from widget.answering import asking_back
from widget.conversations import log
from widget.conversations.models import Conversation, Message, Rating
from widget.inbox.insights.asking import asks
from widget.inbox.insights.grouping import group
from widget.inbox.insights.not_needed import put_away_at
from widget.knowledge.models import Entry
from widget.knowledge.search import direct_answers
from widget.sites.models import Site

# Of each kind, the newest: grouping takes a fraction of a millisecond each.
MOST_QUESTIONS = 300
MOST_GROUPS = 40
# Of each group the newest are looked up, which takes milliseconds each: what answers them answers the older ones.
LOOKED_UP = 3
WORDINGS = 8


@dataclass(frozen=True, slots=True)
class Open:
    """A question as the visitor wrote it, and where. `bad`: it was answered, and the answer was rated badly."""

    text: str
    site: int
    conversation: int
    seq: int
    at: datetime
    bad: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """Questions of one meaning at one site. `wordings`: different ones, the newest first; they are also what a new entry is tried against."""

    site: Site
    wordings: tuple[str, ...]
    unanswered: int
    bad: int
    conversation: int

    @property
    def count(self) -> int:
        return self.unanswered + self.bad

    @property
    def title(self) -> str:
        """The shortest wording that is still a question, as a beginning."""
        return min(self.wordings, key=len)


@dataclass(frozen=True, slots=True)
class Tried:
    """Which of a group's questions a new entry answers, and which it does not yet."""

    answered: tuple[str, ...]
    left: tuple[str, ...]


def missing(sites: Sequence[Site], days: int) -> list[Missing]:
    """The most frequent first."""
    since = timezone.now() - timedelta(days=days)
    # One that was passed on and rated badly as well is told once, as the latter.
    once = {(one.conversation, one.seq): one for one in [*_unanswered(sites, since), *_badly_rated(sites, since)]}
    questions = sorted(once.values(), key=lambda one: one.at, reverse=True)
    found = [made for site in sites for made in _of_site(site, [one for one in questions if one.site == site.pk])]
    return sorted(found, key=lambda one: -one.count)[:MOST_GROUPS]


def write(site: Site, title: str, answer: str, wordings: Iterable[str]) -> Entry:
    """The entry, live at once and known by the group's words."""
    ways = "\n".join(wording for wording in wordings if wording.casefold() != title.casefold())
    with transaction.atomic():
        return Entry.objects.create(site=site, title=title[:200], answer=answer, other_ways=ways[:2_000], language=site.language)


def try_out(entry: Entry, wordings: Sequence[str]) -> Tried:
    answered = [any(one.entry_id == entry.pk for one in direct_answers(entry.site_id, wording)) for wording in wordings]
    said = list(zip(wordings, answered, strict=True))
    return Tried(tuple(wording for wording, yes in said if yes), tuple(wording for wording, yes in said if not yes))


def _of_site(site: Site, questions: Sequence[Open]) -> list[Missing]:
    made = []
    away: list[tuple[str, Open | None]] = [(wording, None) for one in put_away_at([site]) for wording in one.wordings.splitlines()]
    groups = [one.members for one in group([*away, *((question.text, question) for question in questions)])]
    for members in [[one for one in members if one] for members in groups if None not in members][:MOST_GROUPS]:
        left = [question for question in members[:LOOKED_UP] if not _answered_since(site, question)]
        if left:
            left += members[LOOKED_UP:]
            wordings = tuple({" ".join(question.text.split())[:200]: None for question in left})[:WORDINGS]
            bad = sum(question.bad for question in left)
            made.append(Missing(site, wordings, len(left) - bad, bad, left[0].conversation))
    return made


def _answered_since(site: Site, question: Open) -> bool:
    """Whether the knowledge answers it now; a badly rated one, whether what answers was changed after the rating."""
    found = direct_answers(site.pk, question.text)
    if not found or not question.bad:
        return bool(found)
    return Entry.objects.filter(pk__in=[one.entry_id for one in found], updated_at__gt=question.at).exists()


def _unanswered(sites: Sequence[Site], since: datetime) -> list[Open]:
    # Not by a join: SQLite would begin at the sites, and read every message they ever had.
    passed_on = Message.objects.filter(_own(sites), author=Message.Author.ASSISTANT, answered_by="", at__gte=since)
    return _asked(Message, list(passed_on.order_by("-at").values_list("pk", flat=True)[:MOST_QUESTIONS]), bad=False)


def _badly_rated(sites: Sequence[Site], since: datetime) -> list[Open]:
    rated = Rating.objects.filter(_own(sites), value=Rating.Value.BAD, at__gte=since)
    return _asked(Rating, list(rated.order_by("-at").values_list("pk", flat=True)[:MOST_QUESTIONS]), bad=True)


def _own(sites: Sequence[Site]) -> Exists:
    return Exists(Conversation.objects.filter(pk=OuterRef("conversation"), site__in=[site.pk for site in sites]).order_by())


def _asked(model: type[Message] | type[Rating], pks: Sequence[int], bad: bool) -> list[Open]:
    """The visitor's last words before each of these rows."""
    before = Message.objects.filter(conversation=OuterRef("conversation"), seq__lt=OuterRef("seq"), author=Message.Author.VISITOR).order_by("-seq")
    rows: QuerySet[Message] | QuerySet[Rating] = model._default_manager.filter(pk__in=pks)
    asked = rows.annotate(question=Subquery(before.values("text")[:1]), asked_at=Subquery(before.values("seq")[:1]))
    found = asked.values_list("question", "conversation__site", "conversation", "asked_at", "at")
    said = [Open(text, site, conversation, seq, at, bad) for text, site, conversation, seq, at in found if text]
    return [meant for one in said if (meant := one if asks(one.text) else _before_the_list(one))]


def _before_the_list(reply: Open) -> Open | None:
    """A reply to our question back stands for what the visitor had asked before it; anything else that asks for nothing is left out."""
    before = log.talk_before(reply.conversation, reply.seq, 2)
    if len(before) < 2 or not asking_back.choices(before[1]) or before[0].author != "visitor" or not asks(before[0].text):
        return None
    return replace(reply, text=before[0].text, seq=before[0].seq)
