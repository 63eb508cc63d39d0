"""The part of the first page that tells how it went, and its downloads. Called by inbox/site.py; everything is limited to the sites it is given."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from widget.conversations.models import Conversation, Message
from widget.inbox import audit
from widget.inbox.insights import counting, tables
from widget.inbox.insights.asking import asks
from widget.inbox.insights.figures import Figures, total
from widget.inbox.insights.sheets import sheet
from widget.inbox.insights.tables import Days, Table
from widget.jobs.tasks import enqueue
from widget.knowledge.search import direct_answers
from widget.sites.members import remembered_access
from widget.sites.models import Site

PERIODS: dict[int, str | Promise] = {1: gettext_lazy("Today"), 7: gettext_lazy("7 days"), 30: gettext_lazy("30 days"), 90: gettext_lazy("90 days")}
USUAL = 7
OPEN_SHOWN, OPEN_LOOKED_AT, OPEN_DOWNLOADED = 8, 30, 500
RECOUNT_SECONDS = 600


@dataclass(frozen=True)
class Choice:
    """A period or a site to choose; `query` is its address."""

    name: str | Promise
    query: str
    chosen: bool


@dataclass(frozen=True)
class OpenQuestion:
    """A question that the assistant passed on, as the visitor wrote it."""

    conversation: int
    text: str
    at: datetime
    site: int


@dataclass(frozen=True)
class Insights:
    """`today` and `period` are the figures of all chosen sites together. `incomplete`: earlier days are still being counted."""

    days: int
    periods: tuple[Choice, ...]
    sites: tuple[Choice, ...]
    today: Figures
    period: Figures
    wait_half: str
    wait_most: str
    tables: tuple[Table, ...]
    questions: tuple[OpenQuestion, ...]
    explanation: str
    query: str
    incomplete: bool


@dataclass(frozen=True)
class Wanted:
    """What the address asks for, of what this person may see."""

    all_sites: tuple[Site, ...]
    sites: tuple[Site, ...]
    days: int

    def query(self, days: int | None = None, site: int | None = None) -> str:
        return f"?days={days or self.days}" + (f"&site={site}" if site else "")

    @property
    def site(self) -> int | None:
        """The one that was chosen, if one was."""
        return self.sites[0].pk if len(self.sites) == 1 < len(self.all_sites) else None

    def period_choices(self) -> tuple[Choice, ...]:
        return tuple(Choice(name, self.query(days=number, site=self.site), number == self.days) for number, name in PERIODS.items())

    def site_choices(self) -> tuple[Choice, ...]:
        if len(self.all_sites) < 2:
            return ()
        every = Choice(_("All sites"), self.query(), self.site is None)
        return (every, *(Choice(site.name, self.query(site=site.pk), site.pk == self.site) for site in self.all_sites))


def read(request: HttpRequest) -> Insights:
    """The figures that the address asks for: ?days=30&site=3."""
    wanted = read_wanted(request)
    figures, incomplete = _figures(wanted)
    days = _days(wanted, figures)
    period = total(day for _day, day in days)
    return Insights(
        days=wanted.days,
        periods=wanted.period_choices(),
        sites=wanted.site_choices(),
        today=days[-1][1] if days else Figures(),
        period=period,
        wait_half=tables.duration(period.wait(tables.HALF)),
        wait_most=tables.duration(period.wait(tables.MOST)),
        tables=tuple(table for table in _tables(wanted, figures, days) if table.rows),
        questions=tuple(islice(_unanswered(open_questions(wanted.sites, wanted.days, OPEN_LOOKED_AT)), OPEN_SHOWN)),
        explanation=tables.solved_explanation(),
        query=wanted.query(site=wanted.site),
        incomplete=incomplete,
    )


def csv_view(request: HttpRequest, name: str) -> HttpResponse:
    """One table of the period as a file."""
    if not may_read(request):
        raise PermissionDenied
    wanted = read_wanted(request)
    table = _questions_table(wanted) if name == "questions" else _table_named(wanted, name)
    audit.exported(request.user, [site.pk for site in wanted.sites], table.name)
    response = HttpResponse(sheet(table, get_language() or ""), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="kanal-{table.name}-{timezone.localdate()}.csv"'
    return response


def may_read(request: HttpRequest) -> bool:
    return request.user.has_perm("widget.view_conversation") or request.user.has_perm("widget.change_conversation")


def own_sites(request: HttpRequest) -> frozenset[int] | None:
    """The sites whose conversations this person may read; None: all."""
    return remembered_access(request.user).sites("widget.view_conversation")


def open_questions(sites: Sequence[Site], days: int, most: int) -> list[OpenQuestion]:
    """The newest questions of the period that were passed on."""
    since = timezone.now() - timedelta(days=days)
    asked = Message.objects.filter(conversation=OuterRef("conversation"), seq__lt=OuterRef("seq"), author=Message.Author.VISITOR).order_by("-seq")
    # Not by a join: SQLite would begin at the sites, and read every message they ever had.
    own = Exists(Conversation.objects.filter(pk=OuterRef("conversation"), site__in=[site.pk for site in sites]).order_by())
    passed_on = Message.objects.filter(own, author=Message.Author.ASSISTANT, answered_by="", at__gte=since)
    # First which, then what was asked: the database would look up the question of every one of them before it takes the newest.
    newest = list(passed_on.order_by("-at").values_list("pk", flat=True)[:most])
    found = Message.objects.filter(pk__in=newest).annotate(question=Subquery(asked.values("text")[:1])).order_by("-at")
    return [OpenQuestion(pk, text or "", at, site) for pk, text, at, site in found.values_list("conversation", "question", "at", "conversation__site")]


def _unanswered(questions: Iterable[OpenQuestion]) -> Iterator[OpenQuestion]:
    """Those that ask for something, and that the knowledge of today leaves open."""
    return (one for one in questions if asks(one.text) and not direct_answers(one.site, one.text))


def read_wanted(request: HttpRequest, usual: int = USUAL) -> Wanted:
    """`usual`: the days where the address names none."""
    own = own_sites(request)
    sites = tuple(Site.objects.order_by("name") if own is None else Site.objects.filter(pk__in=own).order_by("name"))
    asked, days = request.GET.get("site", ""), request.GET.get("days", "")
    chosen = tuple(site for site in sites if str(site.pk) == asked)
    return Wanted(sites, chosen or sites, int(days) if days in map(str, PERIODS) else usual)


def _figures(wanted: Wanted) -> tuple[dict[tuple[int, date], Figures], bool]:
    """By site and day, and whether days are missing; those are then counted by a job."""
    zones = counting.by_zone(wanted.sites)
    first = min((counting.today_in(zone) for zone in zones), default=date.max) - timedelta(days=wanted.days - 1)
    figures = counting.kept((site.pk for site in wanted.sites), first) if wanted.days > 1 else {}
    for zone, ids in zones.items():
        today = counting.today_in(zone)
        figures.update({(site, today): counted for site, counted in counting.count_day(ids, zone, today).items()})
    incomplete = bool(counting.missing(wanted.sites, wanted.days - 1))
    if incomplete:
        enqueue("insights.days", key=f"days:{int(timezone.now().timestamp() // RECOUNT_SECONDS)}")
    return figures, incomplete


def _days(wanted: Wanted, figures: dict[tuple[int, date], Figures]) -> list[tuple[date, Figures]]:
    """Every day of the period, all chosen sites together; the last one is today, wherever it has come furthest."""
    last = max((counting.today_in(site.zone) for site in wanted.sites), default=None)
    if last is None:
        return []
    every = [last - timedelta(days=back) for back in reversed(range(wanted.days))]
    return [(day, total(figures[site.pk, day] for site in wanted.sites if (site.pk, day) in figures)) for day in every]


def _tables(wanted: Wanted, figures: dict[tuple[int, date], Figures], days: Days) -> list[Table]:
    found = [tables.answers(days), tables.conversations(days), tables.waits(days), tables.costs(days)]
    if len(wanted.sites) > 1:
        shown = {day for day, _figures in days}
        found.append(tables.by_site([(site.name, total(one for (pk, day), one in figures.items() if pk == site.pk and day in shown)) for site in wanted.sites]))
    return found


def _table_named(wanted: Wanted, name: str) -> Table:
    figures, _incomplete = _figures(wanted)
    table = next((table for table in _tables(wanted, figures, _days(wanted, figures)) if table.name == name), None)
    if table is None:
        raise Http404
    return table


def _questions_table(wanted: Wanted) -> Table:
    names = {site.pk: site.name for site in wanted.sites}
    found = open_questions(wanted.sites, wanted.days, OPEN_DOWNLOADED)
    rows = tuple((timezone.localdate(one.at), names[one.site], one.text) for one in found)
    return Table("questions", _("Questions that were passed on"), "", (_("Day"), _("Site"), _("Question")), rows)
