"""What an owner should see first: who waits, which providers failed lately, whose budget is spent. How it went is told by insights/.

Called by site.py for the first page, and for the stamp by which open pages learn that they are out of date.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from widget.answering.models import AnswerCount
from widget.conversations.models import Conversation, Message
from widget.providers.errors import describe
from widget.providers.models import Provider
from widget.sites.models import Site

WAITING_SHOWN = 20
FAILURES_FOR = timedelta(hours=24)
# The sites a person may see; None: all.
Sites = frozenset[int] | None


@dataclass(frozen=True)
class ProviderTrouble:
    """A provider that failed in the last day: why, when last, and whether it has answered since."""

    name: str
    what: str
    at: datetime
    over: bool


@dataclass(frozen=True)
class ProviderState:
    """When a provider last answered (None: never), and why it fails now (empty: it does not)."""

    name: str
    model: str
    answered_at: datetime | None
    fails: str


@dataclass(frozen=True)
class SpentBudget:
    """A site whose model answers of today are used up."""

    site: Site
    answers: int


def waiting(sites: Sites) -> QuerySet[Conversation]:
    """Conversations that wait for a person, the longest wait first, each with its last text."""
    last = Message.objects.filter(conversation=OuterRef("pk"), author=Message.Author.VISITOR).order_by("-seq")
    return _waits(sites).select_related("site").annotate(last_text=Subquery(last.values("text")[:1])).order_by("waiting_since")


def waiting_count(sites: Sites) -> int:
    return _waits(sites).count()


def provider_states(sites: Sites) -> list[ProviderState]:
    """Every provider in use with how it stands, in the order in which they are asked."""
    found = Provider.objects.filter(_of_sites(sites) | Q(site=None), active=True).order_by("position", "pk")
    return [_state(provider) for provider in found]


def providers_in_trouble(sites: Sites) -> list[ProviderTrouble]:
    """Those that still fail first."""
    failed = Provider.objects.filter(_of_sites(sites) | Q(site=None), active=True, last_failed_at__gte=timezone.now() - FAILURES_FOR)
    troubles = [_trouble(provider) for provider in failed]
    return sorted(troubles, key=lambda trouble: (trouble.over, trouble.name))


def spent_budgets(sites: Sites) -> list[SpentBudget]:
    """Sites whose own knowledge answers until midnight in their time zone. A site without model answers at all has nothing to spend."""
    counts = AnswerCount.objects.filter(_of_sites(sites), visitor="", day__gte=timezone.now().date() - timedelta(days=1), site__active=True).select_related(
        "site"
    )
    today = [count for count in counts if count.day == timezone.now().astimezone(count.site.zone).date()]
    return [SpentBudget(count.site, count.used) for count in today if 0 < _cap(count.site) <= count.used]


def stamp(sites: Sites = None) -> str:
    """Changes with every message, with every wait that begins or ends, and every minute while somebody waits: the page says how long."""
    last: datetime | None = Conversation.objects.filter(_of_sites(sites)).aggregate(last=Max("last_at"))["last"]
    waits = Conversation.objects.filter(_of_sites(sites), handler=Conversation.Handler.WAITING).aggregate(count=Count("pk"), last=Max("waiting_since"))
    minute = int(timezone.now().timestamp() // 60) if waits["count"] else 0
    return f"{waits['count']}-{waits['last']}-{last}-{minute}"


def _waits(sites: Sites) -> QuerySet[Conversation]:
    return Conversation.objects.filter(_of_sites(sites), handler=Conversation.Handler.WAITING, closed_at=None)


def _of_sites(sites: Sites) -> Q:
    return Q() if sites is None else Q(site__in=sites)


def _state(provider: Provider) -> ProviderState:
    fails = provider.last_failed_at is not None and (provider.last_ok_at is None or provider.last_failed_at > provider.last_ok_at)
    return ProviderState(provider.name, provider.model, provider.last_ok_at, describe(provider.last_failure) if fails else "")


def _cap(site: Site) -> int:
    return settings.ANSWERS_PER_SITE_DAY if site.answers_per_site_day is None else site.answers_per_site_day


def _trouble(provider: Provider) -> ProviderTrouble:
    at = provider.last_failed_at or timezone.now()
    return ProviderTrouble(provider.name, describe(provider.last_failure), at, provider.last_ok_at is not None and provider.last_ok_at > at)
