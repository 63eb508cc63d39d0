"""How a source stands, in plain words: what became of its last reading, what waits for its owner, when it is read next. Shown by sources.py."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from widget.knowledge.models import Entry, Run, Source
from widget.knowledge.reading.errors import NoColumnsError
from widget.knowledge.sources import intake
from widget.knowledge.sources.due import period_of

ACTIVE = (Run.State.WAITING, Run.State.RUNNING)


@dataclass(frozen=True, slots=True)
class Standing:
    """`mark` is the look of its badge: waiting, human or empty. `text` is the whole sentence, `word` the badge's."""

    word: str
    text: str
    mark: str = ""


def standing_of(source: Source, run: Run | None) -> Standing:
    """`run`: the newest one."""
    if source.state == Source.State.OFF:
        return Standing(_("off"), _("Switched off: nothing of it is found, and it is not read again."))
    if run is None:
        if intake.is_table(source):
            return Standing(_("columns?"), _("Not read yet. Say what its columns hold, then it is read."), "waiting")
        return Standing(_("not read"), _("Not read yet."), "waiting")
    found = _RUNNING.get(Run.State(run.state))
    return found(source, run) if found else _done(source, run)


def pieces(number: int) -> str:
    return ngettext("%(number)d piece", "%(number)d pieces", number) % {"number": number}


def used_of(source: Source) -> str:
    """How many of its pieces visitors may get, and how many were switched off one by one."""
    if source.state == Source.State.OFF or not source.generation:
        return pieces(0)
    used = Entry.objects.filter(source=source, generation=source.generation).order_by()
    counts = dict(used.values_list("state").annotate(Count("pk")))
    said, off = pieces(counts.get(Entry.State.APPROVED, 0)), counts.get(Entry.State.DRAFT, 0)
    return f"{said}, {ngettext('%(number)d switched off', '%(number)d switched off', off) % {'number': off}}" if off else said


def moment(time: object) -> str:
    return date_format(timezone.localtime(time), "j M, H:i") if time else ""  # type: ignore[arg-type]


def next_of(source: Source, run: Run | None) -> str:
    """When it is read again, as a day."""
    period = period_of(source, run)
    if period is None:
        return _("when you say so")
    due = (run.created_at if run else timezone.now()) + period
    return date_format(timezone.localtime(max(due, timezone.now())), "j M")


def _waiting(_source: Source, _run: Run) -> Standing:
    return Standing(_("in line"), _("It waits for its turn and begins by itself."), "human")


def _running(_source: Source, run: Run) -> Standing:
    if run.stop_wanted:
        return Standing(_("being stopped"), _("Being stopped. What was there before is still used."), "human")
    said = _("Being read: %(taken)s so far.") % {"taken": pieces(run.taken)}
    if run.total:
        said += " " + _("Page %(visited)d of %(total)d known ones.") % {"visited": run.visited, "total": run.total}
    return Standing(_("being read"), said, "human")


def _ready(_source: Source, run: Run) -> Standing:
    said = _("%(taken)s wait for your approval. Nobody finds them before.") % {"taken": pieces(run.taken)}
    return Standing(_("waits for you"), f"{run.sentence} {said}".strip(), "waiting")


def asks_columns(run: Run) -> bool:
    """Whether the last reading only lacked somebody who says what the columns hold."""
    return run.state == Run.State.FAILED and run.error == NoColumnsError.code


def _failed(source: Source, run: Run) -> Standing:
    again = _("It is tried again by itself within a day.") if period_of(source, run) else ""
    if asks_columns(run) and intake.is_table(source):
        return Standing(_("columns?"), " ".join(filter(None, (run.sentence, _kept(source)))), "waiting")
    return Standing(_("failed"), " ".join(filter(None, (run.sentence, _kept(source), again))), "waiting")


def _stopped(source: Source, run: Run) -> Standing:
    if _is_declined(source, run):
        return Standing(
            _("rejected"), " ".join(filter(None, (_("You rejected what was read."), _kept(source), stays()))), "" if source.generation else "waiting"
        )
    return Standing(_("stopped"), f"{_('The last reading was stopped.')} {_kept(source)}".strip(), "waiting" if not source.generation else "")


def _done(source: Source, run: Run) -> Standing:
    if not source.generation:
        said = _("You took back what was read; nothing of it is found.")
        return Standing(_("taken back"), f"{said} {stays()}" if _is_declined(source, run) else said, "waiting")
    if _is_declined(source, run):
        return Standing(_("in use"), f"{_('You did not want what was read last, so what was read before is used.')} {stays()}")
    if run.unchanged:
        return Standing(_("in use"), _("Read %(time)s: nothing new since then.") % {"time": moment(run.ended_at)})
    return Standing(_("in use"), _("Read %(time)s.") % {"time": moment(run.ended_at)})


def stays() -> str:
    """What becomes of a source whose last reading was not wanted."""
    return _("It stays so when the source is read by itself and says the same, until it says something new or you press “Read again”.")


def _is_declined(source: Source, run: Run) -> bool:
    return bool(run.digest) and run.digest == source.declined


def _kept(source: Source) -> str:
    return _("What was read before is still used.") if source.generation else ""


_RUNNING = {Run.State.WAITING: _waiting, Run.State.RUNNING: _running, Run.State.READY: _ready, Run.State.FAILED: _failed, Run.State.STOPPED: _stopped}
